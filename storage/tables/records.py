"""Who did what: rows that nobody may change."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class AuditEntry(SQLModel, table=True):
    """Something that was done, as ids and codes; names and reasons stand where they can be erased."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    at: datetime = moment()
    actor_id: int | None = Field(default=None, foreign_key="member.id")
    action: str
    subject: str
    subject_id: int
