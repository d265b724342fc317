"""Reminders that could not be sent while a platform did not work, until their meeting had begun."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from domain.delivery import Priority
from storage.reminders import SUBJECT
from storage.tables import Meeting, MeetingState, OutboxMessage, Reminder, ReminderState, State
from storage.tables.columns import core, unindexed
from storage.tables.conversation import UNDERWAY, WAITING
from storage.tables.meetings import FAILED

TOO_LATE = "te laat: de vergadering was al begonnen"
_OUTBOX, _REMINDER, _MEETING = (core(model) for model in (OutboxMessage, Reminder, Meeting))
_SENDING = _REMINDER.alias("sending")
_ABOUT_ONE = unindexed(_OUTBOX.c.subject) == SUBJECT
_FAILED = select(_REMINDER.c.id, _REMINDER.c.meeting_id).where(FAILED)
_UNDERWAY = select(_OUTBOX.c.subject_id).where(UNDERWAY, _ABOUT_ONE)
_WAITING = (
    select(_OUTBOX.c.id, _OUTBOX.c.subject_id)
    .where(WAITING, _OUTBOX.c.priority == Priority.REMINDER, _ABOUT_ONE)
    .subquery("pending")
)
# Looked for each second: in one question, however many wait.
_LATE = (
    select(
        _WAITING.c.id.label("row"),
        _REMINDER.c.id,
        _REMINDER.c.meeting_id,
        _REMINDER.c.member_id,
        _REMINDER.c.municipality_id,
    )
    .select_from(_WAITING)
    .join(_REMINDER, _REMINDER.c.id == _WAITING.c.subject_id)
    .join(_MEETING, _MEETING.c.id == _REMINDER.c.meeting_id)
    .where(unindexed(_MEETING.c.starts_at) <= bindparam("now"), _MEETING.c.state == MeetingState.PLANNED)
    .where(_MEETING.c.id.not_in(select(_SENDING.c.meeting_id).where(_SENDING.c.id.in_(_UNDERWAY))))
    .order_by(_REMINDER.c.meeting_id, _REMINDER.c.member_id)
)
_WITHDRAW = update(_OUTBOX).where(_OUTBOX.c.id == bindparam("row")).values(state=State.WITHDRAWN, reason=TOO_LATE)
_TOO_LATE = update(_REMINDER).where(_REMINDER.c.id == bindparam("reminder")).values(state=ReminderState.TOO_LATE)


def failed(session: Session) -> list[Reminder]:
    """The reminders that could not be sent, of which the griffie was not told; from now on it counts as told.

    A meeting of which a reminder is being sent is left for a next time.
    """
    connection = session.connection()
    found = connection.execute(_FAILED).all()
    if not found:
        return []
    sending = set(
        connection.scalars(
            select(col(Reminder.meeting_id)).where(col(Reminder.id).in_(connection.execute(_UNDERWAY).scalars().all()))
        )
    )
    ids = [row.id for row in found if row.meeting_id not in sending]
    session.execute(update(Reminder).where(col(Reminder.id).in_(ids)).values(state=ReminderState.TOLD))
    return list(
        session.scalars(
            select(Reminder)
            .join(Meeting, col(Meeting.id) == Reminder.meeting_id)
            .where(col(Reminder.id).in_(ids), col(Meeting.state) == MeetingState.PLANNED)
            .order_by(col(Reminder.meeting_id), col(Reminder.member_id))
        )
    )


def withdraw(session: Session, now: datetime) -> Sequence[Any]:
    """Withdraws what waits for a platform and came too late by now; returns those reminders: rows with their
    meeting_id, member_id and municipality_id.

    A meeting of which a reminder is being sent is left for a next time, so that all of it is known at once.
    """
    connection = session.connection()
    late = connection.execute(_LATE, {"now": now}).all()
    if late:
        connection.execute(_WITHDRAW, [{"row": reminder.row} for reminder in late])
        connection.execute(_TOO_LATE, [{"reminder": reminder.id} for reminder in late])
    return late
