"""Reserve copies: made while all goes on, put back as they were, and nothing lost when that cannot be."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError
from sqlmodel import col

from bot import copies
from bot.lock import only_one
from domain.delivery import Priority
from storage.database import connect, transaction
from storage.tables import Member, OutboxMessage
from tests.test_doctor import found as examined
from tests.test_doctor import wrong
from tests.test_members_commands import folder, names, typed, with_list
from tests.town import MONDAY, database_file, town

__all__ = ["folder"]

IDENTITY = '{"op slot": true}'


def members(database: Path) -> int:
    engine = connect(database)
    with transaction(engine) as session:
        count: int = session.scalar(select(func.count(col(Member.id)))) or 0
    engine.dispose()
    return count


def copied(folder: Path) -> Path:
    """A copy of the sample municipality, made of a database in `folder`/er."""
    (folder / "er" / "matrix").mkdir(parents=True)
    (folder / "er" / "matrix" / "identity.json").write_text(IDENTITY, encoding="ascii")
    engine = connect(database_file(folder / "er", filled=True))
    made = copies.make(engine, folder / "er" / "matrix", folder / "kopie", MONDAY)
    engine.dispose()
    return made


@pytest.mark.asyncio
async def test_a_copy_is_made_while_people_talk_and_holds_all_that_was_said(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/training")
        await here.says("anna", "Debatteren")
        copy = copies.make(here.engine, tmp_path / "matrix", tmp_path / "kopie", MONDAY)
        await here.says("anna", "Raadsacademie")
    assert copy.name == "raadsmaat-20261123T090000Z.zip"
    assert copy.stat().st_mode & 0o077 == 0
    elsewhere = tmp_path / "elders" / "raadsmaat.sqlite3"
    assert copies.put_back(copy, elsewhere, elsewhere.parent / "matrix", MONDAY) is None
    assert elsewhere.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(elsewhere)) as opened:
        ((answers,),) = opened.execute("SELECT answers FROM openform").fetchall()
    assert "Debatteren" in answers
    assert "Raadsacademie" not in answers


def test_the_identity_comes_along_and_replaces_none(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    assert sorted(zipfile.ZipFile(copy).namelist()) == ["identity.json", "raadsmaat.sqlite3"]
    new = tmp_path / "nieuw" / "raadsmaat.sqlite3"
    copies.put_back(copy, new, new.parent / "matrix", MONDAY)
    placed = new.parent / "matrix" / "identity.json"
    assert placed.read_text(encoding="ascii") == IDENTITY
    assert placed.stat().st_mode & 0o077 == 0
    placed.write_text("een andere", encoding="ascii")
    copies.put_back(copy, new, new.parent / "matrix", MONDAY + timedelta(seconds=1))
    assert placed.read_text(encoding="ascii") == "een andere"


@pytest.mark.parametrize("known", [True, False])
def test_ids_that_were_given_out_after_the_copy_are_not_given_out_again(tmp_path: Path, known: bool) -> None:
    copy, database = copied(tmp_path), tmp_path / "er" / "raadsmaat.sqlite3"

    def added() -> int:
        engine = connect(database)
        with transaction(engine) as session:
            row = OutboxMessage(priority=Priority.BROADCAST, created_at=MONDAY, due_at=MONDAY)
            session.add(row)
            session.flush()
            number = row.id or 0
            session.delete(row)
        engine.dispose()
        return number

    later = max(added() for _ in range(3))
    if not known:
        database.unlink()
        for tail in ("-wal", "-shm"):
            Path(f"{database}{tail}").unlink(missing_ok=True)
    copies.put_back(copy, database, tmp_path / "er" / "matrix", MONDAY)
    assert added() > later


def test_what_was_there_is_kept_whole_under_another_name(tmp_path: Path) -> None:
    copy, database = copied(tmp_path), tmp_path / "er" / "raadsmaat.sqlite3"
    writing = sqlite3.connect(database, isolation_level=None)  # stays open: what it wrote is in the log beside the file
    writing.execute("UPDATE member SET name = 'Iedereen'")
    old = copies.put_back(copy, database, tmp_path / "er" / "matrix", MONDAY)
    writing.close()
    assert old == database.with_name("raadsmaat.sqlite3.voor-20261123T090000Z")
    for file, same in ((old, True), (database, False)):
        with closing(sqlite3.connect(file)) as opened:
            called = {name for (name,) in opened.execute("SELECT name FROM member")}
        assert (called == {"Iedereen"}) is same


def test_a_damaged_database_is_replaced_and_not_copied(tmp_path: Path) -> None:
    copy, database = copied(tmp_path), tmp_path / "er" / "raadsmaat.sqlite3"
    before = members(database)
    with open(database, "r+b") as file:
        file.seek(8192)
        file.write(random.Random(1).randbytes(database.stat().st_size - 8192))
    engine = connect(database)
    with pytest.raises((copies.CopyError, DatabaseError)):
        copies.make(engine, tmp_path / "er" / "matrix", tmp_path / "kopie", MONDAY + timedelta(days=1))
    engine.dispose()
    assert [file.name for file in (tmp_path / "kopie").iterdir()] == [copy.name]
    copies.put_back(copy, database, tmp_path / "er" / "matrix", MONDAY)
    assert members(database) == before


def test_whatever_happened_to_a_copy_it_is_put_back_whole_or_not_at_all(tmp_path: Path) -> None:
    whole, database = copied(tmp_path).read_bytes(), tmp_path / "hier" / "raadsmaat.sqlite3"
    database_file(database.parent)

    @given(st.data())
    def try_it(data: st.DataObject) -> None:
        damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole)
        for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=3)):
            if at < len(damaged):
                damaged[at] ^= data.draw(st.integers(1, 255))
        # The end of a zip tells where everything is: what is wrong there is the worst.
        for back in data.draw(st.lists(st.integers(1, 250), max_size=3)):
            if back <= len(damaged):
                damaged[-back] ^= data.draw(st.integers(1, 255))
        (tmp_path / "stuk.zip").write_bytes(damaged)
        before = database.read_bytes()
        try:
            copies.look(tmp_path / "stuk.zip", database)
        except copies.CopyError:
            with pytest.raises(copies.CopyError):
                copies.put_back(tmp_path / "stuk.zip", database, tmp_path / "matrix", MONDAY)
            assert database.read_bytes() == before
        assert [file.name for file in database.parent.glob(".raadsmaat-*")] == []

    try_it()


@pytest.mark.wire
def test_whenever_it_is_killed_there_is_a_whole_database(tmp_path: Path) -> None:
    copy, database = copied(tmp_path), tmp_path / "hier" / "raadsmaat.sqlite3"
    database_file(database.parent)
    putting = (
        "from bot import copies; from pathlib import Path; from datetime import UTC, datetime; import sys;"
        "print('nu', flush=True);"
        "[copies.put_back(*map(Path, sys.argv[1:4]), datetime.now(UTC)) for _ in range(1000)]"
    )
    for attempt in range(8):
        for old in database.parent.glob("*.voor-*"):
            old.unlink()
        command = [sys.executable, "-c", putting, str(copy), str(database), str(tmp_path / "hier" / "matrix")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
            assert running.stdout
            assert running.stdout.readline() == b"nu\n"
            time.sleep(random.Random(attempt).uniform(0, 0.3))  # at another moment each time
            running.send_signal(signal.SIGKILL)
        with closing(sqlite3.connect(database)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert opened.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_the_oldest_copies_go_and_nothing_else_does(tmp_path: Path) -> None:
    for day in range(1, 6):
        (tmp_path / f"raadsmaat-2026110{day}T030000Z.zip").touch()
    (tmp_path / "vakantie.zip").touch()
    (tmp_path / "raadsmaat-oud.zip").touch()
    for name, age in ((".raadsmaat-vorige", 25), (".raadsmaat-bezig", 1)):  # hours
        (tmp_path / name).mkdir()
        (tmp_path / name / "raadsmaat.sqlite3").touch()
        os.utime(tmp_path / name, (time.time() - age * 3600,) * 2)
    assert copies.tidy(tmp_path, 2) == 3
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        ".raadsmaat-bezig",
        "raadsmaat-20261104T030000Z.zip",
        "raadsmaat-20261105T030000Z.zip",
        "raadsmaat-oud.zip",
        "vakantie.zip",
    ]


def test_an_administrator_makes_one_and_puts_it_back(folder: Path) -> None:
    typed("leden", "importeer", str(with_list(folder)), "--gemeente", "GM0344", "--uitvoeren")
    assert "De kopie staat in" in typed("kopie", "maak", "bewaard")
    (copy,) = (folder / "bewaard").iterdir()
    before = names(folder)
    shutil.rmtree(folder / "data")
    tried = typed("kopie", "terug", str(copy))
    assert "er is niets veranderd" in tried
    assert not (folder / "data" / "raadsmaat.sqlite3").exists()
    assert "teruggezet" in typed("kopie", "terug", str(copy), "--uitvoeren")
    assert names(folder) == before
    assert "Wat er stond" in typed("kopie", "terug", str(copy), "--uitvoeren")


def test_what_cannot_be_done_is_said_and_changes_nothing(folder: Path) -> None:
    with_list(folder)
    database = folder / "data" / "raadsmaat.sqlite3"
    (folder / "brief.txt").write_text("geen kopie", encoding="utf-8")
    with zipfile.ZipFile(folder / "ander.zip", "w") as other:
        other.writestr("foto.jpg", b"iets anders")
    with zipfile.ZipFile(folder / "namaak.zip", "w") as fake:
        fake.writestr("raadsmaat.sqlite3", b"geen database")
    assert "geen hele reservekopie" in typed("kopie", "terug", "brief.txt", "--uitvoeren", code=1)
    assert "geen database van Raadsmaat" in typed("kopie", "terug", "ander.zip", "--uitvoeren", code=1)
    assert "niet van Raadsmaat" in typed("kopie", "terug", "namaak.zip", "--uitvoeren", code=1)
    assert "dat is er niet" in typed("kopie", "terug", "nergens.zip", "--uitvoeren", code=1)
    assert "dat is een map" in typed("kopie", "terug", ".", "--uitvoeren", code=1)
    assert "dat is geen map" in typed("kopie", "maak", "brief.txt/kopie", code=1)
    assert typed("gemeente", "lijst") == "GM0344  Utrecht\n"
    typed("kopie", "maak", "bewaard")
    (copy,) = (folder / "bewaard").iterdir()
    with only_one(database):
        assert "draait al" in typed("kopie", "terug", str(copy), "--uitvoeren", code=1)
    with zipfile.ZipFile(copy) as packed:
        packed.extract("raadsmaat.sqlite3", folder)
    with closing(sqlite3.connect(folder / "raadsmaat.sqlite3")) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    with zipfile.ZipFile(folder / "nieuwer.zip", "w") as newer:
        newer.write(folder / "raadsmaat.sqlite3", "raadsmaat.sqlite3")
    assert "Werk Raadsmaat eerst bij" in typed("kopie", "terug", "nieuwer.zip", "--uitvoeren", code=1)
    database.unlink()
    assert "Er valt niets te kopiëren" in typed("kopie", "maak", "bewaard", code=1)


def test_the_doctor_tells_of_the_last_copy(tmp_path: Path) -> None:
    database_file(tmp_path)
    told = [line.text for line in examined(tmp_path)]
    assert any("nog geen reservekopie" in text for text in told)
    copies.note(tmp_path, datetime.now(UTC) - timedelta(days=1))
    assert "reservekopie" not in wrong(examined(tmp_path))
    copies.note(tmp_path, datetime.now(UTC) - timedelta(days=4))
    assert "Loopt het maken vast?" in wrong(examined(tmp_path))
