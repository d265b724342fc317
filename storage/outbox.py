"""What the bot owes people: every outgoing message is a row, in the transaction of its cause."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypedDict, Unpack

from sqlalchemy import Row, bindparam, insert, select, text, update
from sqlmodel import Session

from domain import delivery
from domain.delivery import DeliveryFailed, Priority
from domain.messages import Address, Choice, Reply
from domain.roles import Member
from storage import chats, database, members
from storage.parcels import Parcel, Result, Way
from storage.tables import Group, OutboxMessage, Reminder, ReminderState, State
from storage.tables.columns import core, listed, unindexed
from storage.tables.conversation import UNDERWAY, WAITING

_OUTBOX = core(OutboxMessage)
_BEGIN = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.id.in_(listed("ids")),
        _OUTBOX.c.state == State.CLAIMED,
        _OUTBOX.c.claimed_by == bindparam("by"),
    )
    .values(state=State.SENDING, claimed_at=bindparam("now"), attempts=_OUTBOX.c.attempts + 1, floor=bindparam("known"))
    .returning(_OUTBOX.c.id)
)
_SENT = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"))
    .values(state=State.SENT, sent_at=bindparam("now"), message_id=bindparam("message"))
)
_OWED = "owed"
REMINDER = "reminder"
STATUS = "question-status"  # how a question stands, where the message that shows it cannot be changed any more
NOT_ERASED = "not-erased"  # what is said about a person's message that could not be deleted after all
_SOON = timedelta(seconds=30)  # until what is in doubt, and could not be found out now, is looked into again
_ROW = insert(_OUTBOX)
_DUE = select(_OUTBOX.c.id).where(WAITING, _OUTBOX.c.due_at <= bindparam("now"))
_LAST_ID = text("SELECT last_insert_rowid()")


def answer(
    session: Session,
    replies: Sequence[tuple[Address, int | None, Reply]],
    now: datetime,
    by: str,
    ways: Mapping[str, Way] = MappingProxyType({}),
) -> list[Parcel]:
    """Queues the answers to what was said, in the hands of process `by`, which sends them at once.

    `ways`: for each platform how many sends can begin right now. So many rows are marked as being sent in
    this same transaction, which saves them one of their own.
    """
    if not replies:
        return []
    room = {name: way.free for name, way in ways.items()}
    floors = {name: way.floor for name, way in ways.items()}
    begins = [_takes(room, chat.platform) for chat, _, _ in replies]
    rows = [
        {
            "municipality_id": municipality_id,
            "platform": chat.platform,
            "address": chat.chat,
            "priority": Priority.CONVERSATION,
            "subject": reply.subject,
            "subject_id": reply.subject_id,
            "text": reply.text,
            "choices": [choice.as_json() for choice in reply.choices] or None,
            "numbered": reply.numbered,
            "step": reply.step,
            "file_id": reply.attachment.file_id if reply.attachment else None,
            "state": State.SENDING if begins_now else State.CLAIMED,
            "created_at": now,
            "due_at": now,
            "claimed_at": now,
            "claimed_by": by,
            "attempts": int(begins_now),
            "doubtful": 0,
            "parts_sent": 0,
            "floor": floors.get(chat.platform) if begins_now else None,
        }
        for (chat, municipality_id, reply), begins_now in zip(replies, begins, strict=True)
    ]
    return [
        Parcel(
            row_id,
            chat,
            Priority.CONVERSATION,
            reply.text,
            now,
            reply.choices,
            reply.numbered,
            begun=begins_now,
            attachment=reply.attachment,
        )
        for row_id, (chat, _, reply), begins_now in zip(store(session, rows), replies, begins, strict=True)
    ]


def store(session: Session, rows: Sequence[Mapping[str, Any]]) -> range:
    """Stores whole rows, at least one; returns their ids."""
    connection = session.connection()
    # Half of the columns are empty in nearly every row, and what is not named is NULL.
    used = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    connection.execute(_ROW, [{name: row[name] for name in used} for row in rows])
    # One writer, in one transaction: the ids follow each other. RETURNING would cost three times the insert.
    last: int = connection.execute(_LAST_ID).scalar_one()
    return range(last - len(rows) + 1, last + 1)


def _takes(room: dict[str, int], platform: str) -> bool:
    room[platform] = room.get(platform, 0) - 1
    return room[platform] >= 0


class About(TypedDict, total=False):
    """What else there is to a message. `priority` is URGENT unless given."""

    choices: Sequence[Choice]
    priority: Priority
    subject: str
    subject_id: int | None
    file_id: int | None


def tell(session: Session, to: Member | members.Known, text: str, now: datetime, **about: Unpack[About]) -> int:
    """Owes a person a message, wherever they are reached when it goes out. Returns the row's id.

    With an empty `text` the row is a reference: the text is made from `subject` when it goes out.
    """
    place = to.municipality_id if isinstance(to, members.Known) else to.municipality.id
    return _add(session, OutboxMessage(municipality_id=place, person_id=to.person_id, **_row(text, now, about)))


def post(
    session: Session, municipality_id: int | None, chat: Address, text: str, now: datetime, **about: Unpack[About]
) -> int:
    """Owes a message to one chat, whoever is in it. Returns the row's id. See `tell` for an empty `text`."""
    row = _row(text, now, about) | {"municipality_id": municipality_id, "platform": chat.platform}
    return _add(session, OutboxMessage(**row, address=chat.chat))


