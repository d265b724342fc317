"""What the bot sent, or could not send, is erased after a while."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, select, update
from sqlmodel import Session

from storage.tables import OutboxMessage, State
from storage.tables.columns import core
from storage.tables.conversation import KEPT

_OUTBOX = core(OutboxMessage)
_NEVER_SENT = (State.FAILED, State.UNCERTAIN, State.WITHDRAWN)
_TAKE_BACK = update(_OUTBOX).where(_OUTBOX.c.id == bindparam("row")).values(choices=None)


def forget(session: Session, before: datetime) -> None:
    """Erases the text of what was sent before a moment, or was made before it and will never be sent; and the choices
    that hold words somebody typed or that only answered a question of a form. Other choices stay: an old button is
    still understood."""
    never = and_(_OUTBOX.c.sent_at.is_(None), _OUTBOX.c.state.in_(_NEVER_SENT), _OUTBOX.c.created_at < before)
    for old in (_OUTBOX.c.sent_at < before, never):
        offered = select(_OUTBOX.c.id, _OUTBOX.c.choices, _OUTBOX.c.step).where(
            KEPT, old, _OUTBOX.c.choices.is_not(None)
        )
        rows = session.execute(offered).all()
        gone = [{"row": row.id} for row in rows if row.step or any(map(_holds_words, row.choices or ()))]
        if gone:  # one by one: a database takes so many values in one question and no more
            session.connection().execute(_TAKE_BACK, gone)
        session.execute(update(_OUTBOX).where(KEPT, old).values(text=""))


def _holds_words(choice: Mapping[str, str]) -> bool:
    command, _, rest = choice["says"].partition(" ")
    return not command.startswith("/") or (command in ("/vraag", "/meetellen") and bool(rest))
