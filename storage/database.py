"""One transaction per piece of work, on SQLite with a write-ahead log."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlmodel import Session

MIGRATIONS = Path(__file__).parent / "migrations"


def connect(path: Path) -> Engine:
    """The database in the file `path`, made (readable by its owner only) when it is not there yet.

    Raises OSError where the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself: _begin does
    for setting in (
        "busy_timeout = 5000",
        "journal_mode = WAL",
        "synchronous = FULL",  # what a person was told is stored survives a power cut as well
        "foreign_keys = ON",
        "secure_delete = ON",  # what is erased is not left behind in the file
        "recursive_triggers = ON",  # without it REPLACE deletes past the trigger that forbids deleting
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    # IMMEDIATE: waiting for another writer happens here, where the timeout holds, not half-way.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed at the end, or not done at all when an exception leaves it."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


class Numbered(Protocol):
    """A row that has an id once it is stored."""

    id: int | None


def add(session: Session, row: Numbered) -> int:
    """Stores a row now, in the transaction that is open; returns its id."""
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def migrate(engine: Engine, now: datetime) -> Path | None:
    """Brings the tables up to date. A database that holds something is copied first; returns that copy.

    Raises OSError or OperationalError when there is no room for the copy: nothing is changed then.
    """
    if revision(engine) == head():
        return None
    copy = None
    if revision(engine) is not None:
        copy = _backup(engine, now)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return copy


def revision(engine: Engine) -> str | None:
    """The revision of the tables in a database; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def head() -> str:
    """The newest revision: the versions are numbered, so it is the last file."""
    return max(file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _backup(engine: Engine, now: datetime) -> Path:
    path = Path(str(engine.url.database))
    copy = path.with_name(f"{path.name}.{revision(engine)}.{now:%Y%m%dT%H%M%S}")
    snapshot(engine, copy)
    return copy


def snapshot(engine: Engine, copy: Path) -> None:
    """Writes the database as it is at this moment to a new file, while others go on using it.

    Raises OSError or OperationalError when there is no room, or something already.
    """
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT, 0o600))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
