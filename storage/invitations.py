"""Invitations: a single-use code that links a chat to a member. Only the hash of a code is kept."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlmodel import Session, col

from domain import answers, platforms
from domain.markup import escape
from domain.messages import Address, Refusal
from domain.typed import folded
from storage import chats, members, reach
from storage.tables import (
    Chat,
    ClosedPlatform,
    GroupCode,
    Invitation,
    Mandate,
    Member,
    OpenForm,
    OutboxMessage,
    Subject,
    WrongCode,
)
from storage.tables.columns import core, in_chat

VALID_FOR, OWN_VALID_FOR = timedelta(days=30), timedelta(minutes=15)
MOST_WRONG, WRONG_COUNTS_FOR = 5, timedelta(hours=1)

# Without 0, 1, i, l and o, which look alike on paper. 16 of 31 letters: 79 bits.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_WRITTEN = re.compile(r"(?: |-|‐|‑|–|—)+")
_GROUPS = re.compile(rf"(?=.*[0-9])[A-Za-z0-9]{{4}}(?:{_WRITTEN.pattern}[A-Za-z0-9]{{4}}){{3}}")
_SHAPE = re.compile(r"[A-Za-z0-9_-]{12,64}")


def as_typed(text: str) -> str:
    """A code as it was made, from what somebody typed over: with spaces, or with the dashes of a phone."""
    text = text.strip()
    return _WRITTEN.sub("-", text) if _GROUPS.fullmatch(text) else text


def looks_like_code(text: str) -> bool:
    """Whether a text could be an invitation code, and nothing else."""
    return _SHAPE.fullmatch(text) is not None and any(letter in text for letter in "-23456789")


def letters() -> str:
    """A new code, in groups of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def hashed(code: str) -> str:
    """A code as it is kept."""
    return hashlib.sha256(code.replace("-", "").lower().encode()).hexdigest()


def invite(session: Session, member: Member, now: datetime, valid_for: timedelta = VALID_FOR) -> str:
    """Makes a code for a member, in groups of four; an earlier one that was not used stops working.

    `OWN_VALID_FOR` is for a code that somebody asks for in one chat, to use in another a moment later.
    """
    assert member.id is not None
    session.execute(delete(Invitation).where(col(Invitation.member_id) == member.id, col(Invitation.used_at).is_(None)))
    code = letters()
    session.add(
        Invitation(
            municipality_id=member.municipality_id,
            member_id=member.id,
            code_hash=hashed(code),
            created_at=now,
            expires_at=now + valid_for,
        )
    )
    session.flush()
    return code


def blocked(session: Session, chat: Address, now: datetime) -> bool:
    """Whether this chat tried too many wrong codes in the last hour to try another."""
    since = now - WRONG_COUNTS_FOR
    session.execute(delete(WrongCode).where(col(WrongCode.tried_at) < since))
    tried = session.scalar(select(func.count()).select_from(WrongCode).where(in_chat(WrongCode, chat)))
    return (tried or 0) >= MOST_WRONG


def redeem(session: Session, code: str, chat: Address, now: datetime) -> Member | None:
    """Links a chat to the member a code was made for; None, and counted, when the code is not good.

    A chat that is somebody's already keeps its person: what the code gives is added to them. Raises Refusal
    where the municipality does not use the platform; the code then stays good.
    """
    row = session.scalars(
        select(Invitation).where(
            col(Invitation.code_hash) == hashed(code),
            col(Invitation.used_at).is_(None),
            col(Invitation.expires_at) > now,
        )
    ).first()
    if row is None:
        session.add(WrongCode(platform=chat.platform, address=chat.chat, tried_at=now))
        return None
    if closed := session.get(ClosedPlatform, (row.municipality_id, chat.platform)):
        place = members.place(session, row.municipality_id)
        raise Refusal(
            f"{escape(place.name)} gebruikt Raadsmaat niet op {platforms.called(chat.platform)}. "
            f"Reden: {escape(closed.reason)}. Uw code blijft geldig: stuur hem op een ander platform, of vraag "
            "het de griffie."
        )
    row.used_at = now
    session.add(row)
    member = session.get_one(Member, row.member_id)
    link(session, member, chat, now)
    return member


def link(session: Session, member: Member, chat: Address, now: datetime) -> None:
    """A chat is a member's from now on. One that is somebody's already keeps its person."""
    linked = chats.at(session, chat)
    if linked is None:
        linked = Chat(
            platform=chat.platform,
            address=chat.chat,
            person_id=member.person_id,
            municipality_id=member.municipality_id,
            linked_at=now,
        )
    elif linked.person_id != member.person_id:
        _join(session, member, linked)
    linked.municipality_id = member.municipality_id
    linked.unreachable_at = linked.unreachable_why = None
    session.add(linked)
    session.flush()


def _join(session: Session, member: Member, chat: Chat) -> None:
    """One human being, known in two municipalities: the second goes on under the person of the chat."""
    here = select(Member).where(
        col(Member.person_id) == chat.person_id, col(Member.municipality_id) == member.municipality_id
    )
    former = member.person_id
    if session.scalars(here).first() is not None:
        # Somebody else of the same municipality: the chat changes hands, nobody is merged.
        chat.person_id = former
        return
    session.execute(update(Chat).where(col(Chat.person_id) == former).values(person_id=chat.person_id))
    # What is owed to them goes along; a form begun elsewhere does not, since a person is in one at a time.
    session.execute(
        update(OutboxMessage)
        .where(col(OutboxMessage.person_id) == former, col(OutboxMessage.municipality_id) == member.municipality_id)
        .values(person_id=chat.person_id)
    )
    session.execute(delete(OpenForm).where(col(OpenForm.person_id) == former))
    session.execute(delete(Subject).where(col(Subject.person_id) == former))
    member.person_id = chat.person_id
    session.add(member)
    session.flush()


def forget(session: Session, before: datetime) -> None:
    """Deletes the codes, of people and of groups, that were used or stopped working before a moment."""
    for table in (core(Invitation), core(GroupCode)):
        session.execute(delete(table).where((table.c.used_at < before) | (table.c.expires_at < before)))


def uninvited(session: Session, municipality_id: int, now: datetime) -> list[Member]:
    """The members with a mandate that has not ended, who cannot be reached in any chat, by name."""
    return list(session.scalars(_holding(session, municipality_id, now).where(reach.unreached())))


def named(session: Session, municipality_id: int, who: str, now: datetime) -> list[Member]:
    """The members with a mandate that has not ended and exactly this name, e-mail address or number (their id).

    Capitals and accents make no difference.
    """
    wanted = folded(who)
    if who.isascii() and who.isdigit():
        return [row for row in session.scalars(_holding(session, municipality_id, now)) if str(row.id) == who]
    return [
        row
        for row in session.scalars(_holding(session, municipality_id, now))
        if wanted in (folded(row.name), folded(row.email or ""))
    ]


def near(session: Session, municipality_id: int, who: str, now: datetime) -> list[Member]:
    """The members with a mandate that has not ended whose name has all of these words: “fatima”."""
    rows = list(session.scalars(_holding(session, municipality_id, now)))
    return [rows[at] for at in answers.named(who, [row.name for row in rows])]


def _holding(session: Session, municipality_id: int, now: datetime) -> Select[Member]:
    today = members.place(session, municipality_id).date_at(now)
    return (
        select(Member)
        .join(Mandate, col(Mandate.member_id) == Member.id)
        .where(
            col(Member.municipality_id) == municipality_id,
            col(Mandate.ends).is_(None) | (col(Mandate.ends) >= today),
        )
        .distinct()
        .order_by(col(Member.name), col(Member.id))
    )
