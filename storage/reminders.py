"""Reminders of meetings: one row for each person, meeting and lead; due when its moment has come."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, tuple_, update
from sqlalchemy.orm import aliased
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
_REMINDER = core(Reminder)
# Asked each second, and nearly always answered with no: put together once.
_ANY_DUE = (
    select(_REMINDER.c.id)
    .where(_REMINDER.c.state == ReminderState.WAITING, _REMINDER.c.due_at <= bindparam("now"))
    .limit(1)
)


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
    later = aliased(Reminder)
    overtaken = exists().where(
        col(later.meeting_id) == Reminder.meeting_id,
        col(later.member_id) == Reminder.member_id,
        col(later.state) == ReminderState.WAITING,
        col(later.due_at) <= now,
        tuple_(col(later.due_at), col(later.id)) > tuple_(col(Reminder.due_at), col(Reminder.id)),
    )
    found = session.execute(
        select(Reminder, Meeting, overtaken)
        .join(Meeting, col(Meeting.id) == Reminder.meeting_id)
        .where(col(Reminder.state) == ReminderState.WAITING, col(Reminder.due_at) <= now)
        .order_by(col(Reminder.due_at), col(Reminder.id))
        .limit(_AT_ONCE)
    ).all()
    people = {
        member.id: member.person_id
        for member in session.scalars(
            select(Member).where(col(Member.id).in_({reminder.member_id for reminder, _, _ in found}))
        )
    }
    queued: list[dict[str, Any]] = []
    states: defaultdict[ReminderState, list[int]] = defaultdict(list)
    late: list[Reminder] = []
    for reminder, meeting, is_overtaken in found:
        assert reminder.id is not None
        if is_overtaken:
            states[ReminderState.OVERTAKEN].append(reminder.id)
        elif meeting.starts_at <= now:
            states[ReminderState.TOO_LATE].append(reminder.id)
            late.append(reminder)
        else:
            states[ReminderState.QUEUED].append(reminder.id)
            about = {"subject": SUBJECT, "subject_id": reminder.id, "municipality_id": reminder.municipality_id}
            person_id = people[reminder.member_id]
            queued.append(mailing.row(now, person_id=person_id, priority=Priority.REMINDER, **about))
    mailing.owe(session, queued)
    for state, ids in states.items():
        session.execute(update(Reminder).where(col(Reminder.id).in_(ids)).values(state=state, queued_at=now))
    return late


def about(session: Session, reminder_id: int) -> tuple[Reminder, Meeting] | None:
    """A reminder and its meeting as they are now; None when it no longer holds."""
    row = session.execute(
        select(Reminder, Meeting)
        .join(Meeting, col(Meeting.id) == Reminder.meeting_id)
        .where(col(Reminder.id) == reminder_id)
    ).first()
    return None if row is None else (row[0], row[1])


def missed(session: Session, rows: Iterable[Reminder]) -> list[tuple[Meeting, list[members.Known]]]:
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
