"""A made-up municipality to try everything with. Nothing in it exists, and the names are nobody's."""

from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from domain.roles import Role
from storage import membership, reminders
from storage.tables import (
    Chat,
    Fractie,
    Gremium,
    Mandate,
    Meeting,
    Member,
    Municipality,
    Seat,
)

_T = TypeVar("_T", Gremium, Fractie)

CODE, NAME = "GM9998", "Voorbeeldstad"
ELSEWHERE_CODE, ELSEWHERE = "GM9999", "Proefdam"

# Short name, full name, roles, fractie, committees.
_PEOPLE = (
    ("anna", "Anna Bakker", (Role.RAADSLID,), "Lokaal Vooruit", ("Ruimte",)),
    (
        "bram",
        "Bram de Vries",
        (Role.RAADSLID, Role.FRACTIEVOORZITTER),
        "Groen Dorp",
        ("Ruimte", "Samenleving"),
    ),
    ("chris", "Chris Yilmaz", (Role.COMMISSIELID,), "Groen Dorp", ("Samenleving",)),
    ("dewi", "Dewi Jansen", (Role.RAADSLID,), "Samen Verder", ("Samenleving",)),
    ("griet", "Griet Mulder", (Role.GRIFFIER,), None, ()),
    ("hans", "Hans Smit", (Role.GRIFFIEMEDEWERKER,), None, ()),
)
_COMMITTEES = ("Commissie Ruimte", "Commissie Samenleving")
_WITHOUT_CHAT = ("Emre Visser", "Fatima Bos")
_LEFT = "Karel Veenstra"


def people() -> dict[str, str]:
    """The short name of everybody who can be played, with how they are announced."""
    here = {short: f"{name} ({', '.join(roles)})" for short, name, roles, _, _ in _PEOPLE}
    return here | {"olaf": f"Olaf Prins (raadslid in {ELSEWHERE})"}


def fill(session: Session, platform: str | None, now: datetime) -> bool:
    """Makes the sample municipality, once; returns whether it was made now.

    Everybody has a chat on `platform` under their short name; without one nobody has a chat yet.
    """
    if session.scalars(select(Municipality).where(col(Municipality.code) == CODE)).first():
        return False
    place = Municipality(code=CODE, name=NAME, contact="griffie@voorbeeldstad.example", budget_cents=150_000)
    other = Municipality(code=ELSEWHERE_CODE, name=ELSEWHERE, contact="griffie@proefdam.example")
    session.add_all([place, other])
    session.flush()
    zone = ZoneInfo(place.zone)
    today = now.astimezone(zone).date()
    begins, ended = date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    gremia = _named(session, Gremium, place, ["Gemeenteraad", *_COMMITTEES])
    fracties = _named(session, Fractie, place, sorted({row[3] for row in _PEOPLE if row[3]}))
    for short, name, held, fractie, committees in _PEOPLE:
        member = _member(session, place, name, now)
        for role in held:
            _mandate(session, member, role, fracties.get(fractie or ""), begins)
        bodies = [f"Commissie {committee}" for committee in committees]
        if Role.RAADSLID in held:
            bodies.insert(0, "Gemeenteraad")
        _seat(session, member, [gremia[body] for body in bodies], begins)
        _chat(session, member, platform, short, now)
    for name in _WITHOUT_CHAT:
        member = _member(session, place, name, now)
        _mandate(session, member, Role.RAADSLID, fracties["Samen Verder"], begins)
        _seat(session, member, [gremia["Gemeenteraad"]], begins)
    _mandate(session, _member(session, place, _LEFT, now), Role.RAADSLID, fracties["Samen Verder"], begins, ended)
    olaf = _member(session, other, "Olaf Prins", now)
    _mandate(session, olaf, Role.RAADSLID, None, begins)
    _seat(session, olaf, list(_named(session, Gremium, other, ["Gemeenteraad"]).values()), begins)
    _chat(session, olaf, platform, "olaf", now)
    session.flush()
    for weeks, body, topic, closed in (
        (1, "Commissie Ruimte", "Bestemmingsplan Molenwijk", False),
        (2, "Commissie Samenleving", "Jeugdhulp en wachtlijsten", False),
        (3, "Gemeenteraad", "Begroting, tweede bespreking", False),
        (4, "Gemeenteraad", "", True),
    ):
        _meeting(session, gremia[body], _evening(today + timedelta(weeks=weeks), zone), topic, closed, now)
    return True


def _evening(day: date, zone: ZoneInfo) -> datetime:
    tuesday = day + timedelta(days=(1 - day.weekday()) % 7)
    return datetime.combine(tuesday, time(19, 30), zone)


def _named(session: Session, table: type[_T], place: Municipality, names: list[str]) -> dict[str, _T]:
    assert place.id is not None
    rows = {name: table(municipality_id=place.id, name=name) for name in names}
    session.add_all(rows.values())
    session.flush()
    return rows


def _member(session: Session, place: Municipality, name: str, now: datetime) -> Member:
    assert place.id is not None
    email = f"{name.split()[0].lower()}@{place.name.lower()}.example"
    return session.get_one(Member, membership.new(session, place.id, name, email, now))


def _mandate(
    session: Session, member: Member, role: Role, fractie: Fractie | None, begins: date, ends: date | None = None
) -> None:
    assert member.id is not None
    session.add(
        Mandate(
            municipality_id=member.municipality_id,
            member_id=member.id,
            role=role,
            fractie_id=fractie.id if fractie else None,
            begins=begins,
            ends=ends,
        )
    )


def _seat(session: Session, member: Member, bodies: list[Gremium], begins: date) -> None:
    for body in bodies:
        assert member.id is not None
        assert body.id is not None
        session.add(
            Seat(municipality_id=member.municipality_id, gremium_id=body.id, member_id=member.id, begins=begins)
        )


def _chat(session: Session, member: Member, platform: str | None, address: str, now: datetime) -> None:
    if platform is None:
        return
    session.add(
        Chat(
            platform=platform,
            address=address,
            person_id=member.person_id,
            municipality_id=member.municipality_id,
            linked_at=now,
        )
    )


def _meeting(session: Session, body: Gremium, starts_at: datetime, topic: str, closed: bool, now: datetime) -> None:
    assert body.id is not None
    meeting = Meeting(
        municipality_id=body.municipality_id,
        gremium_id=body.id,
        cause=f"sample:{body.name}:{starts_at.isoformat()}",
        topic=topic,
        starts_at=starts_at,
        place="raadzaal" if body.name == "Gemeenteraad" else "commissiekamer",
        closed=closed,
    )
    session.add(meeting)
    session.flush()
    reminders.plan(session, meeting, now)
