"""Load and its summary, in this process and in one of its own."""

import asyncio
import signal

import aiohttp
import pytest

from tests.botapi import (
    BotApiProcess,
    BotApiServer,
    Plan,
)
from tests.botapi.driving import TOKEN

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def answer_everything(server_url: str, amount: int, twice: int = 0) -> None:
    """A bot in a few lines: one answer to each update, and a second one to the first few."""
    offset = answered = 0
    async with aiohttp.ClientSession(base_url=f"{server_url}/bot{TOKEN}/") as session:
        while answered < amount:
            async with session.post("getUpdates", json={"offset": offset, "timeout": 5}) as got:
                updates = (await got.json())["result"]
            for update in updates:
                offset = update["update_id"] + 1
                reply = {"chat_id": update["message"]["chat"]["id"], "text": "antwoord"}
                for _ in range(2 if answered < twice else 1):
                    async with session.post("sendMessage", json=reply) as sent:
                        await sent.read()
                answered += 1


@pytest.mark.parametrize(
    "plan", [Plan(count=30), Plan("open", count=30, rate=300, chats=5), Plan("closed", count=30, chats=3)]
)
async def test_load(plan: Plan) -> None:
    async with BotApiServer(validate=False) as server:
        running = asyncio.create_task(answer_everything(server.url, plan.count))
        summary = await server.load(plan)
        await running
    assert (summary["asked"], summary["once"], summary["twice"], summary["never"]) == (30, 30, 0, 0)
    assert 0 < summary["p50_ms"] <= summary["p99_ms"] <= summary["max_ms"]


async def test_a_process_of_its_own() -> None:
    async with BotApiProcess(TOKEN, "--fast") as server:
        anna = (await server.do("person", name="Anna"))["id"]
        await server.do("start", person=anna, code="c1")
        await server.do("fault", kind="refuse", when={"methods": ["sendMessage"], "times": 1})
        await server.do("write", person=anna, text="hallo")
        await answer_everything(server.url, 2)
        (found,) = await server.do("wait_for", chat=anna, count=1)
        assert (found["plain"], found["from_bot"]) == ("antwoord", True)
        assert (await server.do("status"))["errors"] == {"403": 1}
        assert [one["status"] for one in await server.do("calls", method="sendMessage")] == [403, 200]
        assert (await server.do("faults"))[0]["hits"] == 1
        with pytest.raises(TimeoutError):
            await server.do("wait_for", chat=anna, text="iets anders", timeout=0.01)
        with pytest.raises(RuntimeError, match="no such verb"):
            await server.do("dance")
        started = await server.do("load", count=3, wait=False, timeout=0.3)
        await answer_everything(server.url, 5, twice=3)  # the two of Anna come again
        summary = await server.do("load/summary", **started)
        assert (summary["once"], summary["twice"], summary["never"]) == (2, 1, 0)
        server.process.send_signal(signal.SIGTERM)
        assert await server.process.wait() == 0
