"""A notice to thousands at the pace that Telegram allows, and ten thousand reminders in one second.

`python -m bench.broadcast [--count 3000] [--only plain,answers]`: the program as it is started, with its own
settings, on the local Bot API server: 30 messages a second over all, one to a chat, round trip 50 ms ± 15. The limit
is what 30 a second comes to after a burst of 30; “x limit” is the time from the first message to the last, in
units of that. `--peer-python`: what the peer runs with; with aiolimiter installed there it has its AIORateLimiter.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import reminders
from bench.updates import at_rest, peak_memory, processor_seconds
from tests.botapi.faults import Flood, Reset, ServerError, Slow, When
from tests.botapi.load import FIRST_CHAT, percentile
from tests.botapi.people import Person
from tests.botapi.rates import Rates
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.kill.count import count as counted
from tests.kill.process import BotProcess
from tests.kill.town import FRACTIE, players, prepare

OWN = {f"RAADSMAAT_TELEGRAM_{name}": "" for name in ("PER_SECOND", "IN_FLIGHT", "PER_CHAT")}  # empty: the default
TRACE = {"RAADSMAAT_TELEGRAM_TRACE": "true"}
TEXT = "De raadzaal is dicht. Wij vergaderen in de school."
ASKERS = 80
_SILENT = 20.0  # seconds without a message after which the peer is taken to have finished
PER_SECOND = 2.0  # of what people write while a notice goes out
_UNDERWAY = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed', 'sending')"
_UNCERTAIN = "SELECT count(*) FROM outbox WHERE state = 'uncertain'"


@dataclass(frozen=True)
class Case:
    """What goes wrong while a notice goes out. `kills`: SIGKILL when that part of it has arrived."""

    name: str
    kills: Sequence[float] = ()
    faults: bool = False
    trace: bool = False
    hard: bool = False
    """A 429 closes the bot for 10 seconds."""
    asked: bool = False
    """People write meanwhile."""
    peer: bool = False


CASES = {
    "plain": Case("no faults"),
    "peer-plain": Case("no faults, the peer", peer=True),
    "flood": Case("hard flood", hard=True),
    "kills": Case("SIGKILL at 1/3 and 2/3", kills=(1 / 3, 2 / 3)),
    "kills-trace": Case("the same, traced", kills=(1 / 3, 2 / 3), trace=True),
    "faults": Case("faults", faults=True),
    "faults-trace": Case("the same, traced", faults=True, trace=True),
    "both": Case("faults, and SIGKILL four times", kills=(0.23, 0.47, 0.7, 0.93), faults=True),
    "both-trace": Case("the same, traced", kills=(0.23, 0.47, 0.7, 0.93), faults=True, trace=True),
    "answers": Case("people write meanwhile", asked=True),
    "peer-answers": Case("people write meanwhile, the peer", asked=True, peer=True),
}


@dataclass
class Heard:
    """What the recipients got, and how long who asked something waited (milliseconds)."""

    times: Counter[int] = field(default_factory=Counter)
    pressed: float = 0.0
    first: float = 0.0
    last: float = 0.0
    asked: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    answered: float = 0.0
    gap: float = 0.0
    """The longest time between two messages."""
    at: Sequence[int] = ()
    reached: Callable[[], None] = lambda: None

    def accepted(self, message: Message) -> None:
        if message.chat_id >= FIRST_CHAT:
            self.gap = max(self.gap, message.at - self.last if self.last else 0.0)
            self.first, self.last = self.first or message.at, message.at
            self.times[message.chat_id] += 1
            if self.times.total() in self.at:
                self.reached()
        elif begun := self.asked.pop(message.chat_id, None):
            self.answered = message.at
            self.waits.append((message.at - begun) * 1000)


@asynccontextmanager
async def ours(server: BotApiServer, folder: Path, case: Case) -> AsyncIterator[BotProcess]:
    """The program on a database that is there; it need not be running at the end."""
    settings = OWN | {"RAADSMAAT_LOG_LEVEL": "warning"} | (TRACE if case.trace else {})
    async with BotProcess(server, folder, settings) as bot:
        await at_rest(bot.pid)
        yield bot


async def measure(case: Case, count: int, peer_python: str) -> dict[str, str]:
    """One notice to so many people."""
    with tempfile.TemporaryDirectory() as name:
        town = prepare(Path(name), count, griffie=2 + ASKERS)
        rates = Rates(hard_seconds=10 if case.hard else None)
        async with BotApiServer(validate=False, rates=rates) as server:
            server.inject(Slow(50, 15))
            recipients = players(server, town.members)
            griet, _, *askers = players(server, town.griffie)
            heard = Heard(at=[int(count * part) for part in case.kills])
            if case.faults:
                _go_wrong(server, recipients)
            if case.peer:
                return await _peer(server, griet, askers if case.asked else [], heard, count, peer_python)
            async with ours(server, Path(name), case) as bot:
                await _written(server, griet)
                begun, memory = processor_seconds(bot.pid), peak_memory(bot.pid)
                server.world.on_sent.append(heard.accepted)
                heard.reached = bot.strike
                heard.pressed = time.monotonic()
                griet.presses("Ja, versturen")
                asking = asyncio.create_task(_ask(askers if case.asked else [], heard))
                for _ in case.kills:
                    await bot.ended()
                    await bot.start()
                await _until(lambda: bool(heard.first) and not counted(bot.database, _UNDERWAY))
                await asking
                figures = _figures(server, heard, recipients)
                figures["in doubt"] = str(counted(bot.database, _UNCERTAIN))
                if not case.kills:
                    figures |= _costs(bot.pid, begun, memory)
                return figures


def _go_wrong(server: BotApiServer, recipients: Sequence[Person]) -> None:
    """1 % of the answers lost, 0.5 % broken off before it counts, 0.5 % 502, every 500th 429; 2 % blocked."""
    sends = ("sendMessage",)
    server.inject(Reset(applied=True), When(sends, probability=0.01, seed=1))
    server.inject(Reset(), When(sends, probability=0.005, seed=2))
    server.inject(ServerError(), When(sends, probability=0.005, seed=3))
    server.inject(Flood(5), When(sends, every=500))
    for person in recipients[::50]:
        person.chat.bot_status = "kicked"


async def _written(server: BotApiServer, griet: Person) -> None:
    """Up to the question whether it may be sent."""
    for text in ("/bericht", FRACTIE, TEXT):
        before = len(server.messages(griet))
        griet.writes(text)
        await server.wait_for(griet, before + 1, timeout=60)
    await asyncio.sleep(1)


async def _ask(people: Sequence[Person], heard: Heard) -> None:
    """Each of them writes once, after the notice has begun to go out."""
    chance = random.Random(1)
    if people:
        await asyncio.sleep(5)
    for person in people:
        heard.asked[person.id] = time.monotonic()
        person.writes("/help")
        await asyncio.sleep(chance.expovariate(PER_SECOND))


async def _peer(
    server: BotApiServer, griet: Person, askers: Sequence[Person], heard: Heard, count: int, python: str
) -> dict[str, str]:
    command = ("-m", "bench.peers.broadcast", server.url, server.token, str(FIRST_CHAT), str(count))
    bot = await asyncio.create_subprocess_exec(python, *command, env=os.environ | {"PYTHONPATH": os.getcwd()})
    try:
        await server.wait_until(lambda: bool(server.calls_of("getUpdates")), timeout=60)
        begun, memory = processor_seconds(bot.pid), peak_memory(bot.pid)
        server.world.on_sent.append(heard.accepted)
        heard.pressed = time.monotonic()
        griet.writes("/zend")
        asking = asyncio.create_task(_ask(askers, heard))
        await asking
        await _until(lambda: time.monotonic() - max(heard.last, heard.answered) > _SILENT)
        return _figures(server, heard, players(server, dict.fromkeys(heard.times, ""))) | _costs(bot.pid, begun, memory)
    finally:
        bot.send_signal(signal.SIGTERM)
        await bot.wait()


async def _until(over: Callable[[], bool], seconds: float = 1800) -> None:
    async with asyncio.timeout(seconds):
        while not over():
            await asyncio.sleep(0.5)


def _figures(server: BotApiServer, heard: Heard, recipients: Sequence[Person]) -> dict[str, str]:
    count = len(recipients)
    open_to_us = [person.id for person in recipients if person.chat.bot_status == "member"]
    waits = sorted(heard.waits)
    found = {
        "recipients": str(count),
        "x limit": f"{(heard.last - heard.first) / ((count - 30) / 30):.3f}",
        "first after s": f"{heard.first - heard.pressed:.1f}",
        "longest gap s": f"{heard.gap:.1f}",
        "429s": str(server.errors[429]),
        "of our own making": str(server.limiter.violations if server.limiter else 0),
        "twice": str(sum(times > 1 for times in heard.times.values())),
        "never": str(sum(not heard.times[chat] for chat in open_to_us)),
    }
    if waits or heard.asked:
        answers = {"p50 ms": 0.5, "p95 ms": 0.95, "p99 ms": 0.99}
        found["answers"] = f"{len(waits)}/{ASKERS}"
        found |= {what: f"{percentile(waits, part) or 0:.0f}" for what, part in answers.items()}
    return found


def _costs(pid: int, begun: float, memory: float) -> dict[str, str]:
    used, peak = processor_seconds(pid) - begun, peak_memory(pid)
    return {"CPU s": f"{used:.1f}", "peak MiB": f"{peak:.0f}", "of which grown": f"{peak - memory:.0f}"}


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.broadcast", description=__doc__)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--reminders", type=int, default=10_000)
    parser.add_argument("--only", help=f"with commas: {', '.join([*CASES, 'reminders', 'reminders-killed'])}")
    parser.add_argument("--peer-python", default=sys.executable)
    chosen = parser.parse_args()
    runs: dict[str, Callable[[], Awaitable[dict[str, str]]]] = {
        name: partial(measure, case, chosen.count, chosen.peer_python) for name, case in CASES.items()
    }
    runs["reminders"] = partial(reminders.measure, chosen.reminders)
    runs["reminders-killed"] = partial(reminders.measure, chosen.reminders, killed=True)
    for name in chosen.only.split(",") if chosen.only else runs:
        title = CASES[name].name if name in CASES else name
        figures = await runs[name]()
        print(f"{title}: " + ", ".join(f"{what} {figure}" for what, figure in figures.items()), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
