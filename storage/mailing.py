"""Messages to many people at a time, put down together: one by one, thousands hold up everybody for seconds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage import outbox
from storage.tables import State


def row(now: datetime, **values: Any) -> dict[str, Any]:
    """What a row holds that waits to be sent, with `values`; a reference, where no text is among them."""
    blank = {"text": "", "choices": None, "numbered": False, "step": "", "file_id": None}
    begin = {"state": State.WAITING, "created_at": now, "due_at": now, "attempts": 0, "doubtful": 0, "parts_sent": 0}
    return blank | begin | values


def owe(session: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Stores rows, each as `row` makes it, and returns their ids in the same order."""
    if not rows:
        return ()
    outbox.owe(session)
    return outbox.store(session, rows)
