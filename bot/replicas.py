"""Several processes for one bot, on one computer with one database: each stores what is brought to it, one answers.

The one that holds the place (`bot.lock`) answers, sends and keeps the time. The others stand by.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlmodel import Session

from bot.database import Database
from bot.lock import Place
from bot.logs import where
from domain.messages import Incoming
from handlers import screening
from storage.database import connect, head
from storage.inbox import Mark

log = structlog.get_logger()

LOOK_EVERY = 1.0  # seconds: what is found when nobody rang
_TRY_EVERY = 0.25  # seconds between two attempts to take the place of a process that may have died


class OtherVersion(Exception):
    """The tables are not those of this program: the process that answers has still to change them, or is newer."""


class StandBy:
    """Stores what is brought to a process that does not answer, and wakes the one that does."""

    def __init__(self, database: Path, clock: Callable[[], datetime]) -> None:
        self.database = Database(connect(database))
        self._file = database
        self._clock = clock
        self._version = head()

    async def take(self, batch: Sequence[Incoming], mark: Mark | None = None) -> None:
        """Stores what was said. Raises OperationalError and OtherVersion when that cannot be done now."""
        if not (batch or mark):
            return
        now = self._clock()

        def work(session: Session) -> None:
            if session.scalar(text("SELECT version_num FROM alembic_version")) != self._version:
                raise OtherVersion
            screening.receive(session, batch, now, mark, unclaimed=True)

        await self.database.run(work)
        ring(self._file)

    async def until(self, place: Place) -> None:
        """Waits until the place of the process that answers is free, and takes it."""
        log.info("standing by: another process answers")
        while not place.take():
            await asyncio.sleep(_TRY_EVERY)
        log.info("the place of the process that answers was free; taking it")


def _bell(database: Path) -> str:
    return f"{database}.bell"


def ring(database: Path) -> None:
    """Tells the process that answers that something was stored. When it does not hear it looks by itself, later."""
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.setblocking(False)
        wire.sendto(b".", _bell(database))


@contextmanager
def hearing(database: Path) -> Iterator[asyncio.Event]:
    """An event that is set when another process rings; never where there can be no bell, as in a very long path."""
    rung, loop, place = asyncio.Event(), asyncio.get_running_loop(), Path(_bell(database))

    def hear() -> None:
        with suppress(OSError):
            while wire.recv(1):
                rung.set()

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.setblocking(False)
        try:
            place.unlink(missing_ok=True)
            wire.bind(str(place))
            place.chmod(0o600)
        except OSError as error:
            log.warning("other processes cannot ring; looking each second", error=type(error).__name__)
            yield rung
            return
        loop.add_reader(wire, hear)
        try:
            yield rung
        finally:
            loop.remove_reader(wire)
            place.unlink(missing_ok=True)


async def attend(take_up: Callable[[], Awaitable[None]], database: Path) -> None:
    """Takes up what the others store, until cancelled: when they ring, and every second otherwise."""
    with hearing(database) as rung:
        while True:
            try:
                await take_up()
            except Exception as error:  # locked or full, or something nobody foresaw: the next time
                log.error(
                    "what others stored cannot be read; trying again", error=type(error).__name__, at=where(error)
                )
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_EVERY)
            rung.clear()
