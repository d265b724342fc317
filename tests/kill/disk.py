"""A database that is locked by another program, on a full disk, or that may no longer be written."""

import asyncio
import os
import resource
import sqlite3
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from bot.platform import CANNOT_STORE
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, count, judge, look
from tests.kill.process import BotProcess
from tests.kill.town import players, prepare
from tests.kill.watch import Watch

LOCKED_SECONDS = 8.0  # longer than the program waits for a lock
_PEOPLE = 12
_SECONDS = 30.0
Trouble = Callable[[BotProcess], AbstractContextManager[None]]


class Unsupported(Exception):
    """This system does not let us make this kind of trouble."""


@contextmanager
def locked(bot: BotProcess) -> Iterator[None]:
    """Another program holds the write lock, and keeps it until the trouble is over."""
    connection = sqlite3.connect(bot.database, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
    finally:
        connection.close()


@contextmanager
def full(bot: BotProcess) -> Iterator[None]:
    """The disk has no room at all. For a database on a file system of its own: see `small_disk`."""
    filler = bot.database.with_name("filler")
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        for size in (65536, 4096, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def limited(bot: BotProcess) -> Iterator[None]:
    """No file of the program may grow (RLIMIT_FSIZE of a running process), as with a quota; needs no root."""
    before = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def read_only(bot: BotProcess) -> Iterator[None]:
    """Nobody may write the files, root no more than others. Raises Unsupported."""
    files = [str(file) for file in bot.database.parent.glob(f"{bot.database.name}*") if file.suffix != ".lock"]
    files = [file for file in files if not file.endswith("-shm")]  # mapped in memory: it would be a crash
    try:
        if os.geteuid() or subprocess.run(["chattr", "+i", *files], capture_output=True, check=False).returncode:
            raise Unsupported("files cannot be made immutable here")
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], capture_output=True, check=False)


@contextmanager
def small_disk(folder: Path, mebibytes: int = 4) -> Iterator[Path]:
    """A file system of its own. Raises Unsupported."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        raise Unsupported("nothing can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def suffers(name: str, folder: Path, trouble: Trouble, *, seconds: float = 0, log: Path | None = None) -> Verdict:
    """People write while the database cannot be written, for `seconds` at least, and then it can again.

    They are told so, nothing is acknowledged, and afterwards everything is answered once. The trouble begins
    in the moment that a message was accepted, of which the outcome can then not be written down either.
    """
    town = prepare(folder, _PEOPLE)
    async with BotApiServer(validate=False) as server:
        first, *people = players(server, town.members)
        watch = Watch(server)
        async with BotProcess(server, folder, log=log) as bot:
            begun = time.monotonic()
            with _from_the_next_message(watch, trouble(bot)) as in_trouble:
                first.writes("/privacy")
                await server.wait_until(in_trouble.is_set, _SECONDS)
                told, later = people[:6], people[6:]
                said = [one.writes("/privacy").update_id or 0 for one in told]
                missing = await _told(server, told)
                acknowledged = server.world.updates.confirmed_to
                stored = count(bot.database, "SELECT count(*) FROM inbox")
                for one in later:
                    one.writes("/privacy")
                await asyncio.sleep(max(0.5, seconds - (time.monotonic() - begun)))
            await _answered(server, [first, *people])
            verdict = await judge(server, bot, name)
            states = look(bot.database, "SELECT DISTINCT state FROM outbox")
    verdict.demand(not missing, f"{missing} were not told that it cannot be stored now")
    verdict.demand(acknowledged <= min(said), "updates were acknowledged that were not stored")
    verdict.demand(stored <= 1, f"{stored} messages were stored after all: this is no trouble")
    verdict.demand(states == [("sent",)], f"rows ended as {states}")
    doubtful = verdict.figures["doubtful attempts"]
    verdict.demand(doubtful == 0, f"{doubtful} attempts in doubt, though nothing was killed")
    for one in (first, *people):
        answers = sum(message.text != CANNOT_STORE for message in server.messages(one))
        verdict.demand(answers == 1, f"{one.id} got {answers} answers")
    return verdict


@contextmanager
def _from_the_next_message(watch: Watch, trouble: AbstractContextManager[None]) -> Iterator[asyncio.Event]:
    """The trouble begins as soon as the next message of the bot is accepted, and ends with this context."""
    begun = asyncio.Event()

    def begin(message: object) -> None:
        watch.accepted = None
        trouble.__enter__()
        begun.set()

    watch.accepted = begin
    try:
        yield begun
    finally:
        if begun.is_set():
            trouble.__exit__(None, None, None)


async def _told(server: BotApiServer, people: list[Person]) -> int:
    with suppress(TimeoutError):
        await server.wait_until(lambda: not _without(server, people, lambda text: text == CANNOT_STORE), _SECONDS)
    return len(_without(server, people, lambda text: text == CANNOT_STORE))


async def _answered(server: BotApiServer, people: list[Person]) -> None:
    with suppress(TimeoutError):
        await server.wait_until(lambda: not _without(server, people, lambda text: text != CANNOT_STORE), _SECONDS)


def _without(server: BotApiServer, people: list[Person], wanted: Callable[[str], bool]) -> list[Person]:
    return [one for one in people if not any(wanted(message.text) for message in server.messages(one))]


Campaign = Callable[[Path], Awaitable[Verdict]]
