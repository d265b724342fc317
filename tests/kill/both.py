"""Both platforms in one program for a long time: it is killed, the servers fail, and everything is counted."""

import asyncio
import random
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nio import RoomSendResponse
from sqlalchemy import select
from sqlmodel import col

from bot.matrix.content import ROW
from domain.delivery import Priority
from storage import invitations, members, outbox
from storage.database import connect, transaction
from storage.tables import Member
from tests.botapi.faults import Flood, Reset, ServerError, Slow, When
from tests.botapi.people import Person as Player
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, count, judge, look
from tests.kill.process import BotProcess
from tests.kill.town import players, prepare
from tests.platforms.matrix import KEY, Person, person
from tests.synapse import Synapse

_ON_TELEGRAM = 6
_ON_MATRIX = ("Anna Bakker", "Bram de Vries", "Dewi Jansen", "Emre Visser")  # the first two in encrypted rooms
_PAUSE = 1.5  # seconds between two things that somebody says
_TELL_EVERY = 7.0  # seconds between two messages to everybody
_ARRIVES = 180.0  # seconds until everything has arrived once nothing fails any more


@dataclass
class Day:
    """What happened: what was said on each platform, what everybody was owed, and what failed."""

    on_telegram: list[int | None] = field(default_factory=list)  # ids of updates
    on_matrix: list[str] = field(default_factory=list)  # ids of events
    told: int = 0
    outages: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)


async def both(folder: Path, seconds: float, *, seed: int = 1) -> Verdict:
    """So many seconds of people on both platforms; in the last third the program itself is left alone."""
    town = prepare(folder / "data", _ON_TELEGRAM)
    chance, day = random.Random(seed), Day()
    async with AsyncExitStack() as stack:
        synapse = Synapse(folder / "synapse")
        await asyncio.to_thread(synapse.start)
        stack.callback(synapse.kill)
        account = await asyncio.to_thread(synapse.register, "raadsmaat")
        server = await stack.enter_async_context(BotApiServer())
        bot = await stack.enter_async_context(
            BotProcess(
                server,
                folder / "data",
                {
                    "RAADSMAAT_MATRIX_SERVER": synapse.url,
                    "RAADSMAAT_MATRIX_USER": account.user,
                    "RAADSMAAT_MATRIX_PASSWORD": account.password,
                    "RAADSMAAT_MATRIX_KEY": KEY,
                    "RAADSMAAT_MATRIX_INVITED_BY": synapse.name,
                },
            )
        )
        people = []
        for number, name in enumerate(_ON_MATRIX):
            who = await asyncio.to_thread(synapse.register, name.split()[0].lower())
            someone = await stack.enter_async_context(person(synapse, who, account.user, folder / f"keys-{number}"))
            await someone.opens(encrypted=number < 2)
            await someone.says(_code(bot.database, name))
            people.append(someone)
        _fail(server, seed)
        work = [asyncio.create_task(_talks(day, player, chance)) for player in players(server, town.members)]
        work += [asyncio.create_task(_writes(day, someone, chance)) for someone in people]
        work += [asyncio.create_task(_tells(day, bot.database)), asyncio.create_task(_outages(day, synapse, chance))]
        await _kills(bot, chance, 2 * seconds / 3)
        warm = min(60.0, seconds / 6)  # until the model of the search is loaded
        await asyncio.sleep(warm)
        before = _memory(bot.pid)
        await asyncio.sleep(seconds / 3 - warm)
        day.over.set()
        await asyncio.gather(*work)
        server.faults.clear()
        await _arrived(bot.database, people)
        after = _memory(bot.pid)
        verdict = await judge(server, bot, f"{seconds:.0f} s on both platforms", notice=True)
        verdict.figures |= {"outages of Synapse": day.outages, "messages to everybody": day.told}
        _matrix(bot.database, people, day, verdict)
        _telegram(bot.database, day, verdict)
        verdict.figures |= {"MiB early in the last third": before, "MiB at the end": after}
    return verdict


def _code(database: Path, name: str) -> str:
    engine = connect(database)
    with transaction(engine) as session:
        row = session.scalars(select(Member).where(col(Member.name) == name)).one()
        code = invitations.invite(session, row, datetime.now(UTC))
    engine.dispose()
    return code


def _fail(server: BotApiServer, seed: int) -> None:
    server.inject(Slow(rtt_ms=20, jitter_ms=15))
    sends = ("sendMessage",)
    server.inject(Reset(), When(methods=sends, probability=0.01, seed=seed))
    server.inject(Reset(applied=True), When(methods=sends, probability=0.005, seed=seed + 1))
    server.inject(ServerError(502), When(methods=("sendMessage", "getUpdates"), probability=0.01, seed=seed + 2))
    server.inject(Flood(retry_after=1), When(methods=sends, every=200))


async def _talks(day: Day, player: Player, chance: random.Random) -> None:
    while not day.over.is_set():
        day.on_telegram.append(player.writes(f"/onbekend{len(day.on_telegram)}").update_id)
        await asyncio.sleep(chance.uniform(0, 2 * _PAUSE))


