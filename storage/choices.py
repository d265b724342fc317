"""What a button or a number stood for: the choices are kept with the message that offered them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlmodel import Session

from domain.delivery import Priority
from domain.messages import Address, Choice
from storage.tables import OutboxMessage
from storage.tables.columns import core, in_chat

_OUTBOX = core(OutboxMessage)
_HERE = (_OUTBOX.c.platform == bindparam("platform")) & (_OUTBOX.c.address == bindparam("address"))


def _last(came: ColumnElement[bool]) -> Select[Any]:
    offered = select(_OUTBOX.c.id, _OUTBOX.c.choices, _OUTBOX.c.numbered, _OUTBOX.c.step)
    return offered.where(_HERE, came).order_by(_OUTBOX.c.id.desc()).limit(1)


# Made once: they are asked for every message that is typed, and making one takes longer than running it.
_LAST_ANSWER = _last(_OUTBOX.c.priority == Priority.CONVERSATION)
_LAST_UNASKED = _last(_OUTBOX.c.priority.in_((Priority.URGENT, Priority.REMINDER, Priority.BROADCAST)))


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
    here = {"platform": chat.platform, "address": chat.chat}
    row = session.connection().execute(_LAST_UNASKED if unasked else _LAST_ANSWER, here).first()
    if row is None or not row.choices:
        return None
    return Offered(row.id, tuple(map(Choice.from_json, row.choices)), row.numbered, row.step)


def row(session: Session, chat: Address, message_id: str) -> int | None:
    """The row of a message that the bot sent in this chat, by the platform's id for it."""
    found: int | None = session.scalar(
        select(_OUTBOX.c.id).where(in_chat(_OUTBOX.c, chat), _OUTBOX.c.message_id == message_id)
    )
    return found


def pressed(session: Session, chat: Address, row_id: int, index: int) -> tuple[Choice, str] | None:
    """The choice a button stands for, and its step; None when this chat never got such a button."""
    row = session.execute(
        select(_OUTBOX.c.choices, _OUTBOX.c.step).where(_OUTBOX.c.id == row_id, in_chat(_OUTBOX.c, chat))
    ).first()
    if row is None or not row.choices or not 0 <= index < len(row.choices):
        return None
    return Choice.from_json(row.choices[index]), row.step
