"""Killed while it makes its database: the next start finishes that, or begins anew."""

import asyncio
import random
from pathlib import Path

from storage.database import connect, head, revision
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, count, look
from tests.kill.process import BotProcess

_MIGRATION_SECONDS = 1.5  # about what it takes from the file until the first message


async def first_start(folder: Path, kills: int, *, seed: int = 1) -> Verdict:
    """So many installations, each killed somewhere in its first start, and started again."""
    chance = random.Random(seed)
    verdict = Verdict(f"{kills} first starts")
    half_way = 0
    async with BotApiServer(validate=False) as server:
        for number in range(kills):
            data = folder / str(number)
            data.mkdir(parents=True)
            bot = BotProcess(server, data)
            await bot.start(ready=False)
            while not bot.database.exists():
                await asyncio.sleep(0)
            await asyncio.sleep(chance.uniform(0, _MIGRATION_SECONDS))
            await bot.killed()
            half_way += _tables(bot.database) == 0
            async with bot:
                code = await bot.stop()
            verdict.demand(code == 0, f"{number}: SIGTERM ended it with code {code}")
            verdict.wrong += [f"{number}: log: {line}" for line in bot.faults()]
            sound = look(bot.database, "PRAGMA integrity_check") == [("ok",)]
            engine = connect(bot.database)
            verdict.demand(sound and revision(engine) == head(), f"{number}: the database is not whole")
            engine.dispose()
    verdict.figures = {
        "kills": kills,
        "without tables when killed": half_way,
        "not whole afterwards": len(verdict.wrong),
    }
    return verdict


def _tables(database: Path) -> int:
    return count(database, "SELECT count(*) FROM sqlite_master WHERE type = 'table'")
