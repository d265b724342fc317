"""People whom the griffie asks to a chat by their own address: asked once, linked when they come."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session, col

from domain.messages import Address, Refusal
from domain.roles import Member as Griffie
from storage import audit, database, invitations
from storage.tables import AskedIn, Member
from storage.tables.columns import core

_ASKED = core(AskedIn)
_WAITING = (  # looked for at every sync
    select(_ASKED.c.key, _ASKED.c.address)
    .where(_ASKED.c.platform == bindparam("platform"), _ASKED.c.room.is_(None), _ASKED.c.refused_at.is_(None))
    .order_by(_ASKED.c.id)
    .limit(bindparam("most"))
)
MOST_AN_HOUR = 60  # for a municipality: also the service behind it has its limits


def ask(session: Session, griffie: Griffie, member: Member, to: Address, now: datetime) -> None:
    """Owes a member an invitation to a chat; `to` is their own address. Raises Refusal.

    An earlier one to the same address that was not answered yet stands.
    """
    assert member.id is not None
    place = griffie.municipality.id
    same = select(AskedIn).where(
        col(AskedIn.member_id) == member.id,
        col(AskedIn.platform) == to.platform,
        col(AskedIn.address) == to.chat,
        col(AskedIn.joined_at).is_(None),
        col(AskedIn.refused_at).is_(None),
    )
    if session.scalars(same).first() is not None:
        raise Refusal("Dit adres is al uitgenodigd. Er is nog geen antwoord.")
    query = (
        select(func.count())
        .select_from(AskedIn)
        .where(col(AskedIn.municipality_id) == place, col(AskedIn.asked_at) > now - timedelta(hours=1))
    )
    if (session.scalar(query) or 0) >= MOST_AN_HOUR:
        raise Refusal(f"U hebt in een uur {MOST_AN_HOUR} mensen uitgenodigd. Ga over een uur verder.")
    row = AskedIn(
        municipality_id=place,
        member_id=member.id,
        asked_by=griffie.id,
        platform=to.platform,
        address=to.chat,
        key=secrets.token_hex(8),
        asked_at=now,
    )
    audit.record(session, griffie, "invitation.sent", "askedin", database.add(session, row), now)


def waiting(session: Session, platform: str, most: int) -> list[tuple[str, str]]:
    """Whom to ask now, the oldest first: the key of each and the address."""
    found = session.connection().execute(_WAITING, {"platform": platform, "most": most})
    return [(row.key, row.address) for row in found]


def made(session: Session, key: str, room: str) -> None:
    """The chat to which somebody is asked is there, and they are asked."""
    row = session.scalars(select(AskedIn).where(col(AskedIn.key) == key)).one()
    row.room = room
    session.add(row)


def refused(session: Session, key: str, now: datetime) -> AskedIn:
    """The platform does not take the address."""
    row = session.scalars(select(AskedIn).where(col(AskedIn.key) == key)).one()
    row.refused_at = now
    session.add(row)
    return row


def declined(session: Session, chat: Address, now: datetime) -> AskedIn | None:
    """Nobody is left in a chat: when somebody was asked there and never came, they said no."""
    row = session.scalars(
        select(AskedIn).where(
            col(AskedIn.platform) == chat.platform,
            col(AskedIn.room) == chat.chat,
            col(AskedIn.joined_at).is_(None),
            col(AskedIn.refused_at).is_(None),
        )
    ).first()
    return None if row is None else refused(session, row.key, now)


def came(session: Session, chat: Address, who: str, now: datetime) -> Member | None:
    """Somebody came into a chat: when that is who was asked there, it is theirs from now on."""
    row = session.scalars(
        select(AskedIn).where(
            col(AskedIn.platform) == chat.platform,
            col(AskedIn.room) == chat.chat,
            col(AskedIn.address) == who,
            col(AskedIn.joined_at).is_(None),
        )
    ).first()
    if row is None:
        return None
    row.joined_at = now
    session.add(row)
    member = session.get_one(Member, row.member_id)
    invitations.link(session, member, chat, now)
    return member


def forget(session: Session, before: datetime) -> None:
    """Erases the addresses of those who came, or did not want to, before a moment."""
    settled = (col(AskedIn.joined_at) < before) | (col(AskedIn.refused_at) < before)
    session.execute(update(AskedIn).where(settled).values(address=""))
