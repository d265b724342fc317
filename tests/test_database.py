"""The database file: its tables, its migrations, and what it refuses."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis.strategies import datetimes, timezones
from sqlalchemy import DateTime, Engine, inspect, text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session

from domain.roles import Role
from storage import tables
from storage.database import connect, head, migrate, revision, transaction
from storage.tables import Fractie, OutboxMessage
from storage.tables.columns import UTCDateTime
from tests.town import MONDAY


def database(folder: Path) -> Engine:
    """A new database, made as `start` makes it."""
    engine = connect(folder / "raadsmaat.sqlite3")
    migrate(engine, MONDAY)
    return engine


def test_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    engine = database(tmp_path)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    assert found == []
    made = connect(tmp_path / "models.sqlite3")
    tables.metadata.create_all(made)
    ours = inspect(engine)
    for name in tables.metadata.tables:
        columns = {column["name"]: str(column["type"]) for column in ours.get_columns(name)}
        assert columns == {column["name"]: str(column["type"]) for column in inspect(made).get_columns(name)}
        indexes = {index["name"] for index in ours.get_indexes(name)}
        assert indexes == {index["name"] for index in inspect(made).get_indexes(name)}


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    engine = database(tmp_path / "nieuw")
    for file in (tmp_path / "nieuw").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE((tmp_path / "nieuw").stat().st_mode) == 0o700
    engine.dispose()


def test_a_database_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    engine = database(tmp_path)
    with transaction(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        session.execute(text("CREATE TABLE leftover (id INTEGER)"))
    assert revision(engine) == "0000"
    with pytest.raises(Exception, match="0000"):  # nothing leads from there; the copy was made all the same
        migrate(engine, MONDAY)
    (copy,) = tmp_path.glob("raadsmaat.sqlite3.0000.*")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert inspect(connect(copy)).has_table("leftover")


def test_what_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    engine = database(tmp_path)
    assert revision(engine) == head()
    assert migrate(engine, MONDAY) is None
    assert list(tmp_path.glob("*.0*")) == []


def test_a_moment_without_a_zone_is_refused(tmp_path: Path) -> None:
    naive = datetime.now(UTC).replace(tzinfo=None)
    with Session(database(tmp_path)) as session:
        session.add(OutboxMessage(priority=0, created_at=naive, due_at=naive))
        with pytest.raises(StatementError, match="without a time zone"):
            session.flush()


@given(datetimes(timezones=timezones()).filter(lambda moment: 1 < moment.year < 9999))
def test_moments_are_written_as_the_database_library_writes_them(moment: datetime) -> None:
    sqlite = dialect()
    theirs, ours = DateTime().dialect_impl(sqlite).bind_processor(sqlite), UTCDateTime().bind_processor(sqlite)
    assert theirs
    assert ours
    assert ours(moment) == theirs(moment.astimezone(UTC).replace(tzinfo=None))


def test_moments_come_back_in_utc_and_values_of_enums_are_stored(tmp_path: Path) -> None:
    engine = database(tmp_path)
    with transaction(engine) as session:
        row = OutboxMessage(priority=0, created_at=MONDAY, due_at=MONDAY)
        session.add(row)
    with transaction(engine) as session:
        again = session.get_one(OutboxMessage, row.id)
        assert again.created_at == MONDAY
        assert again.created_at.tzinfo is UTC
        assert session.scalar(text("SELECT state FROM outbox")) == "waiting"
    assert Role.RAADSLID.value == "raadslid"


def test_references_must_exist(tmp_path: Path) -> None:
    with Session(database(tmp_path)) as session:
        session.add(Fractie(municipality_id=99, name="Nergens"))
        with pytest.raises(IntegrityError):
            session.flush()


def test_what_goes_wrong_half_way_is_undone(tmp_path: Path) -> None:
    engine = database(tmp_path)

    def half_way() -> None:
        with transaction(engine) as session:
            session.add(OutboxMessage(priority=0, created_at=MONDAY, due_at=MONDAY))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    with transaction(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM outbox")) == 0
