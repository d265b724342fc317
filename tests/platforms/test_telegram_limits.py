"""Telegram's limits: a request to wait is obeyed for what it covers, and a broadcast makes none."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from bot.app import App
from bot.telegram import Telegram
from storage.database import connect
from tests.botapi.faults import Flood, When
from tests.botapi.rates import Rates
from tests.botapi.server import BotApiServer
from tests.kill.town import FRACTIE, players, prepare
from tests.platforms.telegram import TOKEN, Live, running
from tests.town import library

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

_HELP, _AGENDA = "Dit kan ik voor u doen", "Dit komt er aan:"


async def test_one_chats_wait_stops_nobody_else_and_keeps_its_order(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.joins("Bram de Vries")
        flood = server.inject(
            Flood(2, scope="chat", hard="holds"), When(methods=("sendMessage",), chat_id=anna.id, times=1)
        )
        joined = server.messages(anna)[-1].message_id
        anna.writes("/help")
        await server.wait_until(lambda: flood.hits == 1)
        anna.writes("/agenda")
        for _ in range(3):
            assert _HELP in (await live.says(bram, "/help")).plain
        assert not server.messages(anna, after=joined)
        answers = await server.wait_for(anna, 2, after=joined)
        assert [answer.plain.split("\n")[0] for answer in answers] == [_HELP, _AGENDA]
        assert server.errors[429] == 1


async def test_a_wait_of_the_whole_bot_stops_everybody_after_the_second_refusal(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        people = [await live.joins(name) for name in ("Anna Bakker", "Bram de Vries", "Griet Mulder")]
        joined = {person.id: server.messages(person)[-1].message_id for person in people}
        server.inject(Flood(3, hard="extends"), When(methods=("sendMessage",), times=1))
        for number, person in enumerate(people, 1):
            person.writes("/help")
            await server.wait_until(partial(lambda refused: server.errors[429] >= refused, min(number, 2)))
        people[0].writes("/agenda")
        for person in people:
            await server.wait_for(person, after=joined[person.id])
        await server.wait_for(people[0], 2, after=joined[people[0].id])
        assert server.errors[429] == 2
        first = [message.plain.split("\n")[0] for message in server.messages(people[0], after=joined[people[0].id])]
        assert first == [_HELP, _AGENDA]


async def test_nothing_at_all_is_called_while_the_whole_bot_is_told_to_wait(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        people = [await live.joins(name) for name in ("Anna Bakker", "Bram de Vries")]
        for person in people:
            await live.says(person, "/bestaatniet")
        server.inject(Flood(3, hard="extends"), When(methods=("sendMessage",), times=1))
        for number, person in enumerate(people, 1):
            person.writes("/help")
            await server.wait_until(partial(lambda refused: server.errors[429] >= refused, number))
        refused = server.errors[429]
        people[0].presses("Wat kan ik hier?")
        await server.wait_until(lambda: all(pressed.answers for pressed in server.pressed), timeout=10)
        assert server.errors[429] == refused


async def test_a_broadcast_makes_no_waits_and_answers_go_first(tmp_path: Path) -> None:
    """At two hundred a second instead of thirty, with the same margin; there a single call too many closes the bot."""
    town = prepare(tmp_path, members=400)
    rates = Rates(overall=200, burst=100, hard_seconds=5)  # a busy machine stands still now and then
    async with BotApiServer(TOKEN, rates=rates, validate=False) as server:
        players(server, town.members)
        griet = players(server, town.griffie)[0]
        account = Telegram(TOKEN, server.url, per_second=193, in_flight=8, per_chat=1.0)
        app = App(connect(tmp_path / "raadsmaat.sqlite3"), [account], library())
        task = asyncio.create_task(app.run())
        try:
            live = Live(server, app)
            anna = await live.joins("Anna Bakker")
            for text in ("/bericht", FRACTIE, "De raadzaal is dicht."):
                await live.says(griet, text)
            griet.presses("Ja, versturen")

            def reached() -> int:
                return sum(bool(server.messages(chat)) for chat in town.members)

            await server.wait_until(lambda: reached() > 40)
            before = reached()
            assert _HELP in (await live.says(anna, "/help")).text
            assert before < reached() < 400  # all the others were queued before her question
            await server.wait_until(lambda: reached() == 400)
            assert all(len(server.messages(chat)) == 1 for chat in town.members)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert server.limiter is not None
        assert (server.errors[429], server.limiter.violations) == (0, 0)
