"""Messages in a chat that change afterwards: what the bot sent is edited, what a person sent is erased.

Each change is an outbox row as well, in the transaction of its cause. It goes after everything else that
waits, alerts nobody, and when the message is gone or too old to edit it ends without anybody hearing of it; but what
was to be read only there is then said in a message of its own (`storage.outbox.tell_instead`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, exists, literal, literal_column, select, update
from sqlmodel import Session, col

from domain import platforms
from domain.delivery import Priority
from domain.markup import escape
from domain.messages import Address
from storage import outbox, reach
from storage.tables import Chat, OutboxMessage, State
from storage.tables.columns import core

_OUTBOX = core(OutboxMessage)
_EARLIER, _LATER = _OUTBOX.alias("earlier"), _OUTBOX.alias("later")
_SOON = timedelta(seconds=2)  # until a message that is on its way has arrived, and can be edited


def chosen(session: Session, row_id: int, label: str, now: datetime) -> None:
    """A message that asked something shows what was chosen, and no longer offers anything."""
    row = session.execute(select(_OUTBOX).where(_OUTBOX.c.id == row_id)).one()
    if row.text:  # after a month it is erased; then the buttons stay, and are answered as old ones
        _edit(session, row, f"{row.text}\n\n✓ {escape(label)}", now)


def settled(
    session: Session,
    municipality_id: int,
    subject: str,
    subject_id: int,
    outcome: str,
    now: datetime,
    *,
    people: Collection[int],
) -> None:
    """Something is decided: the messages that offered to decide it say so, and no longer offer anything.

    `outcome` is a sentence that can stand alone. Only what these people (by id) got is changed.
    """
    query = select(_OUTBOX).where(
        _OUTBOX.c.subject == subject,
        _OUTBOX.c.subject_id == subject_id,
        _OUTBOX.c.municipality_id == municipality_id,
        _OUTBOX.c.person_id.in_(people),
        _OUTBOX.c.replaces.is_(None),
        _OUTBOX.c.choices.is_not(None),
    )
    for row in session.execute(query).all():
        if row.choices:
            _edit(session, row, f"{row.text}\n\n✓ {outcome}".lstrip(), now)


def status(
    session: Session,
    municipality_id: int,
    subject: str,
    subject_id: int,
    outcome: str,
    now: datetime,
    *,
    person_id: int,
    told: bool,
) -> bool:
    """The answer that told this person of something says below what became of it since, in place of what it said
    there before. Returns whether they see it: in the chat where they are reached now.

    `told`: they know it already, or are told in another way as well.
    """
    query = (
        select(_OUTBOX, col(Chat.id).label("chat_id"))
        .join(Chat, (col(Chat.platform) == _OUTBOX.c.platform) & (col(Chat.address) == _OUTBOX.c.address))
        .where(
            _OUTBOX.c.subject == subject,
            _OUTBOX.c.subject_id == subject_id,
            _OUTBOX.c.municipality_id == municipality_id,
            _OUTBOX.c.replaces.is_(None),
            _OUTBOX.c.text != "",  # after a month it is erased
            _OUTBOX.c.state.in_((State.CLAIMED, State.SENDING, State.SENT)),
            col(Chat.person_id) == person_id,
        )
    )
    here = session.scalar(select(reach.best(literal(person_id), literal(municipality_id))))
    seen = False
    for row in session.execute(query).all():
        if platforms.changes(row.platform):
            reached = row.chat_id == here
            owed = "" if told or not reached else subject
            _edit(session, row, f"{row.text}\n\n{outcome}", now, person_id=person_id, subject=owed)
            seen = seen or reached
    return seen


def erase(session: Session, municipality_id: int | None, chat: Address, message_id: str, now: datetime) -> None:
    """A message that a person sent is to be deleted from the chat; `message_id` is the platform's own id of it.

    When that cannot be, the chat is told so: the person can still do it.
    """
    _owe(
        session,
        municipality_id=municipality_id,
        platform=chat.platform,
        address=chat.chat,
        erases=message_id,
        due_at=now,
        created_at=now,
    )


def _edit(session: Session, row: Row[Any], text: str, now: datetime, **more: Any) -> None:
    shown = {"text": text, "choices": None, "numbered": False}
    changed: Any = session.execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.id == row.id, _OUTBOX.c.state == State.WAITING, _OUTBOX.c.attempts == 0)
        .values(**shown)
    )
    if changed.rowcount:
        return  # nobody can have it yet: it goes out as it should be now
    about = {name: getattr(row, name) for name in ("municipality_id", "person_id", "platform", "address")}
    about |= {"subject": row.subject, "subject_id": row.subject_id, "replaces": row.id}
    _owe(session, created_at=now, due_at=now, **(about | shown | more))


def _owe(session: Session, **values: Any) -> None:
    session.add(OutboxMessage(priority=Priority.CHANGE, **values))
    session.flush()
    outbox.owe(session)


@dataclass(frozen=True, slots=True)
class Change:
    """A row in hand, with what it needs to know of the message that it changes."""

    row: Row[Any]
    message_id: str
    before: str


_NEWER = exists().where(_LATER.c.replaces == _OUTBOX.c.replaces, _LATER.c.id > _OUTBOX.c.id)
_LINKED = exists().where(
    col(Chat.platform) == _OUTBOX.c.platform,
    col(Chat.address) == _OUTBOX.c.address,
    col(Chat.person_id) == _OUTBOX.c.person_id,
)
_DUE = (
    select(
        _OUTBOX,
        _EARLIER.c.state.label("earlier_state"),
        _EARLIER.c.message_id.label("earlier_id"),
        _EARLIER.c.platform.label("earlier_platform"),
        _EARLIER.c.address.label("earlier_address"),
        _EARLIER.c.text.label("before"),
        _NEWER.label("outdated"),
        _LINKED.label("linked"),
    )
    .outerjoin(_EARLIER, _EARLIER.c.id == _OUTBOX.c.replaces)
    # In words that SQLite recognises the partial index by, and named since the earlier row has a state as well.
    .where(_OUTBOX.c.state == literal_column(f"'{State.WAITING}'"))
    .where(_OUTBOX.c.priority == Priority.CHANGE, _OUTBOX.c.due_at <= bindparam("now"))
    .where(_OUTBOX.c.platform.is_(None) | _OUTBOX.c.platform.in_(bindparam("platforms", expanding=True)))
    .order_by(_OUTBOX.c.id)
    .limit(bindparam("most"))
)


def claim(session: Session, now: datetime, by: str, limit: int, platforms: Sequence[str]) -> list[Change]:
    """Takes up to `limit` due changes in hand. One whose message has not arrived yet waits for it."""
    taken: list[Change] = []
    asked = {"now": now, "platforms": platforms, "most": limit}
    for row in session.connection().execute(_DUE, asked).all():
        change: dict[str, object] = {"state": State.CLAIMED, "claimed_at": now, "claimed_by": by}
        if row.replaces is None:
            taken.append(Change(row, row.erases, ""))
        elif row.earlier_state in (State.WAITING, State.CLAIMED, State.SENDING):
            change = {"due_at": now + _SOON, "platform": row.earlier_platform, "address": row.earlier_address}
        elif row.outdated:
            change = {"state": State.WITHDRAWN, "reason": "niet meer nodig"}
        elif row.earlier_state != State.SENT or not row.earlier_id:
            change = {"state": State.WITHDRAWN, "reason": "het bericht is niet aangekomen"}
            outbox.tell_instead(session, row, now)
        elif row.person_id and not row.linked:
            change = {"state": State.WITHDRAWN, "reason": "niet meer nodig"}
            outbox.tell_instead(session, row, now)
        else:
            taken.append(Change(row, row.earlier_id, row.before))
        session.execute(update(_OUTBOX).where(_OUTBOX.c.id == row.id).values(**change))
    return taken
