"""The doctor: what it finds, and that it changes nothing."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.doctor import Finding, Line, examine
from bot.entry import KENNIS
from bot.telegram.webhook import Webhook
from config.settings import read
from storage import platforms
from storage.database import transaction
from tests.botapi import webhook
from tests.botapi.driving import call
from tests.botapi.server import BotApiServer
from tests.test_database import database
from tests.town import MONDAY


def found(folder: Path, **more: str) -> list[Line]:
    return examine(read({"RAADSMAAT_DATA": str(folder)} | more), KENNIS)


def wrong(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines if line.finding is Finding.WRONG)


def test_an_installation_that_has_not_started_is_not_wrong(tmp_path: Path) -> None:
    lines = found(tmp_path / "nergens")
    assert wrong(lines) == ""
    assert not (tmp_path / "nergens").exists()
    assert [line.text.split(" (")[0] for line in lines[-2:]] == [
        "Telegram is niet ingesteld",
        "Matrix is niet ingesteld",
    ]


def test_a_database_in_order(tmp_path: Path) -> None:
    database(tmp_path).dispose()
    lines = found(tmp_path)
    assert wrong(lines) == ""
    assert any("in orde en bij" in line.text for line in lines)


def test_a_database_of_another_version_and_one_that_others_can_read(tmp_path: Path) -> None:
    engine = database(tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    engine.dispose()
    (tmp_path / "raadsmaat.sqlite3").chmod(0o644)
    assert "raadsmaat migrate" in wrong(found(tmp_path))
    assert "chmod 600" in wrong(found(tmp_path))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "raadsmaat.sqlite3").write_text("dit is geen database, maar wel een bestand" * 100)
    (tmp_path / "raadsmaat.sqlite3").chmod(0o600)
    assert "reservekopie" in wrong(found(tmp_path))


def test_messages_that_wait_too_long(tmp_path: Path) -> None:
    database(tmp_path).dispose()
    with sqlite3.connect(tmp_path / "raadsmaat.sqlite3") as connection:
        connection.execute(
            "INSERT INTO outbox (priority, subject, text, numbered, step, state, created_at, due_at, attempts,"
            " doubtful, parts_sent) VALUES (0, '', 'x', 1, '', 'waiting', '2020-01-01', '2020-01-01', 0, 0, 0)"
        )
    connection.close()
    assert "1 berichten wachten" in wrong(found(tmp_path))


def test_a_platform_that_does_not_work(tmp_path: Path) -> None:
    engine = database(tmp_path)
    with transaction(engine) as session:
        platforms.started(session, ["matrix", "telegram"], MONDAY)
    with transaction(engine) as session:
        platforms.changed(session, {"matrix": "geen antwoord"}, MONDAY)
    engine.dispose()
    assert "Matrix werkt niet sinds 23-11-2026 09:00 (UTC): geen antwoord." in wrong(found(tmp_path))
    assert "Telegram werkt niet" not in wrong(found(tmp_path))


@pytest.mark.wire
@pytest.mark.asyncio
async def test_telegram_reachable_wrong_token_and_away(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        for token, expected in ((server.token, ""), ("1:fout", "kent dit token niet")):
            more = {"RAADSMAAT_TELEGRAM_TOKEN": token, "RAADSMAAT_TELEGRAM_URL": server.url}
            lines = await asyncio.to_thread(found, tmp_path, **more)
            assert expected in wrong(lines)
            assert bool(expected) == bool(wrong(lines))
    assert "niet bereikbaar" in wrong(await asyncio.to_thread(found, tmp_path, **more))


@pytest.mark.wire
@pytest.mark.asyncio
async def test_how_telegram_brings_what_is_said(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        given = {"RAADSMAAT_TELEGRAM_TOKEN": server.token, "RAADSMAAT_TELEGRAM_URL": server.url}
        brought = given | {
            "RAADSMAAT_TELEGRAM_MODE": "webhook",
            "RAADSMAAT_WEB_PORT": "1",  # where nobody answers
            "RAADSMAAT_WEB_URL": "http://127.0.0.1:1/bot",
        }
        lines = await asyncio.to_thread(found, tmp_path, **brought)
        assert "niet naar RAADSMAAT_WEB_URL" in wrong(lines)
        assert any("geeft Raadsmaat geen antwoord" in line.text for line in lines)

        hook = Webhook(server.token, "http://127.0.0.1:1/bot")
        await call(server, "setWebhook", url=hook.url)
        assert wrong(lines := await asyncio.to_thread(found, tmp_path, **brought)) == ""
        assert any("Er wachten er nu 0." in line.text for line in lines)
        server.person("Anna").starts()
        installed = webhook.installed(server.world)
        assert installed is not None
        await server.wait_until(lambda: bool(installed.last_error))
        said = wrong(await asyncio.to_thread(found, tmp_path, **brought))
        assert "Er wachten er nu 1. De laatste fout was op" in said
        assert "Geeft de proxy alles onder /telegram/ door?" in said

        lines = await asyncio.to_thread(found, tmp_path, **given)
        assert wrong(lines) == ""
        assert any("nog een webhook" in line.text for line in lines)
