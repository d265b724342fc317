"""The program is killed at random moments of a scripted day, as often as asked, and started again each time."""

import asyncio
import math
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.botapi.errors import NOT_MODIFIED, Json
from tests.botapi.faults import Slow
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, judge
from tests.kill.day import Book, Griffie, Raadslid
from tests.kill.human import Stage
from tests.kill.owed import owed
from tests.kill.process import BotProcess
from tests.kill.town import players, prepare
from tests.kill.watch import Watch

_LONGEST = 3.0  # seconds that the program lives at most, from the first time that it asks for updates
_MOST_CALLS = 120


async def random_kills(
    folder: Path,
    kills: int,
    how: signal.Signals = signal.SIGKILL,
    *,
    members: int = 12,
    griffie: int = 2,
    seed: int = 1,
    seconds: float = math.inf,
) -> Verdict:
    """A day of `members` and `griffie` with so many SIGKILLs; `seed` makes the same plan of kills again.

    `how` SIGTERM: it is stopped instead, and then nothing may arrive twice at all. After `seconds` no more
    signals are sent.
    """
    town = prepare(folder, members, griffie)
    async with BotApiServer() as server:
        server.inject(Slow(rtt_ms=20, jitter_ms=15))
        stage, book = Stage(server, random.Random(seed)), Book()
        raad = [Raadslid(stage, book, person) for person in players(server, town.members)]
        staff = [Griffie(stage, book, person) for person in players(server, town.griffie)]
        watch = Watch(server)
        async with BotProcess(server, folder) as bot, asyncio.TaskGroup() as group:
            working = [group.create_task(one.lives()) for one in staff]
            living = [group.create_task(one.lives()) for one in raad]
            done = await _kill(bot, watch, kills, how, random.Random(seed + 1), seconds)
            stage.closing.set()
            _, late = await asyncio.wait(living, timeout=300)
            for task in (*late, *working):
                task.cancel()
            verdict = await judge(server, bot, f"{done} x {how.name} at random moments")
        verdict.wrong += [f"{len(late)} people still wait"] if late else []
        verdict.figures |= {
            "things said": stage.said,
            "asked how it stands": stage.nudges,
            "buttons of the past": stage.stale,
            "begun anew": stage.astray,
        }
        # 409 is for the poll of a program that is dead already, when the next one begins to poll; and a message
        # may have been edited just before the kill, and once more after it.
        refused = Counter(
            f"{call.method}: {call.description}"
            for call in server.calls
            if 400 <= call.status < 500 and call.status != 409 and NOT_MODIFIED not in call.description
        )
        verdict.demand(not refused, f"the service refused calls: {refused}")
        if how == signal.SIGTERM:
            twice = verdict.figures["sent twice in doubt"]
            verdict.demand(twice == 0, f"{twice} messages arrived twice, though it was only stopped")
        owed(book, stage.humans, town.griffie, bot.database, verdict)
    return verdict


async def _kill(
    bot: BotProcess, watch: Watch, kills: int, how: signal.Signals, chance: random.Random, seconds: float
) -> int:
    """A third at any time, also while it starts; a third as a call arrives; a third as a message is accepted.

    Returns how many there were.
    """
    until = time.monotonic() + seconds
    for number in range(kills):
        if time.monotonic() > until:
            return number
        struck = asyncio.Event()
        left = chance.randrange(1, _MOST_CALLS)

        def strike(struck: asyncio.Event = struck) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                bot.strike(how)
                struck.set()

        def arrives(method: str, params: Json) -> None:
            strike()

        def accepts(message: Message) -> None:
            strike()

        life = chance.uniform(0, _LONGEST)
        match number % 3:
            case 0:
                await asyncio.sleep(life)
            case 1:
                watch.arriving = arrives
            case 2:
                watch.accepted = accepts
        if number % 3:
            with suppress(TimeoutError):  # too little is going on to come so far
                await asyncio.wait_for(struck.wait(), 5 * _LONGEST)
        watch.arriving = watch.accepted = None
        bot.strike(how)
        await bot.ended()
        await bot.start(ready=number % 6 != 2)  # then the next one strikes while it starts
    return kills
