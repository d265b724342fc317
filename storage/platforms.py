"""Which platforms the program runs on now, and which of them work."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from domain.delivery import OUTAGE
from storage import outbox
from storage.tables import RunningPlatform


def started(session: Session, names: Collection[str], now: datetime) -> None:
    """Records with which platforms the program starts; what an earlier start used and this one does not, goes."""
    session.execute(delete(RunningPlatform).where(col(RunningPlatform.name).not_in(names)))
    for name in names:
        row = session.get(RunningPlatform, name) or RunningPlatform(name=name, started_at=now)
        row.started_at, row.failing_since, row.error = now, None, None
        session.add(row)


def changed(session: Session, conditions: Mapping[str, str | None], now: datetime) -> None:
    """Records how platforms are: what is wrong, None when one works (again). After an outage nothing waits longer."""
    for name, error in conditions.items():
        row = session.get(RunningPlatform, name)
        if row is None:
            continue
        if error is None and row.failing_since and now - row.failing_since >= OUTAGE:
            outbox.hurry(session, name, now)
        row.failing_since = None if error is None else row.failing_since or now
        row.error = error
        session.add(row)


def named(session: Session, handles: Mapping[str, str]) -> None:
    """Records what the bot itself is called on platforms."""
    for name, handle in handles.items():
        session.execute(update(RunningPlatform).where(col(RunningPlatform.name) == name).values(handle=handle))


def running(session: Session) -> list[RunningPlatform]:
    """The platforms that the program was started with, by name."""
    return list(session.scalars(select(RunningPlatform).order_by(col(RunningPlatform.name))))
