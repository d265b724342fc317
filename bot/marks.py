"""What is written about messages on their way: each is marked before it goes, and what came of it afterwards.

Marks of several messages share a transaction, since a commit costs more than an answer: while one is committed the
next ones gather. Outcomes, for which nobody waits, go along with the next answers; while many messages are on their
way they gather for a moment more.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from sqlmodel import Session

from bot.database import Database
from bot.logs import where
from storage import outbox
from storage.parcels import Result

T = TypeVar("T")

log = structlog.get_logger()

_RETRY_DATABASE = 1.0  # seconds
# Seconds that an outcome waits for others. A crash meanwhile puts it in doubt: short beside the way to the service.
_GATHERING = 0.01


class Marks:
    """Marks on the rows that process `by` has in hand. `settled` is told of each that it has in hand no longer."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], by: str, settled: Callable[[int], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._by = by
        self._settled = settled
        self._begins: list[tuple[int, int | None, asyncio.Future[bool]]] = []
        self._results: list[Result] = []
        self._write = asyncio.Event()
        self._soon: asyncio.TimerHandle | None = None
        self.unwritten = 0  # outcomes that are known and not stored: a crash now would put these in doubt

    async def begin(self, row_id: int, floor: int | None) -> bool:
        """Marks a row as being sent, at this `floor`; False when it is not ours to send any more."""
        allowed = asyncio.get_running_loop().create_future()
        self._begins.append((row_id, floor, allowed))
        self._write.set()
        return bool(await allowed)

    def report(self, result: Result, *, more: bool = False) -> None:
        """What came of a message; it is written at once, or with what comes of `more` in a moment."""
        self._results.append(result)
        self.unwritten += 1
        if not more:
            self._write.set()
        elif self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(_GATHERING, self._write.set)

    def arrived(self) -> list[Result]:
        """Takes out what is known to have arrived; to be written with `along`."""
        arrived = [result for result in self._results if result.failure is None]
        self._results = [result for result in self._results if result.failure]
        return arrived

    async def along(self, arrived: list[Result], work: Callable[[Session], T]) -> T:
        """Does `work` in one transaction, which is made anyway, and writes that these have arrived in the same.

        Raises what `work` raises, and OperationalError; they are written later then.
        """
        now = self._clock()

        def both(session: Session) -> T:
            outbox.finish(session, arrived, now)
            return work(session)

        try:
            done = await self._database.run(both)
        except BaseException:
            self._results = arrived + self._results
            self._write.set()
            raise
        self._written(arrived)
        return done

    def _written(self, results: list[Result]) -> None:
        self.unwritten -= len(results)
        for result in results:
            if not result.in_hand:
                self._settled(result.id)

    async def run(self) -> None:
        """Writes what there is to write, until cancelled."""
        while True:
            await self._write.wait()
            self._write.clear()
            await self.flush()

    async def flush(self) -> None:
        """Writes what there is to write now."""
        if self._soon:
            self._soon.cancel()
            self._soon = None
        begins, self._begins = self._begins, []
        results, self._results = self._results, []
        if not (begins or results):
            return
        ids: dict[int | None, list[int]] = {}
        for row_id, floor, _ in begins:
            ids.setdefault(floor, []).append(row_id)
        try:
            allowed = await self._database.run(
                partial(_write, ids=ids, results=results, by=self._by, now=self._clock())
            )
        except Exception as error:
            # Nothing is sent that is not marked, and no outcome is dropped: both wait until the disk is back.
            log.error("the outbox cannot be written; trying again", error=type(error).__name__, at=where(error))
            self._begins = begins + self._begins
            self._results = results + self._results
            await asyncio.sleep(_RETRY_DATABASE)
            self._write.set()
            return
        for row_id, _, future in begins:
            if not future.done():
                future.set_result(row_id in allowed)
        self._written(results)


def _write(
    session: Session, ids: Mapping[int | None, list[int]], results: list[Result], by: str, now: datetime
) -> set[int]:
    if results:
        outbox.finish(session, results, now)
    return {row for floor, rows in ids.items() for row in outbox.begin(session, rows, by, now, floor)}
