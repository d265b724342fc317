"""What is told of how the program is: to a machine that asks every half minute, and to who types a command."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import health, web
from bot.commands import app as commands
from bot.database import Database
from bot.health import State, Watch
from bot.health_command import ask
from bot.platform import Report
from storage.database import connect, transaction
from storage.tables import OutboxMessage
from tests.town import MATRIX, PLATFORM, Paper, Town, town

pytestmark = pytest.mark.asyncio


def watch(here: Town) -> Watch:
    found = Watch(list(here.app.platforms.values()), lambda: here.now)
    found.app = here.app
    return found


async def found(here: Town) -> health.Health:
    return await watch(here).look()


async def test_when_all_is_well(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "mag ik een laptop van de gemeente?")
        await here.later(timedelta(seconds=1))
        looked = await found(here)
        assert looked.state is State.GOOD
        told = looked.as_json()
        assert told["problemen"] == []
        assert told["rol"] == "antwoordt"
        assert told["database"] == {"schrijfbaar": True}
        assert told["oudste_onverzonden"] == 0
        assert {name: facts["werkt"] for name, facts in told["platforms"].items()} == {PLATFORM: True, MATRIX: True}
        assert not any(word in json.dumps(told).lower() for word in ("anna", "laptop", "bakker"))


async def test_one_platform_that_fails_is_told_and_all_of_them_are_an_alarm(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.later(timedelta(seconds=1))
        here.app.conditions.fails(MATRIX, "geen antwoord van Matrix")
        looked = await found(here)
        assert looked.state is State.PARTLY
        assert looked.partly == ["Matrix werkt niet: geen antwoord van Matrix."]
        here.app.conditions.fails(PLATFORM, "geen antwoord")
        looked = await found(here)
        assert looked.state is State.WRONG
        assert "Geen enkel platform werkt." in looked.wrong


class Silent(Paper):
    """A platform of which the service said something a while ago."""

    contact: float | None = None
    problem = ""

    def report(self) -> Report:
        return Report(self.contact, {"wijze": "sync"}, self.problem)


async def test_a_platform_that_has_been_silent_for_long_does_not_work(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.later(timedelta(seconds=1))
        silent = Silent(MATRIX, [])
        looking = Watch([here.paper, silent], lambda: here.now)
        looking.app = here.app
        assert (await looking.look()).state is State.GOOD  # it has only just been started
        now = asyncio.get_running_loop().time()
        silent.contact = now - 1000
        looked = await looking._look()
        assert looked.partly == ["Matrix werkt niet: geen antwoord."]
        assert looked.told["platforms"][MATRIX]["contact_seconden_geleden"] >= 1000
        silent.contact, silent.problem = now, "Apps vertrouwen de bot niet."
        looked = await looking._look()
        assert looked.partly == ["Apps vertrouwen de bot niet."]
        assert looked.told["platforms"][MATRIX]["werkt"] is True


async def test_a_clock_that_stands_still_is_an_alarm(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.later(timedelta(seconds=1))
        assert here.app.ticked_at is not None
        here.app.ticked_at -= 60
        assert (await found(here)).wrong == ["De klok staat stil. Er gaan geen herinneringen uit."]


async def test_a_clock_that_cannot_tidy_up_goes_on_reminding(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        here.app.intake.thinking.close()  # the search is gone, and what was asked cannot be read any more
        letters = await here.later(timedelta(days=8))
        assert any("Herinnering" in letter.text for letter in letters)
        assert (await found(here)).state is State.GOOD
        assert here.app.ticked_at is not None


async def test_a_message_that_waits_for_half_an_hour_is_an_alarm(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.later(timedelta(seconds=1))
        here.app.delivery._stopping = True  # nothing goes out any more, and nobody notices
        for platform in ("weg", PLATFORM):
            with transaction(here.engine) as session:
                due = here.now - timedelta(minutes=31)
                row = OutboxMessage(
                    platform=platform, address="1", priority=0, text="…", created_at=due, due_at=due, numbered=True
                )
                session.add(row)
            looked = await found(here)
            if platform == "weg":  # what waits for a platform that is not there is no reason
                assert looked.state is State.GOOD
        assert looked.wrong == ["Er staan al een half uur berichten klaar die niet weggaan."]
        assert looked.told["oudste_onverzonden"] == 31 * 60
        here.app.conditions.fails(MATRIX, "geen antwoord")  # then that is why, and it is told
        assert (await found(here)).state is State.PARTLY
        here.app.delivery._stopping = False


async def test_it_writes_to_the_database_and_hears_it_when_that_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(tmp_path) as here:
        await here.later(timedelta(seconds=1))
        log = tmp_path / "raadsmaat.sqlite3-wal"
        here.engine.dispose()
        before = log.stat().st_size if log.exists() else 0
        assert (await found(here)).state is State.GOOD
        assert log.stat().st_size > before
        monkeypatch.setattr("bot.health._ANSWERS", 0.1)
        with closing(sqlite3.connect(here.app.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            looked = await found(here)
            other.execute("ROLLBACK")
        assert looked.wrong == ["De database neemt niets aan."]
        assert looked.told["database"] == {"schrijfbaar": False}


async def test_who_asks_together_is_one_question(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.later(timedelta(seconds=1))
        looking = watch(here)
        first, second = await asyncio.gather(looking.look(), looking.look())
        assert first is second
        assert await looking.look() is first


async def test_a_process_that_stands_by_tells_so(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        waiting = Watch([here.paper], lambda: here.now)
        assert (await waiting.look()).state is State.WRONG  # it has not begun
        waiting = Watch([here.paper], lambda: here.now)
        waiting.database = Database(connect(here.app.file))
        looked = await waiting.look()
        assert (looked.state, looked.told["rol"]) == (State.GOOD, "staat klaar")
        waiting.database.close()


async def test_the_web_server_and_the_command_tell_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with town(tmp_path) as here:
        await here.later(timedelta(seconds=1))
        place = web.listen("127.0.0.1", 0)
        port = place.getsockname()[1]

        def command() -> "tuple[int, Any]":
            result = CliRunner().invoke(commands, ["gezond"])
            return result.exit_code, result.output

        monkeypatch.setenv("RAADSMAAT_FILE", "")
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("RAADSMAAT_FILE")
        code, output = await asyncio.to_thread(command)
        assert (code, "RAADSMAAT_WEB_PORT" in output) == (1, True)
        monkeypatch.setenv("RAADSMAAT_WEB_PORT", str(port))
        looking = watch(here)
        async with web.serving(place, [web.health(looking)]):
            answer = await asyncio.to_thread(ask, "0.0.0.0", port)
            assert answer is not None
            assert (answer[0]["toestand"], answer[1]) == ("goed", True)
            code, output = await asyncio.to_thread(command)
            assert (code, json.loads(output)["toestand"]) == (0, "goed")
            here.app.ticked_at = None
            looking._began_at -= 60
            looking._looked_at -= 60
            code, output = await asyncio.to_thread(command)
            assert (code, json.loads(output)["toestand"]) == (1, "fout")
        assert await asyncio.to_thread(ask, "127.0.0.1", port) is None
        code, output = await asyncio.to_thread(command)
        assert (code, "geen antwoord" in output) == (1, True)


async def test_without_the_web_server_nothing_of_it_is_loaded() -> None:
    """It would make every start slower and every process bigger."""
    program = (
        "import sys, bot.commands, bot.serving, bot.connect, bot.telegram, bot.doctor\n"
        "print({name.partition('.')[0] for name in sys.modules} & {'starlette', 'uvicorn', 'h11', 'anyio'})"
    )
    loaded = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "set()"
