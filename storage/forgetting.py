"""What the bot sent is erased after a while."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session

from storage.tables import OutboxMessage
from storage.tables.columns import core

_OUTBOX = core(OutboxMessage)


def forget(session: Session, before: datetime) -> None:
    """Erases the text of what was sent before a moment, and the choices that hold words somebody typed or that only
    answered a question of a form. Other choices stay: an old button is still understood."""
    old = (_OUTBOX.c.sent_at < before, _OUTBOX.c.text != "")
    offered = select(_OUTBOX.c.id, _OUTBOX.c.choices, _OUTBOX.c.step).where(*old, _OUTBOX.c.choices.is_not(None))
    gone = [row.id for row in session.execute(offered) if row.step or any(map(_holds_words, row.choices or ()))]
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_(gone)).values(choices=None))
    session.execute(update(_OUTBOX).where(*old).values(text=""))


def _holds_words(choice: Mapping[str, str]) -> bool:
    command, _, rest = choice["says"].partition(" ")
    return not command.startswith("/") or (command in ("/vraag", "/meetellen") and bool(rest))
