"""What a button or a number stood for: the choices are kept with the message that offered them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from domain.delivery import Priority
from domain.messages import Address, Choice
from storage.tables import OutboxMessage
from storage.tables.columns import core

_OUTBOX = core(OutboxMessage)
_UNASKED = (Priority.URGENT, Priority.REMINDER, Priority.BROADCAST)


@dataclass(frozen=True, slots=True)
class Offered:
    """Choices that an answer in a chat offered: its row, and the step they belong to."""

    row_id: int
    choices: tuple[Choice, ...]
    numbered: bool
    step: str


def last(session: Session, chat: Address, *, unasked: bool = False) -> Offered | None:
    """What the bot's last answer in a chat offered, or the last message that came `unasked`; None when it offered
    nothing."""
    wanted = _UNASKED if unasked else (Priority.CONVERSATION,)
    row = session.execute(
        select(_OUTBOX.c.id, _OUTBOX.c.choices, _OUTBOX.c.numbered, _OUTBOX.c.step)
        .where(
            _OUTBOX.c.platform == chat.platform,
            _OUTBOX.c.address == chat.chat,
            _OUTBOX.c.priority.in_(wanted),
        )
        .order_by(_OUTBOX.c.id.desc())
        .limit(1)
    ).first()
    if row is None or not row.choices:
        return None
    return Offered(row.id, tuple(map(Choice.from_json, row.choices)), row.numbered, row.step)


def row(session: Session, chat: Address, message_id: str) -> int | None:
    """The row of a message that the bot sent in this chat, by the platform's id for it."""
    found: int | None = session.scalar(
        select(_OUTBOX.c.id).where(
            _OUTBOX.c.platform == chat.platform, _OUTBOX.c.address == chat.chat, _OUTBOX.c.message_id == message_id
        )
    )
    return found


def pressed(session: Session, chat: Address, row_id: int, index: int) -> tuple[Choice, str] | None:
    """The choice a button stands for, and its step; None when this chat never got such a button."""
    row = session.execute(
        select(_OUTBOX.c.choices, _OUTBOX.c.step).where(
            _OUTBOX.c.id == row_id, _OUTBOX.c.platform == chat.platform, _OUTBOX.c.address == chat.chat
        )
    ).first()
    if row is None or not row.choices or not 0 <= index < len(row.choices):
        return None
    return Choice.from_json(row.choices[index]), row.step
