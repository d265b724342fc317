"""Taking messages in hand that are due, each with the address where its person is reached now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update
from sqlmodel import Session

from domain.delivery import Priority
from storage import reach
from storage.tables import Chat, OutboxMessage, RunningPlatform, State
from storage.tables.columns import core, unindexed
from storage.tables.conversation import UNDERWAY, WAITING

NOWHERE = "geen chat waarin deze persoon bereikbaar is"
_OUTBOX, _CHAT, _RUNNING = core(OutboxMessage), core(Chat), core(RunningPlatform)
_THERE: Any = bindparam("platforms", expanding=True)
_DUE = (
    select(
        _OUTBOX.c.id,
        _OUTBOX.c.person_id,
        _OUTBOX.c.address.label("before"),
        _OUTBOX.c.parts_sent,
        func.coalesce(_CHAT.c.platform, _OUTBOX.c.platform).label("platform"),
        func.coalesce(_CHAT.c.address, _OUTBOX.c.address).label("address"),
        _CHAT.c.id.label("chat_id"),
    )
    .select_from(_OUTBOX)
    .outerjoin(
        _CHAT,
        (_CHAT.c.id == reach.best(_OUTBOX.c.person_id, _OUTBOX.c.municipality_id)) & _OUTBOX.c.person_id.is_not(None),
    )
    .where(WAITING, _OUTBOX.c.due_at <= bindparam("now"), _OUTBOX.c.priority < Priority.CHANGE)
    .where(_OUTBOX.c.floor.is_(None))  # else it may have arrived: `storage.doubts`
    .where(
        _CHAT.c.platform.in_(_THERE)
        | (_OUTBOX.c.person_id.is_(None) & _OUTBOX.c.platform.in_(_THERE))
        | (_OUTBOX.c.person_id.is_not(None) & _CHAT.c.id.is_(None))
    )
    .order_by(_OUTBOX.c.priority, _OUTBOX.c.id)
    .limit(bindparam("most"))
)
_TAKE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"))
    .values(platform=bindparam("to"), address=bindparam("at"), parts_sent=bindparam("parts"))
)


def claim(session: Session, now: datetime, by: str, room: Mapping[str, int]) -> list[Row[Any]]:
    """Takes due rows in hand, the most urgent first, each with an address filled in.

    `room`: for each platform that runs here how many rows at most. One without room holds up no other. A row
    for a person goes to the chat where they are reached; where there is none the row fails, with that reason.
    """
    left = {platform: most for platform, most in room.items() if most > 0}
    asked = {"now": now, "platforms": list(left), "most": sum(left.values())}
    taken: list[dict[str, Any]] = []
    nowhere: list[int] = []
    for row in session.connection().execute(_DUE, asked).all():
        if row.person_id and not row.chat_id:
            nowhere.append(row.id)
        elif left[row.platform]:
            left[row.platform] -= 1
            parts = row.parts_sent if row.address == row.before else 0
            taken.append({"row": row.id, "to": row.platform, "at": row.address, "parts": parts})
    if nowhere:
        failed = {"state": State.FAILED, "reason": NOWHERE}
        session.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_(nowhere)).values(failed))
    if taken:
        claimed = {"state": State.CLAIMED, "claimed_at": now, "claimed_by": by}
        session.connection().execute(_TAKE.values(claimed), taken)
    rows = session.execute(select(_OUTBOX).where(_OUTBOX.c.id.in_([row["row"] for row in taken]))).all()
    return sorted(rows, key=lambda row: (row.priority, row.id))


def oldest(session: Session, now: datetime) -> datetime | None:
    """Since when the longest waiting message could have been sent and was not; None when none waits.

    What waits for a platform that does not run here is left out: that may take for ever.
    """
    platform = unindexed(_OUTBOX.c.platform)
    here = platform.is_(None) | platform.in_(select(_RUNNING.c.name))
    due = select(func.min(_OUTBOX.c.due_at)).where(_OUTBOX.c.due_at <= now, here)
    found = [session.scalar(due.where(state)) for state in (WAITING, UNDERWAY)]
    return min(filter(None, found), default=None)
