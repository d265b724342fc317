"""How each member of a municipality is reached, and what is in the way where they are not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import Session, col

from domain import roles
from domain.typed import folded
from storage import platforms, switches
from storage.members import Known
from storage.tables import Chat, Fractie, Mandate, Member


class Trouble(StrEnum):
    """Why nothing arrives in a chat, where the chat itself is in order."""

    CLOSED = "closed"
    NOT_RUNNING = "not-running"


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether a member is reached, and the chats that are of no use now: the platform, and why (a `Trouble`, or
    what the platform said of this chat)."""

    person: Known
    reached: bool
    troubles: tuple[tuple[str, str], ...]


def names(session: Session, municipality_id: int) -> list[str]:
    """The names of everybody whom a municipality knows, also of those who left."""
    return list(session.scalars(select(col(Member.name)).where(col(Member.municipality_id) == municipality_id)))


def ever(session: Session, municipality_id: int, who: str) -> list[Member]:
    """Everybody whom a municipality knows by exactly this name or e-mail address, also who left. Capitals and accents
    make no difference."""
    rows = session.scalars(
        select(Member).where(col(Member.municipality_id) == municipality_id).order_by(col(Member.id))
    )
    return [row for row in rows if folded(who) in (folded(row.name), folded(row.email or ""))] if who.strip() else []


def overview(session: Session, people: Sequence[Known]) -> list[Reached]:
    """How each of these members of one municipality is reached, in the same order."""
    query = select(Chat).where(col(Chat.person_id).in_([person.person_id for person in people])).order_by(col(Chat.id))
    of: defaultdict[int, list[Chat]] = defaultdict(list)
    for chat in session.scalars(query):
        of[chat.person_id].append(chat)
    runs = {row.name for row in platforms.running(session)}
    places = {person.municipality_id for person in people}
    closed = {(place, name) for place in places for name in switches.closed(session, place)}

    def trouble(chat: Chat, place: int) -> str | None:
        if (place, chat.platform) in closed:
            return Trouble.CLOSED
        if chat.platform not in runs:
            return Trouble.NOT_RUNNING
        return (chat.unreachable_why or "niet bereikbaar") if chat.unreachable_at else None

    found = []
    for person in people:
        states = [(chat.platform, trouble(chat, person.municipality_id)) for chat in of[person.person_id]]
        useless = tuple((platform, why) for platform, why in states if why)
        found.append(Reached(person, len(useless) < len(states), useless))
    return found


def told_apart(session: Session, member: Member) -> str:
    """A member in words that tell them from somebody of the same name: what they are, of which fractie, and their
    e-mail address."""
    query = (
        select(col(Mandate.role), col(Fractie.name))
        .join(Fractie, col(Fractie.id) == Mandate.fractie_id, isouter=True)
        .where(col(Mandate.member_id) == member.id)
        .order_by(col(Mandate.begins).desc())
    )
    held = [part for role, fractie in session.execute(query) for part in (role.value, fractie) if part]
    return ", ".join(dict.fromkeys([member.name, *held, *([member.email] if member.email else [])]))


def holder(session: Session, place: roles.Municipality, member_id: int, now: datetime) -> roles.Member | None:
    """A member of a municipality as they would talk here, with the roles of today; None when they have none."""
    row = session.get(Member, member_id)
    if row is None or row.municipality_id != place.id:
        return None
    mandates = session.scalars(select(Mandate).where(col(Mandate.member_id) == member_id))
    held = frozenset(one.role for one in mandates if roles.holds(one.begins, one.ends, place.date_at(now)))
    return roles.Member(member_id, row.person_id, row.name, place, held) if held else None