async def _writes(day: Day, someone: Person, chance: random.Random) -> None:
    """As an app does: what was typed is sent until the server has it, once."""
    number = 0
    while not day.over.is_set():
        number += 1
        content = {"msgtype": "m.text", "body": f"/onbekend{number}"}
        while True:
            sent = await someone.client.room_send(
                someone.room, "m.room.message", content, tx_id=f"said-{number}", ignore_unverified_devices=True
            )
            if isinstance(sent, RoomSendResponse):
                break
            await asyncio.sleep(1)
        day.on_matrix.append(sent.event_id)
        await asyncio.sleep(chance.uniform(0, 2 * _PAUSE))


async def _tells(day: Day, database: Path) -> None:
    """Everybody is owed a message now and then, as a notice or a reminder."""
    while not day.over.is_set():
        await asyncio.sleep(_TELL_EVERY)
        await asyncio.to_thread(_tell, database, day.told)
        day.told += 1


def _tell(database: Path, number: int) -> None:
    engine = connect(database)
    with transaction(engine) as session:
        for row in session.scalars(
            select(Member).where(col(Member.name).like("Lid %") | col(Member.name).in_(_ON_MATRIX))
        ):
            assert row.id is not None
            known = members.Known(row.id, row.person_id, row.municipality_id, row.name)
            outbox.tell(session, known, f"Bericht {number}", datetime.now(UTC), priority=Priority.REMINDER)
    engine.dispose()


async def _outages(day: Day, synapse: Synapse, chance: random.Random) -> None:
    """The server of Matrix is killed, stopped or frozen, and comes back."""
    while not day.over.is_set():
        await asyncio.sleep(chance.uniform(15, 40))
        day.outages += 1
        match chance.randrange(3):
            case 0:
                await asyncio.to_thread(synapse.freeze)
                await asyncio.sleep(chance.uniform(1, 8))
                await asyncio.to_thread(synapse.thaw)
                continue
            case 1:
                await asyncio.to_thread(synapse.kill)
            case 2:
                await asyncio.to_thread(synapse.stop)
        await asyncio.sleep(chance.uniform(0, 5))
        await asyncio.to_thread(synapse.start)


async def _kills(bot: BotProcess, chance: random.Random, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(left, chance.uniform(2, 30)))
        await bot.killed()
        await bot.start()


def _memory(pid: int) -> int:
    """MiB that a process holds in memory now."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


async def _arrived(database: Path, people: list[Person]) -> None:
    """Waits until nothing is owed on Matrix any more and people have it before them; what is missing is counted."""
    until = time.monotonic() + _ARRIVES
    while time.monotonic() < until:
        owed = {row for (row,) in look(database, _OWED)}
        if not count(database, _OPEN) and owed <= {_row(tag) for one in people for tag in _tags(one)}:
            return
        await asyncio.sleep(0.5)


_OPEN = "SELECT count(*) FROM outbox WHERE platform IS NULL OR state IN ('waiting', 'claimed', 'sending')"
_OWED = "SELECT id FROM outbox WHERE platform = 'matrix' AND state NOT IN ('withdrawn', 'failed')"


def _tags(someone: Person) -> dict[str, set[str]]:
    """The pieces of rows that somebody has before them, each with its events."""
    found: dict[str, set[str]] = {}
    for one in someone.answers:
        found.setdefault(str(one.content.get(ROW)), set()).add(one.event_id)
    return found


def _row(tag: str) -> int:
    number = tag.partition("-")[0]
    return int(number) if number.isdigit() else 0


def _matrix(database: Path, people: list[Person], day: Day, verdict: Verdict) -> None:
    """What was said against what was handled, and what is owed against what people have before them."""
    seen = {tag: events for one in people for tag, events in _tags(one).items()}
    owed = {row for (row,) in look(database, _OWED)}
    handled = {key for (key,) in look(database, "SELECT key FROM inbox WHERE handled_at IS NOT NULL")}
    unheard = [event for event in day.on_matrix if f"matrix:{event}" not in handled]
    lost = owed - {_row(tag) for tag in seen}
    doubled = Counter(len(events) - 1 for events in seen.values())
    extra = sum(more * times for more, times in doubled.items())
    failed = count(database, "SELECT count(*) FROM outbox WHERE platform = 'matrix' AND state = 'failed'")
    verdict.figures |= {
        "said on Matrix": len(day.on_matrix),
        "of those not heard": len(unheard),
        "owed on Matrix": len(owed),
        "lost on Matrix": len(lost),
        "doubled on Matrix": extra,
        "failed on Matrix": failed,
    }
    verdict.demand(not unheard, f"{len(unheard)} things said on Matrix were not heard")
    verdict.demand(not lost, f"{len(lost)} messages on Matrix were lost: rows {sorted(lost)[:10]}")
    verdict.demand(not extra, f"{extra} messages on Matrix were shown twice")
    verdict.demand(not failed, f"{failed} messages on Matrix failed for good")


def _telegram(database: Path, day: Day, verdict: Verdict) -> None:
    handled = {key for (key,) in look(database, "SELECT key FROM inbox WHERE handled_at IS NOT NULL")}
    unheard = [update for update in day.on_telegram if f"telegram:{update}" not in handled]
    verdict.figures |= {"said on Telegram": len(day.on_telegram), "of those not heard there": len(unheard)}
    verdict.demand(not unheard, f"{len(unheard)} things said on Telegram were not heard")
