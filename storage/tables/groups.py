"""Groups and rooms where several people read along, and what is owed to each as a whole."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, optional_moment, stored
from storage.tables.meetings import ReminderState


class Group(SQLModel, table=True):
    """A group chat of one gremium or one fractie.

    `lost_at`: the bot is no longer in it, and the griffie is to hear so.
    """

    __tablename__ = "groupchat"
    __table_args__ = (UniqueConstraint("platform", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    platform: str
    address: str
    gremium_id: int | None = Field(default=None, foreign_key="gremium.id")
    fractie_id: int | None = Field(default=None, foreign_key="fractie.id")
    linked_at: datetime = moment()
    lost_at: datetime | None = optional_moment()


class GroupCode(SQLModel, table=True):
    """A single-use code that links a group chat. Only its hash is kept."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    made_by: int = Field(foreign_key="member.id")
    gremium_id: int | None = Field(default=None, foreign_key="gremium.id")
    fractie_id: int | None = Field(default=None, foreign_key="fractie.id")
    code_hash: str = Field(unique=True)
    expires_at: datetime = moment()
    used_at: datetime | None = optional_moment()


class GroupReminder(SQLModel, table=True):
    """That a group is to be reminded of a meeting, once for all in it, `lead` minutes before it begins."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "group_id", "lead"),
        Index("ix_groupreminder_due", "due_at", sqlite_where=text("state = 'waiting'")),
        {"sqlite_autoincrement": True},  # messages refer to ids, which must never be used again
    )

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    meeting_id: int = Field(foreign_key="meeting.id")
    group_id: int = Field(foreign_key="groupchat.id")
    lead: int
    due_at: datetime = moment()
    state: ReminderState = Field(default=ReminderState.WAITING, sa_type=stored(ReminderState))
