"""The text of laws, as the official publication gives it: the same for every municipality."""

from datetime import date, datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class Law(SQLModel, table=True):
    """A law in the version in force from `version`. Only the version imported last is kept."""

    bwb: str = Field(primary_key=True)
    title: str
    version: date
    imported_at: datetime = moment()


class LawArticle(SQLModel, table=True):
    """One article of a law. `leden` are pairs of the lid's number (empty: not numbered) and its text."""

    __table_args__ = (UniqueConstraint("bwb", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    bwb: str = Field(foreign_key="law.bwb", index=True)
    number: str
    heading: str = ""
    leden: list[list[str]] = Field(sa_type=JSON)
