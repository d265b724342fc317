"""Reminders of meetings: one row for each person, meeting and lead; due when its moment has come."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, tuple_, update
from sqlmodel import Session, col

from domain.delivery import Priority
from domain.reminders import due
from storage import group_reminders, mailing, members, outbox
from storage.tables import (
    Meeting,
    MeetingState,
    Member,
    Person,
    Reminder,
    ReminderState,
)
from storage.tables.columns import core

SUBJECT = outbox.REMINDER

_AT_ONCE = 500  # in one transaction: others wait for it
_REMINDER, _MEETING, _MEMBER = (core(model) for model in (Reminder, Meeting, Member))
# Asked each second, and nearly always answered with no: put together once.
_ANY_DUE = (
    select(_REMINDER.c.id)
    .where(_REMINDER.c.state == ReminderState.WAITING, _REMINDER.c.due_at <= bindparam("now"))
    .limit(1)
)
_LATER = _REMINDER.alias("later")
_OVERTAKEN = exists(select(_LATER.c.id)).where(
    _LATER.c.meeting_id == _REMINDER.c.meeting_id,
    _LATER.c.member_id == _REMINDER.c.member_id,
    _LATER.c.state == ReminderState.WAITING,
    _LATER.c.due_at <= bindparam("now"),
    tuple_(_LATER.c.due_at, _LATER.c.id) > tuple_(_REMINDER.c.due_at, _REMINDER.c.id),
)
_DUE = (
    select(
        _REMINDER.c.id,
        _REMINDER.c.municipality_id,
        _MEMBER.c.person_id,
        _MEETING.c.starts_at,
        _OVERTAKEN.label("overtaken"),
    )
    .join(_MEETING, _MEETING.c.id == _REMINDER.c.meeting_id)
    .join(_MEMBER, _MEMBER.c.id == _REMINDER.c.member_id)
    .where(_REMINDER.c.state == ReminderState.WAITING, _REMINDER.c.due_at <= bindparam("now"))
    .order_by(_REMINDER.c.due_at, _REMINDER.c.id)
    .limit(_AT_ONCE)
)
_ABOUT = select(_REMINDER.c.member_id, _REMINDER.c.meeting_id).where(_REMINDER.c.id == bindparam("id"))


def plan(session: Session, meeting: Meeting, now: datetime, *, told: bool = False) -> None:
    """Makes the reminders of a meeting anew, from who belongs to it and what each of them chose.

    What was sent before does not count: a meeting that was moved is a new reason to be reminded. `told`:
    they hear of the meeting now in another way, so that nothing is due at once.
    """
    session.execute(delete(Reminder).where(col(Reminder.meeting_id) == meeting.id))
    if meeting.state == MeetingState.PLANNED:
        _fill(session, meeting, now, told=told)
    group_reminders.plan(session, meeting, now, told=told)


def plan_for(session: Session, member_ids: Iterable[int], municipality_id: int, now: datetime) -> None:
    """Makes the reminders of some members anew, for every meeting to come: their seats or wishes changed."""
    chosen = set(member_ids)
    coming = select(Meeting).where(
        col(Meeting.municipality_id) == municipality_id,
        col(Meeting.state) == MeetingState.PLANNED,
        col(Meeting.starts_at) > now,
    )
    for meeting in session.scalars(coming).all():
        session.execute(
            delete(Reminder).where(
                col(Reminder.meeting_id) == meeting.id,
                col(Reminder.member_id).in_(chosen),
                col(Reminder.state) == ReminderState.WAITING,
            )
        )
        _fill(session, meeting, now, only=chosen)


def _fill(
    session: Session,
    meeting: Meeting,
    now: datetime,
    *,
    only: Collection[int] | None = None,
    told: bool = False,
) -> None:
    place = members.place(session, meeting.municipality_id)
    day = place.date_at(meeting.starts_at)
    seated = [
        member for member in members.seated(session, meeting.gremium_id, day) if only is None or member.id in only
    ]
    own = {
        person.id: person.leads
        for person in session.scalars(select(Person).where(col(Person.id).in_([member.person_id for member in seated])))
    }
    known = {
        (reminder.member_id, reminder.lead)
        for reminder in session.scalars(select(Reminder).where(col(Reminder.meeting_id) == meeting.id))
    }
    reminded = {member_id for member_id, _ in known}
    rows = []
    for member in seated:
        chosen = own[member.person_id]
        for lead, moment in due(meeting.starts_at, place.leads if chosen is None else chosen, now).items():
            # Who was reminded already is not reminded at once again because a setting changed.
            if (member.id, lead) in known or (moment <= now and (told or member.id in reminded)):
                continue
            rows.append(
                {
                    "municipality_id": meeting.municipality_id,
                    "meeting_id": meeting.id,
                    "member_id": member.id,
                    "lead": lead,
                    "due_at": moment,
                    "state": ReminderState.WAITING,
                }
            )
    if rows:
        session.execute(insert(Reminder), rows)


def queue_due(session: Session, now: datetime) -> list[Reminder]:
    """Queues what is due, some hundreds at a time; returns those that came too late to be of use.

    After an outage several reminders of one meeting can be due to one person: only the last is sent.
    """
    if not any_due(session, now):
        return []
    queued: list[dict[str, Any]] = []
    states: defaultdict[ReminderState, list[int]] = defaultdict(list)
    for row in session.connection().execute(_DUE, {"now": now}):
        if row.overtaken:
            states[ReminderState.OVERTAKEN].append(row.id)
        elif row.starts_at <= now:
            states[ReminderState.TOO_LATE].append(row.id)
        else:
            states[ReminderState.QUEUED].append(row.id)
            about = {"subject": SUBJECT, "subject_id": row.id, "municipality_id": row.municipality_id}
            queued.append(mailing.row(now, person_id=row.person_id, priority=Priority.REMINDER, **about))
    mailing.owe(session, queued)
    for state, ids in states.items():
        session.execute(update(Reminder).where(col(Reminder.id).in_(ids)).values(state=state, queued_at=now))
    late = states[ReminderState.TOO_LATE]
    return list(session.scalars(select(Reminder).where(col(Reminder.id).in_(late)))) if late else []


def about(session: Session, reminder_id: int) -> tuple[int, int] | None:
    """Whom a reminder is for, and of which meeting (their ids); None when it no longer holds."""
    row = session.connection().execute(_ABOUT, {"id": reminder_id}).first()
    return None if row is None else (row.member_id, row.meeting_id)


def missed(session: Session, rows: Iterable[Any]) -> list[tuple[Meeting, list[members.Known]]]:
    """For each meeting of these reminders, the members who were to be reminded."""
    by_meeting = groupby(sorted(rows, key=lambda row: row.meeting_id), key=lambda row: row.meeting_id)
    return [
        (
            session.get_one(Meeting, meeting_id),
            [members.known(session, row.municipality_id, row.member_id) for row in group],
        )
        for meeting_id, group in by_meeting
    ]


def any_due(session: Session, now: datetime) -> bool:
    """Whether reminders are due that have not been queued."""
    return session.connection().execute(_ANY_DUE, {"now": now}).first() is not None
