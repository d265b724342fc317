"""Five hundred people write at once, and the program is stopped twice on the way."""

import asyncio
import os
import signal
from pathlib import Path

from tests.botapi.faults import Slow, When
from tests.botapi.load import Plan
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, judge
from tests.kill.process import IN_FLIGHT, BotProcess
from tests.kill.town import prepare


async def burst(folder: Path, how: signal.Signals, *, updates: int = 500, stops: int = 2, after: int = 100) -> Verdict:
    """`updates` from as many chats; each time `after` answers more have arrived the program gets a signal.

    With SIGKILL nobody may be left without an answer, and at most what was in flight is answered twice. With
    SIGTERM nobody is answered twice either.
    """
    prepare(folder, members=updates)
    async with BotApiServer(validate=False) as server:
        server.inject(Slow(rtt_ms=20))
        async with BotProcess(server, folder) as bot:
            struck = asyncio.Event()
            left = [after]

            def accepted(message: Message) -> None:
                left[0] -= 1
                if left[0] == 0:
                    bot.strike(how)
                    struck.set()

            server.world.on_sent.append(accepted)
            load = server.start_load(Plan(mode="burst", count=updates, text="/help", timeout=180))
            answers = asyncio.create_task(load.run())
            for _ in range(stops):
                await asyncio.wait_for(struck.wait(), 180)
                code = await bot.ended()
                assert code in (0, -signal.SIGKILL), code
                left[0] = after
                struck.clear()
                await bot.start()
            server.world.on_sent.remove(accepted)
            await answers
            verdict = await judge(server, bot, f"{updates} at once, {how.name} x{stops}")
        found = load.summary()
    verdict.figures = {"never": found["never"], "twice": found["twice"], "asked": found["asked"]} | verdict.figures
    verdict.demand(found["never"] == 0, f"{found['never']} were never answered")
    most = IN_FLIGHT * bot.kills
    verdict.demand(found["extra"] <= most, f"{found['extra']} answers too many, {most} could be in flight")
    verdict.demand(found["answered"] == updates, f"{found['answered']} of {updates} were answered")
    return verdict


async def impatient(folder: Path, *, people: int = 6) -> Verdict:
    """Somebody stops the program twice, the second time while its last messages are on their way."""
    prepare(folder, members=people)
    async with BotApiServer(validate=False) as server:
        async with BotProcess(server, folder) as bot:
            slow = server.inject(Slow(rtt_ms=2000), When(("sendMessage",)))
            load = server.start_load(Plan(mode="burst", count=people, text="/help"))
            answers = asyncio.create_task(load.run())
            await server.wait_until(lambda: slow.hits >= people, 20)
            for _ in range(2):
                os.killpg(bot.pid, signal.SIGTERM)
                await asyncio.sleep(0.2)
            code = await bot.ended()
            server.faults.clear()
            await bot.start()
            await answers
            verdict = await judge(server, bot, "stopped, and stopped again at once")
        found = load.summary()
    verdict.figures = {"never": found["never"], "twice": found["twice"]} | verdict.figures
    verdict.demand(code == 0, f"it ended with code {code}")
    verdict.demand(found["once"] == people, f"{found['once']} of {people} were answered once")
    return verdict
