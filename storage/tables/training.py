"""Training requests, and the ledger of personal training budgets."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, optional_moment, stored


class RequestState(StrEnum):
    """`submitted` until the griffie decides or the member withdraws it."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class TrainingRequest(SQLModel, table=True):
    """A training somebody wants to follow. `cause` is the key of the message that confirmed it.

    `day` is the first day, if known; `cost_cents` is what it is expected to cost.
    """

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    cause: str = Field(unique=True)
    title: str
    provider: str
    day: date | None = None
    cost_cents: int
    why: str
    state: RequestState = Field(default=RequestState.SUBMITTED, sa_type=stored(RequestState))
    submitted_at: datetime = moment()
    decided_by: int | None = Field(default=None, foreign_key="member.id")
    decided_at: datetime | None = optional_moment()
    reason: str | None = None


class EntryKind(StrEnum):
    """`allotted`: the year's budget; `committed`: an approved request; `released`: its counter-entry."""

    ALLOTTED = "allotted"
    COMMITTED = "committed"
    RELEASED = "released"


class LedgerEntry(SQLModel, table=True):
    """One entry of a member's training budget, in cents: plus is room, minus is spent.

    Nobody may change or delete an entry (triggers in the migration see to it); a mistake gets a
    counter-entry. It holds ids and codes only: what a person may want erased stands elsewhere.
    """

    __tablename__ = "ledger"
    __table_args__ = (UniqueConstraint("kind", "member_id", "year", "request_id"),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    year: int
    kind: EntryKind = Field(sa_type=stored(EntryKind))
    cents: int
    request_id: int | None = Field(default=None, foreign_key="trainingrequest.id")
    at: datetime = moment()
