"""Processes that stand by: what they store is answered by the one that answers, in order, and nothing else is kept."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot import replicas
from bot.app import App
from bot.lock import Place
from bot.replicas import OtherVersion, StandBy
from domain.messages import Address, Incoming
from storage.database import transaction
from storage.tables import InboxMessage
from tests.town import PLATFORM, Town, database, library

pytestmark = pytest.mark.asyncio

LONG = 60  # seconds after which these tests give up; none of them waits that long


@asynccontextmanager
async def two(folder: Path) -> AsyncIterator[tuple[Town, StandBy]]:
    """The process that answers, and one that stands by."""
    here = Town(database(folder, filled=True))
    here.app = App(here.engine, [here.paper], library(), lambda: here.now, peers=True)
    waiting = StandBy(folder / "raadsmaat.sqlite3", lambda: here.now)
    async with here.app.running():
        yield here, waiting
    waiting.database.close()


def said(here: Town, text: str, who: str = "anna") -> Incoming:
    return Incoming(text=text, chat=Address(PLATFORM, who), at=here.now, key=str(hash((who, text))), message_id="7")


def stored(here: Town) -> list[tuple[str, bool, bool]]:
    with transaction(here.engine) as session:
        rows = session.scalars(select(InboxMessage)).all()
        return [(row.text, row.unclaimed, row.handled_at is not None) for row in rows]


async def answers(here: Town, number: int) -> list[str]:
    """The first lines of what was sent, once there are so many."""
    async with asyncio.timeout(LONG):
        while len(here.paper.letters) < number:
            await asyncio.sleep(0.005)
    return [letter.plain.split("\n")[0] for letter in here.paper.letters]


async def test_what_another_process_stored_is_answered_when_it_rings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "LOOK_EVERY", 10 * LONG)
    async with two(tmp_path) as (here, waiting):
        bell = tmp_path / "raadsmaat.sqlite3.bell"
        async with asyncio.timeout(LONG):
            while not bell.exists():
                await asyncio.sleep(0.005)
        assert stat.S_IMODE(bell.stat().st_mode) == 0o600
        await waiting.take([said(here, "/help")])
        await waiting.take([said(here, "/help")])  # brought again: it counts once
        assert await answers(here, 1) == ["Dit kan ik voor u doen"]
        await waiting.take([said(here, "/agenda")])
        assert await answers(here, 2) == ["Dit kan ik voor u doen", "Dit komt er aan:"]
        assert stored(here) == [("", False, True)] * 2
    assert not bell.exists()


async def test_without_a_bell_it_is_found_by_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicas, "LOOK_EVERY", 0.01)
    folder = tmp_path / ("x" * 120)  # more than the name of a socket can be
    folder.mkdir()
    async with two(folder) as (here, waiting):
        await waiting.take([said(here, "/help")])
        assert await answers(here, 1) == ["Dit kan ik voor u doen"]


async def test_what_goes_wrong_once_is_no_reason_to_look_no_more(tmp_path: Path) -> None:
    looked = asyncio.Event()

    async def take_up() -> None:
        if looked.is_set():
            raise asyncio.CancelledError
        looked.set()
        replicas.ring(tmp_path / "database")
        raise LookupError

    with pytest.raises(asyncio.CancelledError):
        await replicas.attend(take_up, tmp_path / "database")


async def test_a_bell_that_a_killed_process_left_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "raadsmaat.sqlite3.bell").write_text("")
    async with two(tmp_path) as (here, waiting):
        await waiting.take([said(here, "/help")])
        assert await answers(here, 1) == ["Dit kan ik voor u doen"]


@pytest.mark.parametrize("alone", [True, False])
async def test_a_chat_stays_in_order_over_two_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    """Also when the later message is with the one that answers before it has heard of the first."""
    monkeypatch.setattr(replicas, "LOOK_EVERY", 10 * LONG)
    monkeypatch.setattr(replicas, "ring", lambda database: None)
    async with two(tmp_path) as (here, waiting):
        await here.app.caught_up()
        words = ["/training", "Debatteren", "Raadsacademie", "8 december", "300", "Om te leren", "ja"]
        for number, word in enumerate(words):
            if number % 2 == 0:
                await waiting.take([said(here, word)])
                continue
            batch = [said(here, word)]
            await here.app.intake.receive(batch if alone else [*batch, said(here, f"/onbekend{number}", "bram")])
        await here.app.intake.take_up()
        await here.app.settled()
        letters = [letter.plain for letter in here.paper.letters if letter.to == "anna"]
        assert len(letters) == len(words)
        assert "opgeslagen" in letters[-1]


async def test_what_was_left_by_a_process_that_died_is_taken_up_at_the_start(tmp_path: Path) -> None:
    here = Town(database(tmp_path, filled=True))
    waiting = StandBy(tmp_path / "raadsmaat.sqlite3", lambda: here.now)
    await waiting.take([said(here, "/help")])
    assert stored(here) == [("/help", True, False)]
    waiting.database.close()
    here.app = App(here.engine, [here.paper], library(), lambda: here.now, peers=True)
    async with here.app.running():
        assert await answers(here, 1) == ["Dit kan ik voor u doen"]
    assert stored(here) == [("", False, True)]


async def test_what_must_not_reach_the_disk_does_not_do_so_by_another_process(tmp_path: Path) -> None:
    async with two(tmp_path) as (here, waiting):
        await waiting.take([said(here, "mijn BSN is 111222333")])
        assert "BSN" in (await answers(here, 1))[0]
    assert not [file for file in tmp_path.iterdir() if b"111222333" in file.read_bytes()]


async def test_tables_of_another_version_are_left_alone(tmp_path: Path) -> None:
    async with two(tmp_path) as (here, waiting):
        with transaction(here.engine) as session:
            version = session.scalar(text("SELECT version_num FROM alembic_version"))
            session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        with pytest.raises(OtherVersion):
            await waiting.take([said(here, "/help")])
        assert stored(here) == []
        with transaction(here.engine) as session:
            session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        await waiting.take([said(here, "/help")])
        await answers(here, 1)


async def test_the_place_is_free_when_its_holder_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicas, "_TRY_EVERY", 0.01)
    async with two(tmp_path) as (here, waiting):
        first, second = Place(here.app.file), Place(here.app.file)
        assert first.take()
        assert not second.take()
        becoming = asyncio.create_task(waiting.until(second))
        await asyncio.sleep(0)
        assert not becoming.done()
        first.leave()
        await asyncio.wait_for(becoming, LONG)
        assert not Place(here.app.file).take()
        second.leave()
        await here.later(timedelta(seconds=1))
