"""Notices that the griffie sends to many, and to whom each went."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class Notice(SQLModel, table=True):
    """A notice as it was sent. `audience` is what the griffie chose, in words."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    author_id: int = Field(foreign_key="member.id")
    cause: str = Field(unique=True)
    audience: str
    text: str
    file_id: int | None = None
    sent_at: datetime = moment()


class NoticeRecipient(SQLModel, table=True):
    """One person a notice is for. Without an outbox row there was no chat to send it to."""

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    member_id: int = Field(foreign_key="member.id", primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id")
