"""Reminders to group chats: one for each group, meeting and lead, whoever is in the group."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from domain.delivery import Priority
from domain.reminders import due
from storage import members, outbox
from storage.tables import Group, GroupReminder, Meeting, MeetingState, ReminderState
from storage.tables.columns import core

SUBJECT = "group-reminder"

_REMINDER = core(GroupReminder)
# Asked each second, and nearly always answered with no: put together once.
_ANY_DUE = (
    select(_REMINDER.c.id)
    .where(_REMINDER.c.state == ReminderState.WAITING, _REMINDER.c.due_at <= bindparam("now"))
    .limit(1)
)


def plan(session: Session, meeting: Meeting, now: datetime, *, told: bool = False) -> None:
    """Makes the reminders of a meeting to groups anew. `told`: they hear of it in another way, so nothing at once."""
    session.execute(
        delete(GroupReminder).where(
            col(GroupReminder.meeting_id) == meeting.id, col(GroupReminder.state) == ReminderState.WAITING
        )
    )
    if meeting.state != MeetingState.PLANNED:
        return
    place = members.place(session, meeting.municipality_id)
    for group in attending(session, meeting):
        for lead, moment in due(meeting.starts_at, place.leads, now).items():
            if told and moment <= now:
                continue
            known = select(GroupReminder).where(
                col(GroupReminder.meeting_id) == meeting.id,
                col(GroupReminder.group_id) == group.id,
                col(GroupReminder.lead) == lead,
            )
            assert meeting.id is not None
            assert group.id is not None
            row = session.scalars(known).first() or GroupReminder(
                municipality_id=place.id, meeting_id=meeting.id, group_id=group.id, lead=lead, due_at=moment
            )
            row.due_at, row.state = moment, ReminderState.WAITING
            session.add(row)
    session.flush()


def attending(session: Session, meeting: Meeting) -> list[Group]:
    """The groups that hear of a meeting: those of its gremium, and of the council's meetings those of fracties too."""
    council = next(iter(members.gremia(session, meeting.municipality_id)), None)
    query = select(Group).where(
        col(Group.municipality_id) == meeting.municipality_id,
        col(Group.lost_at).is_(None),
    )
    whole = council is not None and council.id == meeting.gremium_id
    return [
        group
        for group in session.scalars(query.order_by(col(Group.id)))
        if group.gremium_id == meeting.gremium_id or (whole and group.fractie_id)
    ]


def queue_due(session: Session, now: datetime) -> None:
    """Queues what is due. Of several of one meeting to one group the last goes; after it began none."""
    if session.connection().execute(_ANY_DUE, {"now": now}).first() is None:
        return
    found = session.execute(
        select(GroupReminder, Meeting, Group)
        .join(Meeting, col(Meeting.id) == GroupReminder.meeting_id)
        .join(Group, col(Group.id) == GroupReminder.group_id)
        .where(col(GroupReminder.state) == ReminderState.WAITING, col(GroupReminder.due_at) <= now)
        .order_by(col(GroupReminder.due_at), col(GroupReminder.id))
    ).all()
    last = {(reminder.meeting_id, reminder.group_id): reminder.id for reminder, _, _ in found}
    for reminder, meeting, group in found:
        if meeting.starts_at <= now:
            reminder.state = ReminderState.TOO_LATE
        elif last[reminder.meeting_id, reminder.group_id] != reminder.id:
            reminder.state = ReminderState.OVERTAKEN
        else:
            reminder.state = ReminderState.QUEUED
            about: outbox.About = {"subject": SUBJECT, "subject_id": reminder.id, "priority": Priority.REMINDER}
            outbox.post_in(session, group, "", now, **about)
        session.add(reminder)


def about(session: Session, reminder_id: int) -> tuple[Meeting, Group] | None:
    """The meeting and the group of a reminder as they are now; None when it no longer holds."""
    row = session.execute(
        select(Meeting, Group)
        .join(GroupReminder, col(GroupReminder.meeting_id) == Meeting.id)
        .join(Group, col(Group.id) == GroupReminder.group_id)
        .where(col(GroupReminder.id) == reminder_id, col(Group.lost_at).is_(None))
    ).first()
    return None if row is None else (row[0], row[1])
