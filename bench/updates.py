"""Updates per second, latency, processor time, start-up and memory through the local Bot API server.

`python -m bench.updates [--rounds 3] [--count 3000]`: each contestant in turn, in the same run, bound to one
core while the server has the other, asked once it has come to rest. Quote ratios:
absolute figures move with the machine.
"""

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from domain.roles import Role
from storage.database import connect, migrate, transaction
from storage.tables import Chat, Mandate, Member, Municipality, Person
from tests.botapi.load import FIRST_CHAT
from tests.botapi.process import BotApiProcess

TOKEN = "100:test"
PEOPLE = 600
_TICKS = os.sysconf("SC_CLK_TCK")
ENDLESS = {"RAADSMAAT_TELEGRAM_PER_SECOND": "1000000", "RAADSMAAT_TELEGRAM_PER_CHAT": "0"}


@dataclass(frozen=True)
class Contestant:
    """A bot, and how to start it: from the address of the server and a folder of its own."""

    name: str
    command: Callable[[str, Path], list[str]]
    environment: Callable[[str, Path], dict[str, str]]


def contestants() -> list[Contestant]:
    """Ours, the peer and the floor."""
    return [
        Contestant(
            "Raadsmaat",
            lambda url, folder: ["-m", "bot", "start"],
            lambda url, folder: (
                ENDLESS
                | {
                    "RAADSMAAT_DATA": str(folder),
                    "RAADSMAAT_TELEGRAM_TOKEN": TOKEN,
                    "RAADSMAAT_TELEGRAM_URL": url,
                    "RAADSMAAT_TELEGRAM_IN_FLIGHT": "50",
                    "RAADSMAAT_LOG_LEVEL": "error",
                }
            ),
        ),
        Contestant("python-telegram-bot", _peer("bench.peers.ptb"), lambda url, folder: {}),
        Contestant("bare asyncio", _peer("bench.peers.bare"), lambda url, folder: {}),
    ]


def _peer(module: str) -> Callable[[str, Path], list[str]]:
    return lambda url, folder: ["-m", module, url, TOKEN, str(folder / "peer.sqlite3")]


def prepare(folder: Path) -> None:
    """A database in which everybody who will write is a raadslid."""
    now = datetime.now(UTC)
    engine = connect(folder / "raadsmaat.sqlite3")
    migrate(engine, now)
    with transaction(engine) as session:
        place = Municipality(code="GM9998", name="Meetstad")
        session.add(place)
        session.flush()
        for number in range(PEOPLE):
            person = Person(created_at=now)
            session.add(person)
            session.flush()
            member = Member(municipality_id=place.id or 0, person_id=person.id or 0, name=f"Lid {number}")
            session.add(member)
            session.flush()
            session.add(
                Mandate(
                    municipality_id=place.id or 0,
                    member_id=member.id or 0,
                    role=Role.RAADSLID,
                    begins=date(2020, 1, 1),
                )
            )
            session.add(
                Chat(
                    platform="telegram",
                    address=str(FIRST_CHAT + number),
                    person_id=person.id or 0,
                    municipality_id=place.id or 0,
                    linked_at=now,
                )
            )
    engine.dispose()


@asynccontextmanager
async def running(
    contestant: Contestant, *options: str, python: str = sys.executable
) -> AsyncIterator[tuple[BotApiProcess, int, float]]:
    """The server on one core and the bot on the other: the server, the bot's pid, seconds to its first answer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        async with BotApiProcess(TOKEN, "--fast", *options, core=1) as server:
            first = asyncio.create_task(server.do("load", mode="burst", count=1, text="/help", timeout=60))
            await asyncio.sleep(0.05)
            begun = time.monotonic()
            bot = await asyncio.create_subprocess_exec(
                python,
                *contestant.command(server.url, folder),
                # As on a user's machine: Python keeps what it compiled, also where a workplace has that off.
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""} | contestant.environment(server.url, folder),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            os.sched_setaffinity(bot.pid, {0})
            try:
                await first
                yield server, bot.pid, time.monotonic() - begun
            finally:
                bot.send_signal(signal.SIGTERM)
                await bot.wait()


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def at_rest(pid: int) -> None:
    """Waits until a process has nothing of its own to do any more: ours loads its search model first."""
    used = -1.0
    while (now := processor_seconds(pid)) - used > 1 / _TICKS:
        used = now
        await asyncio.sleep(1)


def peak_memory(pid: int) -> float:
    """The most memory a process has had, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


async def measure(contestant: Contestant, count: int, python: str) -> dict[str, float]:
    """One round for one contestant."""
    async with running(contestant, python=python) as (server, pid, start):
        await at_rest(pid)
        before = processor_seconds(pid)
        closed = await server.do("load", mode="closed", count=count, chats=50, text="/help")
        used = processor_seconds(pid) - before
        memory = peak_memory(pid)
        _complete(contestant, closed)
    async with running(contestant, "--rtt", "50", python=python) as (server, pid, _):
        await at_rest(pid)
        distant = await server.do("load", mode="open", count=min(count, 1000), rate=100, chats=500, text="/help")
        _complete(contestant, distant)
    return {
        "updates/s": closed["updates_per_s"],
        "CPU s/1000": used / count * 1000,
        "p50 ms": distant["p50_ms"],
        "p99 ms": distant["p99_ms"],
        "start s": start,
        "MiB": memory,
    }


def _complete(contestant: Contestant, summary: dict[str, Any]) -> None:
    if summary["never"]:
        print(f"! {contestant.name}: {summary['never']} of {summary['asked']} were never answered", file=sys.stderr)


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.updates", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="what the bots run with; what only the tests need is imported too where a library finds it",
    )
    parser.add_argument("--only", help="just the contestant whose name begins so")
    chosen = parser.parse_args()
    taking_part = [one for one in contestants() if one.name.startswith(chosen.only or "")]
    found: dict[str, list[dict[str, float]]] = {one.name: [] for one in taking_part}
    for _ in range(chosen.rounds):
        for contestant in taking_part:
            found[contestant.name].append(await measure(contestant, chosen.count, chosen.python))
    medians = {
        name: {figure: statistics.median(one[figure] for one in rounds) for figure in rounds[0]}
        for name, rounds in found.items()
    }
    figures = list(next(iter(medians.values())))
    print("| | " + " | ".join(figures) + " |")
    print("|---" * (len(figures) + 1) + "|")
    for name, row in medians.items():
        print(f"| {name} | " + " | ".join(f"{row[figure]:.2f}" for figure in figures) + " |")
    if len(medians) > 1:
        ours, *others = medians.items()
        for name, row in others:
            ratios = " | ".join(f"{ours[1][figure] / row[figure]:.2f}" for figure in figures)
            print(f"| ours / {name} | {ratios} |")


if __name__ == "__main__":
    asyncio.run(main())
