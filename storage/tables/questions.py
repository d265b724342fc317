"""Questions that the bot could not answer and the griffie does."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, optional_moment, stored


class QuestionState(StrEnum):
    """`open` until the griffie answers or the asker takes it back."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Question(SQLModel, table=True):
    """A question for the griffie. With `anonymous` nobody is shown who asked; the answer still arrives.

    `cause` is the key of the message that confirmed it, so that it is stored once.
    """

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    cause: str = Field(unique=True)
    text: str
    anonymous: bool
    state: QuestionState = Field(default=QuestionState.OPEN, sa_type=stored(QuestionState))
    asked_at: datetime = moment()
    answer: str | None = None
    answered_by: int | None = Field(default=None, foreign_key="member.id")
    answered_at: datetime | None = optional_moment()
