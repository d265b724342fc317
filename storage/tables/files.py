"""Files that people sent."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class StoredFile(SQLModel, table=True):
    """A file and whose it is. `subject` and `subject_id` name what it belongs to; empty until that is known.

    `cause` is the key of the message that brought it, so that it is stored once.
    """

    __tablename__ = "storedfile"
    __table_args__ = {"sqlite_autoincrement": True}  # messages that wait to be sent carry the id

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    member_id: int = Field(foreign_key="member.id")
    cause: str = Field(unique=True)
    subject: str = ""
    subject_id: int | None = None
    name: str
    media_type: str
    size: int
    content: bytes
    sent_at: datetime = moment()
