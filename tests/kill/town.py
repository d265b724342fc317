"""A database with the sample municipality and many more members of it, each with a Telegram chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from domain.roles import Role
from storage import sample
from storage.database import connect, migrate, transaction
from storage.tables import Chat, Fractie, Mandate, Member, Municipality, Person
from tests.botapi.load import FIRST_CHAT
from tests.botapi.people import Person as Player
from tests.botapi.server import BotApiServer

FRACTIE = "Lijst Veel"
FIRST_GRIFFIE = 200_001
_GRIFFIE = ("Griet Mulder", "Hans Smit")
_BEGINS = date(2020, 1, 1)


@dataclass(frozen=True)
class Town:
    """Who can talk with the bot: a chat for every name."""

    folder: Path
    members: Mapping[int, str]
    griffie: Mapping[int, str]


def players(server: BotApiServer, chats: Mapping[int, str]) -> list[Player]:
    """The people of these chats with Telegram, who started the bot long ago."""
    found = []
    for chat, name in chats.items():
        person = server.person(name, user_id=chat)
        person.chat.bot_status = "member"
        found.append(person)
    return found


def prepare(folder: Path, members: int, griffie: int = 2) -> Town:
    """Makes the database as the program itself does, with `members` raadsleden more and so many at the griffie.

    The chats of members are those that a load of the server uses, so that either can play them.
    """
    now = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    engine = connect(folder / "raadsmaat.sqlite3")
    migrate(engine, now)
    town = Town(
        folder,
        {FIRST_CHAT + number: f"Lid {number:03}" for number in range(members)},
        {
            FIRST_GRIFFIE + number: _GRIFFIE[number] if number < len(_GRIFFIE) else f"Griffie {number:03}"
            for number in range(griffie)
        },
    )
    with transaction(engine) as session:
        sample.fill(session, None, now)
        place = session.scalars(select(Municipality).where(col(Municipality.code) == sample.CODE)).one()
        assert place.id is not None
        fractie = Fractie(municipality_id=place.id, name=FRACTIE)
        session.add(fractie)
        session.flush()
        known = {row.name: row.person_id for row in session.scalars(select(Member))}
        for chat, name in town.members.items():
            _link(session, chat, _joins(session, place.id, name, Role.RAADSLID, fractie.id, now), place.id, now)
        for chat, name in town.griffie.items():
            who = known.get(name) or _joins(session, place.id, name, Role.GRIFFIEMEDEWERKER, None, now)
            _link(session, chat, who, place.id, now)
    engine.dispose()
    return town


def _joins(session: Session, place: int, name: str, role: Role, fractie: int | None, now: datetime) -> int:
    person = Person(created_at=now)
    session.add(person)
    session.flush()
    assert person.id is not None
    member = Member(municipality_id=place, person_id=person.id, name=name)
    session.add(member)
    session.flush()
    assert member.id is not None
    session.add(Mandate(municipality_id=place, member_id=member.id, role=role, fractie_id=fractie, begins=_BEGINS))
    return person.id


def _link(session: Session, chat: int, person: int, place: int, now: datetime) -> None:
    linked = now - timedelta(days=1)
    session.add(Chat(platform="telegram", address=str(chat), person_id=person, municipality_id=place, linked_at=linked))
