"""Thousands of reminders due in the same second, among ten times as many: see `bench.broadcast`."""

import asyncio
import socket
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import insert, update
from sqlmodel import SQLModel, col

from bench.updates import at_rest, peak_memory
from domain.roles import Role
from storage.database import connect, migrate, transaction
from storage.tables import Chat, Gremium, Mandate, Meeting, Member, Municipality, Person, Reminder, Seat
from tests.botapi.load import FIRST_CHAT, Plan
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.kill.process import BotProcess
from tests.kill.town import players

_IN_EACH = 50  # people of one municipality
_LEADS = 10  # reminders that stand there for each of them, of which one falls due
_SOON = 5.0  # seconds
_ROW_OF_DUE = "SELECT count(*) FROM reminder WHERE state = 'waiting' AND due_at <= ?"
_DOUBTFUL = "SELECT coalesce(sum(doubtful), 0) FROM outbox"
_UNDERWAY = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed', 'sending')"


@dataclass
class _Loop:
    """How long the program's event loop kept a request waiting that needs nothing but the loop (seconds)."""

    url: str
    longest: float = 0.0
    asked: int = 0

    async def watch(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                begun = time.monotonic()
                with suppress(aiohttp.ClientError):
                    async with session.get(self.url):
                        self.longest = max(self.longest, time.monotonic() - begun)
                        self.asked += 1
                await asyncio.sleep(0.005)


async def measure(count: int, *, killed: bool = False) -> dict[str, str]:
    """So many reminders; `killed`: SIGKILL when half of them have been queued."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder, count)
        async with BotApiServer(validate=False) as server:
            players(server, {FIRST_CHAT + number: "" for number in range(count)})
            got: Counter[int] = Counter()

            def accepted(message: Message) -> None:
                got[message.chat_id] += "Herinnering" in message.text

            server.world.on_sent.append(accepted)
            own = {f"RAADSMAAT_TELEGRAM_{limit}": "" for limit in ("PER_SECOND", "IN_FLIGHT", "PER_CHAT")}
            settings = own | {"RAADSMAAT_WEB_PORT": str(_free_port()), "RAADSMAAT_LOG_LEVEL": "warning"}
            async with BotProcess(server, folder, settings) as bot:
                await at_rest(bot.pid)
                memory, loop = peak_memory(bot.pid), _Loop(f"http://127.0.0.1:{settings['RAADSMAAT_WEB_PORT']}/nergens")
                due = datetime.now(UTC) + timedelta(seconds=_SOON)
                _fall_due(folder, due)
                watching = asyncio.create_task(loop.watch())
                asking = asyncio.create_task(server.load(Plan("open", 60, 4.0, text="/help")))
                with closing(sqlite3.connect(bot.database, timeout=30)) as connection:

                    def left(query: str, *given: str) -> int:
                        return int(connection.execute(query, given).fetchone()[0])

                    moment = due.strftime("%Y-%m-%d %H:%M:%S.%f")
                    await asyncio.sleep(_SOON)
                    if killed:
                        await _until(lambda: left(_ROW_OF_DUE, moment) <= count // 2)
                        await bot.killed()
                        await bot.start()
                    await _until(lambda: not left(_ROW_OF_DUE, moment))
                    late = (datetime.now(UTC) - due).total_seconds()
                    blocked = loop.longest
                    await _until(lambda: not left(_UNDERWAY))
                    doubtful = left(_DOUBTFUL)
                seconds = (datetime.now(UTC) - due).total_seconds()
                watching.cancel()
                answers = await asking
                peak = peak_memory(bot.pid)
    return {
        "due": str(count),
        "last queued after s": f"{late:.2f}",
        "loop blocked ms, while queueing": f"{blocked * 1000:.0f}",
        "ever": f"{loop.longest * 1000:.0f}",
        "last sent after s": f"{seconds:.1f}",
        "twice": str(sum(times > 1 for chat, times in got.items())),
        "attempts in doubt": str(doubtful),
        "never": str(sum(not got[FIRST_CHAT + number] for number in range(count))),
        "answers p50 ms": f"{answers['p50_ms']:.0f}",
        "p99 ms": f"{answers['p99_ms']:.0f}",
        "peak MiB": f"{peak:.0f}",
        "of which grown": f"{peak - memory:.0f}",
    }


async def _until(over: Callable[[], bool], seconds: float = 600) -> None:
    async with asyncio.timeout(seconds):
        while not over():
            await asyncio.sleep(0.01)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as place:
        return int(place.getsockname()[1])


def _prepare(folder: Path, count: int) -> None:
    """Municipalities with fifty people and a council meeting each, all at the same moment."""
    now = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    engine = connect(folder / "raadsmaat.sqlite3")
    migrate(engine, now)
    places = -(-count // _IN_EACH)
    begins, starts = date(2020, 1, 1), now + timedelta(days=7)
    everybody = [(number, number // _IN_EACH + 1) for number in range(count)]
    rows: list[tuple[type[SQLModel], list[dict[str, object]]]] = [
        (Municipality, [{"id": n, "code": f"GM{n:04}", "name": f"Plaats {n}"} for n in range(1, places + 1)]),
        (Gremium, [{"id": n, "municipality_id": n, "name": "Gemeenteraad"} for n in range(1, places + 1)]),
        (Person, [{"id": n + 1, "created_at": now} for n, _ in everybody]),
        (Member, [_of(place, id=n + 1, person_id=n + 1, name=f"Lid {n}") for n, place in everybody]),
        (Mandate, [_of(place, member_id=n + 1, role=Role.RAADSLID, begins=begins) for n, place in everybody]),
        (Seat, [_of(place, gremium_id=place, member_id=n + 1, begins=begins) for n, place in everybody]),
        (
            Chat,
            [
                _of(place, platform="telegram", address=str(FIRST_CHAT + n), person_id=n + 1, linked_at=now)
                for n, place in everybody
            ],
        ),
        (
            Meeting,
            [
                _of(n, id=n, gremium_id=n, cause=f"bench:{n}", topic="Begroting", starts_at=starts, place="raadzaal")
                for n in range(1, places + 1)
            ],
        ),
        (
            Reminder,
            [
                _of(place, meeting_id=place, member_id=n + 1, lead=lead, due_at=starts - timedelta(minutes=lead))
                for n, place in everybody
                for lead in range(1, _LEADS + 1)
            ],
        ),
    ]
    with transaction(engine) as session:
        for table, values in rows:
            session.execute(insert(table), values)
    engine.dispose()


def _of(municipality_id: int, **values: object) -> dict[str, object]:
    return {"municipality_id": municipality_id, **values}


def _fall_due(folder: Path, due: datetime) -> None:
    engine = connect(folder / "raadsmaat.sqlite3")
    with transaction(engine) as session:
        session.execute(update(Reminder).where(col(Reminder.lead) == 1).values(due_at=due))
    engine.dispose()
