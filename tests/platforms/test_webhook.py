"""Telegram brings what is said to our web server: stored before the 200, refused when it is not Telegram."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import web
from bot.app import App
from bot.health import Watch
from bot.telegram.webhook import CONNECTIONS, MOST_BYTES, SECRET_HEADER, Webhook
from storage import sample
from storage.database import transaction
from tests.botapi import webhook as installing
from tests.botapi.server import BotApiServer
from tests.platforms.telegram import TOKEN, Live, now, telegram
from tests.town import database, library

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


@dataclass
class Hooked(Live):
    """The running program with its web server, and the secret that Telegram was told."""

    address: str
    secret: str

    def count(self, query: str) -> int:
        with closing(sqlite3.connect(self.app.file, timeout=30)) as connection:
            return int(connection.execute(query).fetchone()[0])

    async def bring(self, body: bytes | None = None, **headers: str) -> "tuple[int, str | None]":
        """Does as Telegram does, or not quite; returns the status and how long to wait."""
        given = {"Content-Type": "application/json", SECRET_HEADER: self.secret}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.address, data=update() if body is None else body, headers=given) as answer,
        ):
            return answer.status, answer.headers.get("Retry-After")


def update(number: int = 700, text: str = "/help", chat: int = 900_001) -> bytes:
    person = {"id": chat, "is_bot": False, "first_name": "Iemand"}
    message: dict[str, Any] = {"message_id": 5, "date": 1_790_000_000, "from": person, "text": text}
    message["chat"] = {"id": chat, "type": "private", "first_name": "Iemand"}
    return json.dumps({"update_id": number, "message": message}).encode()


@asynccontextmanager
async def hooked(server: BotApiServer, folder: Path) -> AsyncIterator[Hooked]:
    """The program in webhook mode, started; stopped at the end as SIGTERM does."""
    engine = database(folder)
    with transaction(engine) as session:
        sample.fill(session, None, now())
    place = web.listen("127.0.0.1", 0)
    hook = Webhook(TOKEN, f"http://127.0.0.1:{place.getsockname()[1]}")
    platform = telegram(server, webhook=hook)
    app = App(engine, [platform], library(), peers=True)
    watch = Watch([platform], now)
    watch.app = app
    async with web.serving(place, [web.health(watch), *platform.routes]):
        task = asyncio.create_task(app.run())
        try:
            await server.wait_until(lambda: installing.installed(server.world) is not None)
            [call] = server.calls_of("setWebhook")
            yield Hooked(server, app, hook.url, call.params["secret_token"])
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_conversation_with_buttons_over_the_webhook(tmp_path: Path) -> None:
    async with BotApiServer() as server, hooked(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        for text in ("/training", "Debatteren", "Raadsacademie", "8-12-2026", "300", "Om beter te spreken"):
            await live.says(anna, text)
        assert "opgeslagen" in (await live.presses(anna, "Ja, versturen")).plain
        assert "Debatteren" in (await server.wait_for(griet, 2))[-1].plain
        await server.wait_until(lambda: all(len(pressed.answers) == 1 for pressed in server.pressed))
        assert not server.errors
        assert not server.world.updates.waiting_updates
        assert not server.calls_of("getUpdates")
        given = server.calls_of("setWebhook")[0].params
        assert given["max_connections"] == CONNECTIONS
        assert set(given["allowed_updates"]) == {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_what_is_not_from_telegram_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    async with BotApiServer() as server, hooked(server, tmp_path) as live:
        assert TOKEN not in live.address
        assert live.secret not in live.address
        nested = b"[" * 100_000
        tried: list[tuple[int, bytes | None, dict[str, str]]] = [
            (403, None, {SECRET_HEADER: ""}),
            (403, None, {SECRET_HEADER: live.secret[:-1]}),
            (403, None, {SECRET_HEADER: f"{live.secret}é"}),
            (403, b"{", {SECRET_HEADER: "fout"}),
            (415, None, {"Content_Type": "text/plain"}),
            (413, b" " * (MOST_BYTES + 1), {}),
            *((400, body, {}) for body in (b"", b"{", b"[]", b"1", b"\xff\xfe", b'{"update_id": "1"}', b"{}", nested)),
        ]
        for status, body, headers in tried:
            assert (await live.bring(body, **headers))[0] == status, (status, body and body[:20], headers)
        async with aiohttp.ClientSession() as session:
            for path in (live.address[:-1], live.address + "/", live.address.rpartition("/")[0]):
                async with session.post(path, data=update(), allow_redirects=False) as answer:
                    assert answer.status == 404
            async with session.get(live.address) as answer:
                assert answer.status == 405
        assert live.count("SELECT count(*) FROM inbox") == 0
        assert (await live.bring())[0] == 200
        assert live.count("SELECT count(*) FROM inbox") == 1


async def test_nonsense_from_telegram_itself_is_passed_over(tmp_path: Path) -> None:
    async with BotApiServer() as server, hooked(server, tmp_path) as live:
        for body in (
            b'{"update_id": 1}',
            b'{"update_id": 2, "message": 5}',
            b'{"update_id": 3, "message": {"chat": []}}',
        ):
            assert (await live.bring(body))[0] == 200
        assert (await live.bring(update(4, "\ud800 half")))[0] == 200
        await live.app.settled()
        assert live.count("SELECT count(*) FROM inbox") == 1


async def test_the_same_update_brought_again_counts_once(tmp_path: Path) -> None:
    async with BotApiServer() as server, hooked(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        said = anna.writes("/agenda")
        await server.wait_for(anna, 2)
        server.deliver_again(said)
        await live.says(anna, "/help")
        assert len(server.messages(anna)) == 3


async def test_a_database_that_takes_nothing_makes_telegram_come_again(tmp_path: Path) -> None:
    async with BotApiServer() as server, hooked(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        hook = installing.installed(server.world)
        assert hook is not None
        with closing(sqlite3.connect(live.app.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # for longer than the program waits
            tries = hook.tries
            anna.writes("/agenda")
            await server.wait_until(lambda: hook.tries >= tries + 2, timeout=60)
            assert "503" in hook.last_error
            assert any("even niets opslaan" in message.plain for message in server.messages(anna))
            assert (await live.bring(update(701)))[1] == "2"
            other.execute("ROLLBACK")
        await server.wait_for(anna, lambda seen: "Dit komt er aan" in seen[-1].plain, timeout=60)
        await live.says(anna, "/help")
        told = [message.plain.split("\n")[0] for message in server.messages(anna)][1:]
        assert [told.count(one) for one in ("Dit komt er aan:", "Dit kan ik voor u doen")] == [1, 1]
        assert sum("even niets opslaan" in one for one in told) == 1


async def test_a_webhook_that_somebody_took_away_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.webhook._LOOK_EVERY", 0.05)
    async with BotApiServer() as server, hooked(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        await installing.delete_webhook(server.world, {})
        await live.says(anna, "/help")
        assert len(server.calls_of("setWebhook")) == 2
