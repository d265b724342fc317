"""Two processes behind a proxy, and the one that answers is killed while many people write; and a change of ways."""

import asyncio
import signal
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.botapi import webhook
from tests.botapi.load import Plan
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, judge
from tests.kill.points import TRACE
from tests.kill.process import IN_FLIGHT, BotProcess
from tests.kill.town import players, prepare
from tests.platforms.proxy import Proxy


def free_ports(number: int) -> list[int]:
    """Ports that nobody used just now."""
    with ExitStack() as stack:
        places = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [place.getsockname()[1] for place in places]


def brought(url: str, port: int) -> Mapping[str, str]:
    """The settings of a process to which Telegram brings what is said, by way of `url`."""
    return {
        "RAADSMAAT_TELEGRAM_MODE": "webhook",
        "RAADSMAAT_WEB_URL": url,
        "RAADSMAAT_WEB_PORT": str(port),
    }


async def standing_by(bot: BotProcess, times: int) -> None:
    """Waits until a process says so in its log for the `times`-th time."""
    async with asyncio.timeout(60):
        while bot.log.read_text(encoding="utf-8").count("standing by") < times:
            await asyncio.sleep(0.05)


async def taken_over(
    folder: Path, how: signal.Signals, *, updates: int = 150, stops: int = 2, traced: bool = False
) -> Verdict:
    """`updates` from as many chats over two processes, and half-way the one that answers gets a signal; again after
    it was started anew, so that each takes over from the other."""
    prepare(folder, members=updates)
    ports = free_ports(2)
    async with BotApiServer(validate=False) as server, Proxy(ports) as proxy:
        more = TRACE if traced else {}
        first, second = (
            BotProcess(server, folder, {**brought(proxy.url, port), **more}, folder / f"{port}.log") for port in ports
        )
        async with first, second:
            answers, other = first, second
            struck = asyncio.Event()
            left = [0]

            def accepted(message: Message) -> None:
                left[0] -= 1
                if left[0] == 0:
                    answers.strike(how)
                    struck.set()

            server.world.on_sent.append(accepted)
            for number in range(1, stops + 1):
                await standing_by(other, (number + 1) // 2)
                left[0] = updates // 2
                struck.clear()
                load = server.start_load(Plan(mode="burst", count=updates, text="/help", timeout=120))
                running = asyncio.create_task(load.run())
                await asyncio.wait_for(struck.wait(), 120)
                code = await answers.ended()
                assert code in (0, -signal.SIGKILL), code
                await running
                answers, other = other, answers
                await other.start(ready=False)
            await standing_by(other, stops // 2 + 1)
            server.world.on_sent.remove(accepted)
            verdict = await judge(server, answers, f"two processes, {how.name}")
            verdict.demand(
                (code := await other.stop()) == 0, f"SIGTERM ended the process that stood by with code {code}"
            )
            verdict.wrong += [f"log: {line}" for line in other.faults()]
            verdict.figures["taken in by the other"] = min(proxy.passed.count(port) for port in ports)
        found = [one.summary() for one in server.loads]
    verdict.figures["kills"] = kills = first.kills + second.kills
    counts = {name: sum(one[name] for one in found) for name in ("never", "twice", "asked", "extra")}
    verdict.figures = counts | verdict.figures
    verdict.demand(counts["never"] == 0, f"{counts['never']} were never answered")
    verdict.demand(counts["extra"] <= (0 if traced else IN_FLIGHT * kills), f"{counts['extra']} answers too many")
    verdict.demand(verdict.figures["taken in by the other"] > 0, "the proxy did not use both processes")
    return verdict


def _is(server: BotApiServer, is_brought: bool) -> bool:
    return is_brought == (webhook.installed(server.world) is not None)


async def switched(folder: Path) -> Verdict:
    """From fetching to being brought and back, by SIGTERM and by SIGKILL; people write before, during and after."""
    town = prepare(folder, members=3)
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    ways = [brought(url, port), {}]
    async with BotApiServer() as server:
        people = players(server, town.members)
        said = 0
        async with BotProcess(server, folder) as bot:
            for number in range(4):
                for person in people:
                    person.writes("/help")
                said += 1
                if number % 2 == 0:
                    await server.wait_until(lambda: not server.world.updates.waiting_updates)
                    bot.strike(signal.SIGTERM)
                else:
                    bot.strike(signal.SIGKILL)
                await bot.ended()
                for person in people:
                    person.writes("/agenda")
                said += 1
                await bot.start(ways[number % 2])
                await server.wait_until(partial(_is, server, number % 2 == 0))
                for person in people:
                    await server.wait_for(person, said, timeout=60)
            verdict = await judge(server, bot, "fetched, brought, and fetched again")
        counts = [len(server.messages(person)) for person in people]
    verdict.figures = {"said": said * len(people), "answered": sum(counts)} | verdict.figures
    verdict.demand(min(counts) >= said, f"{counts} answers to {said} messages each")
    return verdict
