"""Reminders that could not be sent while a platform did not work, until their meeting had begun."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from domain.delivery import Priority
from storage.reminders import SUBJECT
from storage.tables import Meeting, MeetingState, OutboxMessage, Reminder, ReminderState, State
from storage.tables.columns import core, unindexed
from storage.tables.conversation import UNDERWAY, WAITING
from storage.tables.meetings import FAILED

TOO_LATE = "te laat: de vergadering was al begonnen"
_OUTBOX = core(OutboxMessage)
_ABOUT_ONE = unindexed(_OUTBOX.c.subject) == SUBJECT
_WAITING = select(_OUTBOX.c.subject_id).where(WAITING, _OUTBOX.c.priority == Priority.REMINDER, _ABOUT_ONE)
_FAILED = select(core(Reminder).c.id, core(Reminder).c.meeting_id).where(FAILED)
_UNDERWAY = select(_OUTBOX.c.subject_id).where(UNDERWAY, _ABOUT_ONE)


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


def withdraw(session: Session, now: datetime) -> list[Reminder]:
    """Withdraws what waits for a platform and came too late by now; returns those reminders.

    A meeting of which a reminder is being sent is left for a next time, so that all of it is known at once.
    """
    connection = session.connection()
    waiting = connection.execute(_WAITING).scalars().all()
    if not waiting:
        return []
    sending = select(col(Reminder.meeting_id)).where(
        col(Reminder.id).in_(connection.execute(_UNDERWAY).scalars().all())
    )
    late = session.scalars(
        select(Reminder)
        .join(Meeting, col(Meeting.id) == Reminder.meeting_id)
        .where(
            col(Reminder.id).in_(waiting),
            col(Meeting.starts_at) <= now,
            col(Meeting.state) == MeetingState.PLANNED,
            col(Meeting.id).not_in(sending),
        )
        .order_by(col(Reminder.meeting_id), col(Reminder.member_id))
    ).all()
    ids = [reminder.id for reminder in late]
    if ids:
        session.execute(
            update(_OUTBOX)
            .where(_OUTBOX.c.subject == SUBJECT, _OUTBOX.c.subject_id.in_(ids), _OUTBOX.c.state == State.WAITING)
            .values(state=State.WITHDRAWN, reason=TOO_LATE)
        )
        session.execute(update(Reminder).where(col(Reminder.id).in_(ids)).values(state=ReminderState.TOO_LATE))
    return list(late)
