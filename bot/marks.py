"""What is written about messages on their way: each is marked before it goes, and what came of it afterwards.

Marks of several messages share a transaction: while one is committed, the next ones gather.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import Session

from bot.database import Database
from bot.logs import where
from storage import outbox
from storage.parcels import Result

log = structlog.get_logger()

_RETRY_DATABASE = 1.0  # seconds


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
        self.unwritten = 0  # outcomes that are known and not stored: a crash now would put these in doubt

    async def begin(self, row_id: int, floor: int | None) -> bool:
        """Marks a row as being sent, at this `floor`; False when it is not ours to send any more."""
        allowed = asyncio.get_running_loop().create_future()
        self._begins.append((row_id, floor, allowed))
        self._write.set()
        return bool(await allowed)

    def report(self, result: Result) -> None:
        """What came of a message; it is written soon."""
        self._results.append(result)
        self.unwritten += 1
        self._write.set()

    async def run(self) -> None:
        """Writes what there is to write, until cancelled."""
        while True:
            await self._write.wait()
            self._write.clear()
            await self.flush()

    async def flush(self) -> None:
        """Writes what there is to write now."""
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
        self.unwritten -= len(results)
        for row_id, _, future in begins:
            if not future.done():
                future.set_result(row_id in allowed)
        for result in results:
            if not result.in_hand:
                self._settled(result.id)


def _write(
    session: Session, ids: Mapping[int | None, list[int]], results: list[Result], by: str, now: datetime
) -> set[int]:
    if results:
        outbox.finish(session, results, now)
    return {row for floor, rows in ids.items() for row in outbox.begin(session, rows, by, now, floor)}
