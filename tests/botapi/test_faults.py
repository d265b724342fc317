"""Faults strike the calls they should, before or after the message was accepted."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest
import telegram
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from tests.botapi import (
    BotApiServer,
    Flood,
    Rates,
    Refuse,
    Reset,
    ServerError,
    Slow,
    Stall,
    Truncate,
    When,
)
from tests.botapi.driving import call

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # retry_after as an int
async def test_faults_before_and_after_acceptance(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    anna.starts()

    async def send() -> None:
        await bot.send_message(anna.id, "hallo")

    once = When(methods=("sendMessage",), times=1)
    cases: list[tuple[Any, type[Exception], str | None, bool]] = [
        (Refuse(400, "Bad Request: message is too long"), BadRequest, "too long", False),
        (Flood(7), RetryAfter, "Retry in ", False),
        (ServerError(), NetworkError, None, False),
        (ServerError(504, applied=True), NetworkError, None, True),
        (Reset(), NetworkError, "ReadError", False),
        (Reset(applied=True), NetworkError, "ReadError", True),
        (Truncate(), telegram.error.TelegramError, "Invalid server response", True),
        (Stall(0.05), NetworkError, None, True),
    ]
    for fault, error, text, arrives in cases:
        before = len(server.messages(anna))
        injected = server.inject(fault, once)
        with pytest.raises(error, match=text):
            await send()
        assert (injected.hits, len(server.messages(anna)) - before) == (1, int(arrives)), fault
        await send()
    log = server.calls_of("sendMessage", anna)
    assert [one.applied for one in log[::2]] == [arrives for *_, arrives in cases]
    assert [one.fault for one in log[:4]] == ["Refuse", "", "Flood", ""]
    assert [one.status for one in log[8:12]] == [0, 200, 0, 200]


async def test_a_stalled_answer_times_out(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    anna.starts()
    server.inject(Stall())
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "hallo", read_timeout=0.05)
    assert len(server.messages(anna)) == 1


async def test_which_calls_a_fault_strikes(server: BotApiServer) -> None:
    anna, bram = server.person("Anna"), server.person("Bram")
    anna.starts()
    bram.starts()
    server.inject(Refuse(), When(chat_id=anna.id, skip=1, every=2, times=2))
    codes = [(await call(server, "sendMessage", chat_id=anna.id, text="x")).get("error_code") for _ in range(8)]
    assert codes == [None, None, 403, None, 403, None, None, None]
    assert (await call(server, "sendMessage", chat_id=bram.id, text="x"))["ok"]
    server.faults.clear()
    chance = server.inject(Refuse(), When(probability=0.5, seed=3))
    for _ in range(20):
        await call(server, "sendMessage", chat_id=bram.id, text="x")
    assert 4 < chance.hits < 16


async def test_hard_flood_closes_the_bot(server: BotApiServer) -> None:
    anna, bram = server.person("Anna"), server.person("Bram")
    anna.starts()
    bram.starts()
    server.inject(Flood(1, scope="all", hard="extends"), When(times=1))
    for person in (anna, bram, bram):
        answer = await call(server, "sendMessage", chat_id=person.id, text="x")
        assert answer["parameters"] == {"retry_after": 1}
    assert (await call(server, "getUpdates"))["ok"]
    closure = server.faults.closures[None]
    await asyncio.sleep(max(0.0, closure.until - time.monotonic()))
    assert (await call(server, "sendMessage", chat_id=anna.id, text="x"))["ok"]


async def test_rates(server: BotApiServer) -> None:
    people = [server.person(str(number)) for number in range(6)]
    for person in people:
        person.starts()
    group = server.group("Raad", people)
    async with BotApiServer(rates=Rates(overall=1, burst=4, per_chat=1, per_group_minute=2)) as limited:
        limited.world.chats, limited.world.users = server.world.chats, server.world.users
        ids = [people[0].id, people[0].id, *(one.id for one in people[1:6])]
        codes = [(await call(limited, "sendMessage", chat_id=to, text="x")).get("error_code") for to in ids]
        assert codes == [None, 429, None, None, None, 429, 429]
        assert limited.limiter is not None
        assert limited.limiter.violations == 3
    async with BotApiServer(rates=Rates(per_group_minute=2, hard_seconds=30)) as limited:
        limited.world.chats, limited.world.users = server.world.chats, server.world.users
        answers = [await call(limited, "sendMessage", chat_id=group.id, text="x") for _ in range(3)]
        assert [one["ok"] for one in answers] == [True, True, False]
        assert answers[2]["parameters"] == {"retry_after": 30}


async def test_slow_round_trip(server: BotApiServer) -> None:
    anna = server.person("Anna")
    anna.starts()
    server.inject(Slow(100, 20))
    begun = time.monotonic()
    await call(server, "sendMessage", chat_id=anna.id, text="x")
    assert 0.08 <= time.monotonic() - begun < 1.0
    assert 0.04 <= server.messages(anna)[0].at - begun < 0.5


async def test_an_outage(server: BotApiServer) -> None:
    anna = server.person("Anna")
    anna.starts()
    await server.goes_down()
    with pytest.raises(aiohttp.ClientConnectorError):
        await call(server, "getUpdates")
    anna.writes("tijdens de storing")
    await server.comes_up()
    assert len((await call(server, "getUpdates"))["result"]) == 2
