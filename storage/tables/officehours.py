"""When each griffie works, and who is told of a question that nobody picks up."""

from datetime import date

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class Office(SQLModel, table=True):
    """How one griffie works; a municipality without a row does as `storage.officehours` says.

    `week` has for each weekday from Monday when it opens and closes (“09:00”, “17:00”), or null. A question that
    nobody picks up goes to the member `deputy_id` after `deputy_after` minutes of office time, and
    `griffier_after` minutes later to the griffier.
    """

    municipality_id: int = Field(primary_key=True, foreign_key="municipality.id")
    week: list[list[str] | None] = Field(sa_type=JSON)
    deputy_id: int | None = Field(default=None, foreign_key="member.id")
    deputy_after: int
    griffier_after: int


class ClosedPeriod(SQLModel, table=True):
    """Days on which a griffie does not work, the first and the last included."""

    __tablename__ = "closedperiod"

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    first: date
    last: date
    name: str
