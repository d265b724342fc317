"""Messages of which nobody knows whether they arrived, as a crash or a lost answer leaves them.

On a platform that counts its messages such a row keeps its `floor`, and waits until it is found out under which id
it is there, or that it is not (`bot.tracing`). On any other, `domain.delivery` says whether it is sent again or left
for the griffie to look at.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session

from domain.delivery import DeliveryFailed
from domain.messages import Address
from storage import outbox
from storage.parcels import Result
from storage.tables import InboxMessage, OutboxMessage, State
from storage.tables.columns import core, in_chat, unindexed
from storage.tables.conversation import IN_DOUBT, UNDERWAY

_OUTBOX, _INBOX = core(OutboxMessage), core(InboxMessage)
_HANGING = select(_OUTBOX.c.id).where(UNDERWAY, _OUTBOX.c.claimed_at < bindparam("before")).limit(1)
_TRACED: Any = bindparam("platforms", expanding=True)
_DOUBTED = (
    select(_OUTBOX.c.id)
    .where(IN_DOUBT, _OUTBOX.c.due_at <= bindparam("now"), unindexed(_OUTBOX.c.platform).in_(_TRACED))
    .order_by(_OUTBOX.c.priority, _OUTBOX.c.id)
    .limit(64)
)
_RECENT = 500  # messages


def recover(session: Session, before: datetime, now: datetime) -> None:
    """Puts back what a process took in hand before `before` and never finished.

    What was only claimed was surely not sent. What was being sent may have arrived.
    """
    if session.connection().execute(_HANGING, {"before": before}).first() is None:
        return
    session.execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.state == State.CLAIMED, _OUTBOX.c.claimed_at < before)
        .values(state=State.WAITING)
    )
    hanging = (_OUTBOX.c.state == State.SENDING, _OUTBOX.c.claimed_at < before)
    session.execute(
        update(_OUTBOX).where(*hanging, _OUTBOX.c.floor.is_not(None)).values(state=State.WAITING, due_at=now)
    )
    for row in session.execute(select(_OUTBOX).where(*hanging)).all():
        _give_up(session, row, now)


def claim(session: Session, now: datetime, by: str, platforms: Collection[str]) -> list[Row[Any]]:
    """Takes rows in doubt in hand, each for the chat in which it may have arrived."""
    asked = {"now": now, "platforms": list(platforms)}
    found = list(session.connection().execute(_DOUBTED, asked).scalars())
    if not found:
        return []
    session.execute(
        update(_OUTBOX).where(_OUTBOX.c.id.in_(found)).values(state=State.CLAIMED, claimed_at=now, claimed_by=by)
    )
    rows = session.execute(select(_OUTBOX).where(_OUTBOX.c.id.in_(found))).all()
    return sorted(rows, key=lambda row: (row.priority, row.id))


def abandon(session: Session, platforms: Collection[str], now: datetime) -> None:
    """What is in doubt on a platform that the program was started without will never be found out."""
    doubted = select(_OUTBOX).where(IN_DOUBT, _OUTBOX.c.platform.not_in(platforms))
    for row in session.execute(doubted).all():
        _give_up(session, row, now)


def _give_up(session: Session, row: Row[Any], now: datetime) -> None:
    doubt = DeliveryFailed("het programma stopte tijdens het versturen", uncertain=True)
    outbox.finish(session, [Result(row.id, parts_sent=row.parts_sent, failure=doubt)], now)


def owned(session: Session, chat: Address) -> set[str]:
    """The ids of what the bot sent in a chat lately, as far as they are known."""
    query = select(_OUTBOX.c.message_id).where(in_chat(_OUTBOX.c, chat)).order_by(_OUTBOX.c.id.desc()).limit(_RECENT)
    return {message_id for message_id in session.scalars(query) if message_id}


def recent(session: Session, platform: str) -> list[tuple[Address, str]]:
    """The ids of the last messages that came and went on a platform, each with its chat."""
    found: list[tuple[Address, str]] = []
    for table in (_OUTBOX, _INBOX):
        query = (
            select(table.c.address, table.c.message_id)
            .where(unindexed(table.c.platform) == platform, table.c.message_id.is_not(None))
            .order_by(table.c.id.desc())
            .limit(_RECENT)
        )
        found += [(Address(platform, row.address), row.message_id) for row in session.execute(query)]
    return found
