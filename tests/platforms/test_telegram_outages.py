"""Telegram fails for a while: the program goes on by itself once it works again."""

import asyncio
from pathlib import Path

import pytest

from tests.botapi.faults import Flood, Refuse, Reset, ServerError, When
from tests.botapi.server import BotApiServer
from tests.platforms.telegram import running
from tests.platforms.test_webhook import hooked

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app._FIRST_PAUSE", 0.05)


async def test_a_platform_that_failed_before_its_first_answer_works_when_it_is_started_again(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        fault = server.inject(Reset(), When(methods=("getMe",), times=2))
        async with running(server, tmp_path) as live:
            someone = await asyncio.wait_for(live.joins("Anna Bakker"), 20)
            assert fault.hits == 2
            assert "Dit kan ik voor u doen" in (await live.says(someone, "/help")).plain


async def test_a_platform_that_failed_while_it_worked_works_when_it_is_started_again(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        someone = await live.joins("Anna Bakker")
        fault = server.inject(
            Refuse(409, "Conflict: terminated by other getUpdates request"), When(methods=("getUpdates",), times=1)
        )
        someone.writes("/agenda")  # ends the poll that waits
        await server.wait_for(someone, 2)
        assert fault.hits == 1
        assert "Dit kan ik voor u doen" in (await live.says(someone, "/help")).plain


async def test_a_webhook_look_that_is_refused_for_a_moment_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.webhook._LOOK_EVERY", 0.2)
    async with BotApiServer() as server, hooked(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        server.inject(Flood(1, hard="extends"), When(methods=("getWebhookInfo",), times=1))
        await server.wait_until(lambda: server.errors[429] == 1)
        looks = len(server.calls_of("getWebhookInfo"))
        await server.wait_until(lambda: len(server.calls_of("getWebhookInfo")) > looks)
        assert server.errors[429] == 1
        assert live.app.conditions.errors["telegram"] is None
        assert "Dit kan ik voor u doen" in (await live.says(anna, "/help")).plain


async def test_a_page_instead_of_an_answer_to_a_poll_is_no_end(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        fault = server.inject(ServerError(200, "<html>Log in</html>"), When(methods=("getUpdates",), times=1))
        anna.writes("/agenda")
        await server.wait_for(anna, 2)
        assert fault.hits == 1
        assert "Dit kan ik voor u doen" in (await live.says(anna, "/help")).plain


async def test_a_wait_that_is_asked_at_the_start_is_kept(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        server.inject(Flood(2, hard="extends"), When(methods=("getMe",), times=1))
        async with running(server, tmp_path) as live:
            await live.joins("Anna Bakker")
            assert server.errors[429] == 1
