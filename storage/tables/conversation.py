"""What was said to the bot, what it owes whom, and the form somebody is in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from domain.messages import Kind
from storage.tables.columns import moment, optional_moment, stored


class InboxMessage(SQLModel, table=True):
    """Something received. It is stored before the platform hears that it was; its text goes when handled.

    `unclaimed`: stored by a process that does not answer; the one that does has yet to take it up.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_open", "id", sqlite_where=text("handled_at IS NULL")),
        Index("ix_inbox_handled", "handled_at"),
        Index("ix_inbox_unclaimed", "id", sqlite_where=text("unclaimed")),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    platform: str
    address: str
    kind: Kind = Field(sa_type=stored(Kind))
    text: str
    in_group: bool = False
    own: str | None = None
    message_id: str | None = None
    attachment: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    said_at: datetime = moment()
    received_at: datetime = moment()
    handled_at: datetime | None = optional_moment()
    unclaimed: bool = False


class SyncMark(SQLModel, table=True):
    """How far a platform has been read that leaves remembering that to us: its own token for the place."""

    platform: str = Field(primary_key=True)
    token: str


class State(StrEnum):
    """How far an outgoing message is. `claimed` is in a process's hands and surely not sent yet;
    `sending` may have arrived; the last four are final."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


# The words of the partial indexes. A query has to use the very same ones: SQLite does not see through a parameter,
# and looks at every message ever sent instead. So it does where another index fits as well (`columns.unindexed`).
WAITING = text("state = 'waiting'")
IN_DOUBT = text("state = 'waiting' AND floor IS NOT NULL")
UNDERWAY = text("state IN ('claimed', 'sending')")
KEPT = text("text != ''")


class OutboxMessage(SQLModel, table=True):
    """A message owed to somebody: to one chat (an answer), or to a person wherever they are reached.

    A row about a meeting holds only the reference (`subject`, `subject_id`): its text is made when it goes
    out, from what is true then. `parts_sent` counts the pieces of a long text that have arrived;
    `doubtful` counts attempts after which nobody could tell whether the message arrived.

    A row may also change a chat (`storage.edits`): `replaces` is the row whose message it edits, `erases`
    the platform's id of a person's message that it deletes. `file_id` is the file that goes with it.

    `floor` is the highest message id that the platform was known to have given out when this one left: its own is
    higher. While it waits with one, it may have arrived (`storage.doubts`).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "priority", "id", sqlite_where=WAITING),
        Index("ix_outbox_underway", "claimed_at", sqlite_where=UNDERWAY),
        Index("ix_outbox_doubt", "due_at", sqlite_where=IN_DOUBT),
        Index("ix_outbox_chat", "platform", "address", "id"),
        Index("ix_outbox_subject", "subject", "subject_id"),
        Index("ix_outbox_kept", "sent_at", sqlite_where=KEPT),
        Index("ix_outbox_replaces", "replaces", sqlite_where=text("replaces IS NOT NULL")),
        Index("ix_outbox_person", "person_id", sqlite_where=text("person_id IS NOT NULL")),
        {"sqlite_autoincrement": True},  # buttons carry the id, which must never be used again
    )

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    platform: str | None = None
    address: str | None = None
    priority: int  # a domain.delivery.Priority; a number, since the lowest goes first
    subject: str = ""
    subject_id: int | None = None
    text: str = ""
    choices: list[dict[str, str]] | None = Field(default=None, sa_type=JSON)
    numbered: bool = True
    step: str = ""
    replaces: int | None = None
    erases: str | None = None
    file_id: int | None = None
    state: State = Field(default=State.WAITING, sa_type=stored(State))
    created_at: datetime = moment()
    due_at: datetime = moment()
    claimed_at: datetime | None = optional_moment()
    claimed_by: str | None = None
    attempts: int = 0
    doubtful: int = 0
    parts_sent: int = 0
    floor: int | None = None
    sent_at: datetime | None = optional_moment()
    message_id: str | None = None
    reason: str | None = None


class OpenForm(SQLModel, table=True):
    """The form a person is in, on whatever platform they go on with it. Answers are stored as understood."""

    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", unique=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    form: str
    answers: dict[str, Any] = Field(sa_type=JSON)
    options: dict[str, list[str]] = Field(sa_type=JSON)
    started_at: datetime = moment()
    updated_at: datetime = moment()
