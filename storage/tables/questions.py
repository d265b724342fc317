"""Questions that the bot could not answer and the griffie does, each with what was said about it since."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, optional_moment, stored


class QuestionState(StrEnum):
    """Whose turn it is: of anybody of the griffie, of the one who took it, or of the asker; the last three rest.

    An answered or closed question begins again when the asker says something more about it.
    """

    OPEN = "open"
    TAKEN = "taken"
    ASKED_BACK = "asked-back"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Nudge(StrEnum):
    """Who is told next that a question waits: each in turn, and after those the digest each working day."""

    DEPUTY = "deputy"
    GRIFFIER = "griffier"
    DIGEST = "digest"


class Question(SQLModel, table=True):
    """A question for the griffie.

    With `anonymous` nobody is shown who asked; the answer still arrives. With `confidential` only the griffier
    sees it. `notice_id` is the notice that it reacts to. `cause` is the key of the message that confirmed it,
    so that it is stored once. `waiting_since`: when it last became somebody's turn. `taken_by` stays when it is
    answered: a further question goes to the same person. `listening`: what the asker types belongs to it.
    `nudge_at`: when it has waited for the griffie so long that somebody must be told, which `nudge` says.
    """

    __table_args__ = (Index("ix_question_nudge", "nudge_at", sqlite_where=text("nudge_at IS NOT NULL")),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    cause: str = Field(unique=True)
    text: str
    anonymous: bool
    confidential: bool = False
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    state: QuestionState = Field(default=QuestionState.OPEN, sa_type=stored(QuestionState))
    asked_at: datetime = moment()
    waiting_since: datetime = moment()
    taken_by: int | None = Field(default=None, foreign_key="member.id")
    answered_at: datetime | None = optional_moment()
    listening: bool = False
    nudge: Nudge | None = Field(default=None, sa_type=stored(Nudge))
    nudge_at: datetime | None = optional_moment()


class Part(StrEnum):
    """What a message in a thread is: the griffie's question or answer, or what the asker says."""

    ASKED_BACK = "asked-back"
    ANSWER = "answer"
    REPLY = "reply"


class QuestionMessage(SQLModel, table=True):
    """What was said about a question after it was asked. `author_id` is of the griffie; the asker has none."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    cause: str = Field(unique=True)
    part: Part = Field(sa_type=stored(Part))
    author_id: int | None = Field(default=None, foreign_key="member.id")
    text: str
    said_at: datetime = moment()
