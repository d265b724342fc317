"""Questions for which there was no answer, without who asked them."""

from sqlmodel import Field, SQLModel


class CountingKey(SQLModel, table=True):
    """The secret by which a municipality tells askers apart in one quarter (“2026-4”). It is destroyed after it."""

    __tablename__ = "countingkey"

    municipality_id: int = Field(primary_key=True, foreign_key="municipality.id")
    period: str = Field(primary_key=True)
    key: bytes


class Unanswered(SQLModel, table=True):
    """A question without names and personal data. `asker` is the same for the questions of one person in one
    quarter, and says no more than that once the key of that quarter is gone. `meaning` is its vector, once read."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    period: str
    asker: bytes
    text: str
    meaning: bytes | None = None
