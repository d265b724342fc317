"""Who is who: the municipalities, the member behind a chat, and the people of a gremium."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlmodel import Session, col

from domain import roles
from domain.messages import Address
from domain.roles import Role
from storage import reach
from storage.tables import Chat, ClosedPlatform, Fractie, Gremium, Mandate, Member, Municipality, Person, Seat
from storage.tables.columns import core, listed_pairs

_CHAT, _MEMBER, _MANDATE, _PLACE, _CLOSED = (
    core(model) for model in (Chat, Member, Mandate, Municipality, ClosedPlatform)
)
_AT = (
    select(
        _CHAT.c.platform,
        _CHAT.c.address,
        _CHAT.c.municipality_id.label("current"),
        _MEMBER.c.id.label("member_id"),
        _MEMBER.c.person_id,
        _MEMBER.c.name.label("member_name"),
        _MANDATE.c.role,
        _MANDATE.c.begins,
        _MANDATE.c.ends,
        _CLOSED.c.reason.label("closed"),
        _PLACE,
    )
    .join(_MEMBER, _MEMBER.c.person_id == _CHAT.c.person_id)
    .join(_MANDATE, _MANDATE.c.member_id == _MEMBER.c.id)
    .join(_PLACE, _PLACE.c.id == _MEMBER.c.municipality_id)
    .outerjoin(_CLOSED, (_CLOSED.c.municipality_id == _PLACE.c.id) & (_CLOSED.c.platform == _CHAT.c.platform))
    .where(tuple_(_CHAT.c.platform, _CHAT.c.address).in_(listed_pairs("chats")))
    .order_by(_PLACE.c.id)
)


@dataclass(frozen=True, slots=True)
class Known:
    """A member as their own municipality knows them, for lists and for sending to."""

    id: int
    person_id: int
    municipality_id: int
    name: str


def municipality(row: Any) -> roles.Municipality:
    """A municipality, from its row, as conversations need it."""
    return roles.Municipality(row.id, row.code, row.name, _zone(row.zone), row.contact, tuple(row.leads))


def place(session: Session, municipality_id: int) -> roles.Municipality:
    """A municipality, by its id."""
    return municipality(session.get_one(Municipality, municipality_id))


def places(session: Session) -> list[roles.Municipality]:
    """Every municipality in this installation."""
    return [municipality(row) for row in session.scalars(select(Municipality))]


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def at(session: Session, chats: Collection[Address], now: datetime) -> dict[Address, roles.Member]:
    """The members who talk in these chats. A chat that is missing belongs to nobody with a mandate today."""
    if not chats:
        return {}
    keys = [(chat.platform, chat.chat) for chat in chats]
    found: dict[Address, dict[int, tuple[Any, set[Role]]]] = {}
    current: dict[Address, int] = {}
    today = lru_cache(lambda zone: now.astimezone(_zone(zone)).date())
    for row in session.connection().execute(_AT, {"chats": keys}):
        if roles.holds(row.begins, row.ends, today(row.zone)):
            chat = Address(row.platform, row.address)
            current[chat] = row.current
            found.setdefault(chat, {}).setdefault(row.id, (row, set()))[1].add(row.role)
    return {
        chat: _member(*_talked_about(places, current[chat]), elsewhere=len(places) > 1)
        for chat, places in found.items()
    }


def _talked_about(places: Mapping[int, tuple[Any, set[Role]]], current: int) -> tuple[Any, set[Role]]:
    """What a conversation is about: the municipality that was chosen, unless only another uses this platform."""
    chosen = [places[current]] if current in places else []
    return next(
        (place for place in [*chosen, *places.values()] if place[0].closed is None), next(iter(places.values()))
    )


def _member(row: Any, held: set[Role], *, elsewhere: bool) -> roles.Member:
    return roles.Member(
        id=row.member_id,
        person_id=row.person_id,
        name=row.member_name,
        municipality=municipality(row),
        roles=frozenset(held),
        elsewhere=elsewhere,
        closed=row.closed,
    )


def of_today(day: date, begins: Any, ends: Any) -> Any:
    """As `domain.roles.holds`, of columns."""
    return and_(col(begins) <= day, or_(col(ends).is_(None), col(ends) >= day))


def holding(session: Session, municipality_id: int, held: Iterable[Role], day: date) -> list[Known]:
    """The members with one of these roles on `day` (local date), by name."""
    query = select(Member).where(col(Member.municipality_id) == municipality_id, col(Mandate.role).in_(list(held)))
    return _mandated(session, query, day)


def _mandated(session: Session, query: Select[Member], day: date) -> list[Known]:
    """The members of a query who hold a mandate on `day`, of which it may ask more, by name."""
    query = query.join(Mandate, col(Mandate.member_id) == Member.id)
    held = query.where(of_today(day, Mandate.begins, Mandate.ends))
    return [_known(row) for row in session.scalars(held.distinct().order_by(col(Member.name), col(Member.id)))]


def everybody(session: Session, place: roles.Municipality, now: datetime) -> list[Known]:
    """All members who hold any mandate in a municipality today, by name."""
    return holding(session, place.id, roles.EVERYONE, place.date_at(now))


def seated(session: Session, gremium_id: int, day: date) -> list[Known]:
    """The members with a seat in a gremium on `day` who hold a mandate that day, by name."""
    seats = select(Member).join(Seat, col(Seat.member_id) == Member.id)
    here = seats.where(col(Seat.gremium_id) == gremium_id, of_today(day, Seat.begins, Seat.ends))
    return _mandated(session, here, day)


def in_fractie(session: Session, fractie_id: int, day: date) -> list[Known]:
    """The members of a fractie on `day`, by name."""
    return _mandated(session, select(Member).where(col(Mandate.fractie_id) == fractie_id), day)


def _known(row: Member) -> Known:
    assert row.id is not None
    return Known(row.id, row.person_id, row.municipality_id, row.name)


def known(session: Session, municipality_id: int, member_id: int) -> Known:
    """A member of this municipality. Raises LookupError when it has no such member."""
    row = session.get(Member, member_id)
    if row is None or row.municipality_id != municipality_id:
        raise LookupError("no such member here")
    return _known(row)


def gremia(session: Session, municipality_id: int) -> list[Gremium]:
    """The bodies that meet, in the order in which they were entered (the raad comes first)."""
    query = select(Gremium).where(col(Gremium.municipality_id) == municipality_id).order_by(col(Gremium.id))
    return list(session.scalars(query))


def fracties(session: Session, municipality_id: int) -> list[Fractie]:
    """The fracties, by name."""
    query = select(Fractie).where(col(Fractie.municipality_id) == municipality_id).order_by(col(Fractie.name))
    return list(session.scalars(query))


def seats_of(session: Session, member_id: int, day: date) -> list[int]:
    """The ids of the gremia in which a member has a seat on `day`."""
    query = select(col(Seat.gremium_id)).where(col(Seat.member_id) == member_id, of_today(day, Seat.begins, Seat.ends))
    return list(session.scalars(query))


def linked(session: Session, people: Collection[Known]) -> set[int]:
    """The ids of those of these members who can be reached in a chat."""
    return reach.reached(session, [person.id for person in people])


def elsewhere(session: Session, people: Collection[int]) -> set[int]:
    """Those of these people whom more than one municipality knows."""
    if not people:
        return set()
    query = (
        select(col(Member.person_id))
        .where(col(Member.person_id).in_(people))
        .group_by(col(Member.person_id))
        .having(func.count() > 1)
    )
    return set(session.scalars(query))


def places_of(session: Session, person_id: int, now: datetime) -> list[Municipality]:
    """The municipalities in which a person has a mandate today."""
    query = (
        select(Municipality, Mandate)
        .join(Member, col(Member.municipality_id) == Municipality.id)
        .join(Mandate, col(Mandate.member_id) == Member.id)
        .where(col(Member.person_id) == person_id)
        .order_by(col(Municipality.name))
    )
    found: dict[int | None, Municipality] = {}
    for place, mandate in session.execute(query):
        if roles.holds(mandate.begins, mandate.ends, municipality(place).date_at(now)):
            found[place.id] = place
    return list(found.values())


def leads(session: Session, person_id: int, standard: tuple[int, ...]) -> tuple[int, ...]:
    """How many minutes before a meeting a person is reminded: their own choice, else their municipality's."""
    person = session.get(Person, person_id)
    return standard if person is None or person.leads is None else tuple(person.leads)


def choose_leads(session: Session, person_id: int, chosen: tuple[int, ...]) -> None:
    """Keeps a person's own choice of reminders; an empty one means none."""
    person = session.get_one(Person, person_id)
    person.leads = sorted(chosen, reverse=True)
    session.add(person)


def memberships(session: Session, person_id: int) -> list[Known]:
    """A person as each of their municipalities knows them."""
    query = select(Member).where(col(Member.person_id) == person_id).order_by(col(Member.id))
    return [_known(row) for row in session.scalars(query)]
