"""The vectors of texts that did not come with the program: made once, kept by what they are of."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session

from storage.tables import TextVector
from storage.tables.columns import core

_VECTOR = core(TextVector)


def known(session: Session) -> dict[bytes, bytes]:
    """All of them, by key."""
    return {row.key: row.value for row in session.execute(select(_VECTOR.c.key, _VECTOR.c.value))}


def keep(session: Session, fresh: Mapping[bytes, bytes]) -> None:
    """Keeps vectors; those that are there already are left as they are."""
    if fresh:
        rows = [{"key": key, "value": value} for key, value in fresh.items()]
        session.execute(insert(_VECTOR).on_conflict_do_nothing(index_elements=["key"]), rows)
