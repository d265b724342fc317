"""What a municipality adds to the knowledge base, what is switched off in it, and what people thought of it."""

from datetime import date, datetime

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, optional_moment


class LocalValue(SQLModel, table=True):
    """What a municipality filled in for one slot of an article (“scholing.bedrag”)."""

    __table_args__ = (UniqueConstraint("municipality_id", "slot"),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    slot: str
    value: str
    set_at: datetime = moment()
    set_by: int | None = Field(default=None, foreign_key="member.id")  # nobody: from the command line


class LocalArticle(SQLModel, table=True):
    """An article that belongs to one municipality. `sections` are pairs of heading and text.

    `checked` is when its text was last looked at, a local date. One that was removed stays, so that its
    number is never another article's.
    """

    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    title: str
    short: str
    sections: list[list[str]] = Field(sa_type=JSON, default_factory=list)
    questions: list[str] = Field(sa_type=JSON, default_factory=list)
    checked: date
    written_by: int | None = Field(default=None, foreign_key="member.id")
    removed_at: datetime | None = optional_moment()


class Silence(SQLModel, table=True):
    """That an article gives no answers, or with an empty `article` that none does, until `ended_at`.

    It holds in one municipality, or without one in the whole installation.
    """

    __table_args__ = (Index("ix_silence_article", "article", "ended_at"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id", index=True)
    article: str = ""
    reason: str
    began_at: datetime = moment()
    began_by: int | None = Field(default=None, foreign_key="member.id")
    ended_at: datetime | None = optional_moment()
    ended_by: int | None = Field(default=None, foreign_key="member.id")


class Usefulness(SQLModel, table=True):
    """How many found an article useful in one month (“2026-11”), and how many did not. Nobody's name."""

    __table_args__ = (UniqueConstraint("municipality_id", "article", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    article: str
    month: str
    useful: int = 0
    useless: int = 0


class UselessReason(SQLModel, table=True):
    """Why somebody did not find an article useful. No name, and no moment but the month."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    article: str
    month: str
    text: str


class ReviewTask(SQLModel, table=True):
    """That a griffie was told that an article, to be checked by `due`, is past that date."""

    __table_args__ = (UniqueConstraint("municipality_id", "article", "due"),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    article: str
    due: date
    told_at: datetime = moment()
