"""Column types that refuse what would quietly be stored wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, DateTime, Dialect, Enum, and_, bindparam, func, literal_column, select
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from domain.messages import Address


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC. SQLite forgets zones, so a naive value is refused instead of guessed at."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value).replace(tzinfo=None)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        # Seven moments are stored for every message; SQLAlchemy's own way of writing one costs more than twice this.
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(maxsize=64)  # all that is stored for a batch of messages is stored at the same moment
def _as_text(value: datetime | None) -> str | None:
    return None if value is None else _in_utc(value).isoformat(" ", "microseconds").removesuffix("+00:00")


def stored(values: type[StrEnum]) -> Enum:
    """An enum column that stores the value; SQLModel by itself stores the name of the member."""
    return Enum(
        values,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        length=32,
        validate_strings=True,
        create_constraint=False,
    )


def core(model: type[SQLModel]) -> Any:
    """The bare table of a model. What happens for every message leaves out the ORM, which costs twice as much."""
    return vars(model)["__table__"]


def in_chat(columns: Any, chat: Address) -> ColumnElement[bool]:
    """Whether a row is of this chat; `columns` are those of a model, or of a bare table."""
    return and_(columns.platform == chat.platform, columns.address == chat.chat)


def listed(name: str) -> Any:
    """The values of the list that parameter `name` is, for `in_`. However long it is the statement is the same, so
    that neither SQLAlchemy nor SQLite works it out anew."""
    return select(_each(name).c.value)


def listed_pairs(name: str) -> Any:
    """The same, of a list of pairs."""
    value = _each(name).c.value
    return select(func.json_extract(value, "$[0]"), func.json_extract(value, "$[1]"))


def _each(name: str) -> Any:
    return func.json_each(bindparam(name, type_=JSON)).table_valued("value")


def unindexed(column: Any) -> ColumnElement[Any]:
    """A column of a table that no index is looked up by (SQLite's unary plus). It would rather take all rows of a
    platform or a subject, which is everything ever sent, than a partial index of the few that wait."""
    return literal_column(f"+{column}", column.type)


def moment(**options: Any) -> Any:
    """A required moment (UTC)."""
    return Field(sa_type=UTCDateTime, nullable=False, **options)


def optional_moment(**options: Any) -> Any:
    """A moment (UTC) that may not have come yet."""
    return Field(default=None, sa_type=UTCDateTime, nullable=True, **options)