def post_in(session: Session, group: Group, text: str, now: datetime, **about: Unpack[About]) -> int:
    """Owes a message to a group chat. Returns the row's id. See `tell` for an empty `text`."""
    return post(session, group.municipality_id, Address(group.platform, group.address), text, now, **about)


def tell_instead(session: Session, change: Row[Any], now: datetime) -> None:
    """A change of a message will not be made after all. What it was to show of how something stands is owed to its
    person as a message of its own, made from how that stands when it goes out."""
    if change.subject == STATUS and change.replaces and change.person_id:
        about = _row("", now, {"subject": STATUS, "subject_id": change.subject_id})
        _add(session, OutboxMessage(municipality_id=change.municipality_id, person_id=change.person_id, **about))


def _row(text: str, now: datetime, about: About) -> dict[str, Any]:
    choices = [choice.as_json() for choice in about.get("choices", ())]
    given = {"priority": Priority.URGENT} | about | {"choices": choices or None}
    return given | {"text": text, "numbered": False, "created_at": now, "due_at": now}


def _add(session: Session, row: OutboxMessage) -> int:
    owe(session)
    return database.add(session, row)


def owe(session: Session) -> None:
    """Remembers that this session made something due."""
    session.info[_OWED] = True


def owed(session: Session) -> bool:
    """Whether something became due in this session: then somebody should look what is."""
    return bool(session.info.pop(_OWED, False))


def withdraw(session: Session, row_id: int, reason: str) -> None:
    """A message that no longer holds is not sent."""
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id == row_id).values(state=State.WITHDRAWN, reason=reason))


def put_back(session: Session, row_id: int, due_at: datetime) -> None:
    """A message in hand is not sent now, and looked at again at `due_at`."""
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id == row_id).values(state=State.WAITING, due_at=due_at))


def give_up(session: Session, row_id: int, reason: str) -> None:
    """A message that cannot be sent at all, with the reason for the griffie."""
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id == row_id).values(state=State.FAILED, reason=reason))


def begin(session: Session, ids: Sequence[int], by: str, now: datetime, floor: int | None = None) -> set[int]:
    """Marks rows as being sent, before the first byte leaves; only those may be sent that are returned."""
    given = {"ids": list(ids), "by": by, "now": now, "known": floor}
    return set(session.connection().execute(_BEGIN, given).scalars())


def finish(session: Session, results: Sequence[Result], now: datetime) -> None:
    """Records how attempts ended, and what is to happen next."""
    sent = [{"row": result.id, "now": now, "message": result.message_id} for result in results if not result.failure]
    if sent:
        session.connection().execute(_SENT, sent)
    for result in results:
        if result.failure:
            _failed(session, result, result.failure, now)


