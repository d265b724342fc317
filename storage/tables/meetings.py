"""Meetings, and the reminders that are owed for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, optional_moment, stored


class MeetingState(StrEnum):
    """A cancelled meeting stays known, so that people can be told."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Meeting(SQLModel, table=True):
    """A meeting of a gremium. `closed`: besloten; then only gremium, time and place are ever stored or shown.

    `cause` is the key of the message that confirmed it, so that it is stored once.
    """

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    gremium_id: int = Field(foreign_key="gremium.id", index=True)
    cause: str = Field(unique=True)
    topic: str = ""
    starts_at: datetime = moment(index=True)
    place: str
    closed: bool = False
    state: MeetingState = Field(default=MeetingState.PLANNED, sa_type=stored(MeetingState))
    reason: str | None = None


class ReminderState(StrEnum):
    """`waiting` until due; then `queued` (it is in the outbox), or dropped for the reason its name gives."""

    WAITING = "waiting"
    QUEUED = "queued"
    OVERTAKEN = "overtaken"  # a later reminder of the same meeting was due as well
    FAILED = "failed"  # it could not be sent, and the griffie is to hear so
    TOLD = "told"  # it could not be sent, and the griffie heard so
    TOO_LATE = "too_late"  # the meeting had begun before this could go out


FAILED = text("state = 'failed'")  # the words of the partial index, for queries as well


class Reminder(SQLModel, table=True):
    """That somebody is to be reminded of a meeting, `lead` minutes before it begins."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id", "lead"),
        Index("ix_reminder_due", "due_at", sqlite_where=text("state = 'waiting'")),
        Index("ix_reminder_failed", "meeting_id", sqlite_where=FAILED),
        {"sqlite_autoincrement": True},  # messages refer to ids, which must never be used again
    )

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    meeting_id: int = Field(foreign_key="meeting.id")
    member_id: int = Field(foreign_key="member.id", index=True)
    lead: int
    due_at: datetime = moment()
    state: ReminderState = Field(default=ReminderState.WAITING, sa_type=stored(ReminderState))
    queued_at: datetime | None = optional_moment()