def _failed(session: Session, result: Result, failure: DeliveryFailed, now: datetime) -> None:
    row = session.execute(select(_OUTBOX).where(_OUTBOX.c.id == result.id)).one()
    change: dict[str, object] = {"reason": failure.reason, "parts_sent": result.parts_sent, "floor": None}
    pause = delivery.wait(row.attempts)
    repeatable = row.priority == Priority.CHANGE  # done twice it is as done once
    if result.floor is not None and delivery.waits(now - row.created_at):
        change["floor"] = result.floor
        change |= {"claimed_at": now} if result.in_hand else _again(now + _SOON)
    elif failure.gone:
        change["state"] = State.WITHDRAWN
    elif failure.moved_to and pause:
        if row.address != failure.moved_to:  # otherwise another message found out first
            chats.moved(session, Address(row.platform, row.address), Address(row.platform, failure.moved_to))
        change |= _again(now)
    elif failure.unreachable:
        chats.unreachable(session, Address(row.platform, row.address), failure.reason, now)
        # Another chat of the same person may do; claim finds it, or records that there is none.
        moves = row.person_id and not repeatable
        change["state"] = State.WAITING if moves else State.FAILED
        if moves:
            change |= {"platform": None, "address": None, "parts_sent": 0}
    elif failure.asks_to_wait and delivery.waits(now - row.created_at):
        change["attempts"] = max(0, row.attempts - 1)  # nothing is wrong with it: this was none
        later = now + timedelta(seconds=failure.retry_after or 0)
        change |= {"state": State.CLAIMED, "claimed_at": now} if result.in_hand else _again(later)
    elif failure.permanent and failure.uncertain:
        change |= {"state": State.UNCERTAIN, "doubtful": row.doubtful + 1}
    elif failure.permanent or failure.asks_to_wait or pause is None:
        change["state"] = State.FAILED
    elif failure.uncertain and delivery.recognised(row.platform):
        change |= _again(now + pause)
    elif failure.uncertain and not repeatable and not delivery.repeats(Priority(row.priority), row.doubtful + 1):
        change |= {"state": State.UNCERTAIN, "doubtful": row.doubtful + 1}
    else:
        change |= _again(now + pause) | {"doubtful": row.doubtful + failure.uncertain}
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id == result.id).values(**change))
    if change.get("state") in (State.FAILED, State.WITHDRAWN):
        tell_instead(session, row, now)
    if change.get("state") == State.FAILED:
        _failed_for_good(session, row, failure, now)


def _again(at: datetime) -> dict[str, object]:
    return {"state": State.WAITING, "due_at": at}


def _failed_for_good(session: Session, row: Row[Any], failure: DeliveryFailed, now: datetime) -> None:
    if row.subject == REMINDER:
        failed = update(core(Reminder)).where(core(Reminder).c.id == row.subject_id)
        session.execute(failed.values(state=ReminderState.FAILED))
    if row.erases and not failure.unreachable:
        post(session, row.municipality_id, Address(row.platform, row.address), "", now, subject=NOT_ERASED)


def hurry(session: Session, platform: str, now: datetime, chat: str | None = None) -> None:
    """What waits for another attempt on a platform, or in one chat of it, is tried now; that counts for none, since it
    was not its fault."""
    again = WAITING & (unindexed(_OUTBOX.c.platform) == platform) & (_OUTBOX.c.attempts > 1) & (_OUTBOX.c.due_at > now)
    if chat is not None:
        again &= unindexed(_OUTBOX.c.address) == chat
    session.execute(update(_OUTBOX).where(again).values(due_at=now, attempts=_OUTBOX.c.attempts - 1))


def release(session: Session, by: str, unsure: Iterable[int]) -> None:
    """Puts back what process `by` has in hand and will not send after all; it is about to stop.

    That is every row but `unsure`: those it began to send, and of which it has not recorded what came of it.
    """
    mine = update(_OUTBOX).where(UNDERWAY, _OUTBOX.c.claimed_by == by)
    session.execute(mine.where(_OUTBOX.c.state == State.CLAIMED).values(state=State.WAITING))
    sending = (_OUTBOX.c.state == State.SENDING) & _OUTBOX.c.id.not_in(list(unsure))
    session.execute(mine.where(sending).values(state=State.WAITING, floor=None))


def progress(session: Session, row_id: int, parts_sent: int, floor: int | None = None) -> None:
    """Records that the first `parts_sent` pieces of a long message have arrived."""
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id == row_id).values(parts_sent=parts_sent, floor=floor))


def due_now(session: Session, now: datetime) -> int:
    """How many messages could go out now and have not."""
    return len(session.connection().execute(_DUE, {"now": now}).all())
