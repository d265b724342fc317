"""How many messages may begin to be sent in the very transaction that makes them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from sqlmodel import Session

from bot.marks import Marks
from bot.pacer import Pacer
from bot.platform import Tracer
from storage.parcels import Way

T = TypeVar("T")


class Ways:
    """What each platform has room for. What is told so keeps that room until it is handed over: otherwise two
    transactions that run at once would begin twice as many as can be on their way, and a crash puts all of those
    in doubt. What has gone and is not recorded takes room for the same reason.
    """

    def __init__(self, pacers: Mapping[str, Pacer], tracers: Mapping[str, Tracer], marks: Marks) -> None:
        self._pacers = pacers
        self._tracers = tracers
        self._marks = marks
        self._promised: Counter[str] = Counter()
        self._closed = False

    async def answering(self, work: Callable[[Session, Mapping[str, Way]], T]) -> T:
        """Does `work` in one transaction, told what there is room for. What has arrived is recorded along with it.

        Raises what `work` raises, and OperationalError.
        """
        arrived = self._marks.arrived()
        with self._kept(len(arrived)) as ways:
            return await self._marks.along(arrived, lambda session: work(session, ways))

    @contextmanager
    def _kept(self, recorded: int) -> Iterator[dict[str, Way]]:
        ways = {name: Way(self._free(name, recorded), self._floor(name)) for name in self._pacers}
        promised = {name: way.free for name, way in ways.items()}
        self._promised.update(promised)
        try:
            yield ways
        finally:
            self._promised.subtract(promised)

    def close(self) -> None:
        """Nothing begins any more."""
        self._closed = True

    def _free(self, name: str, recorded: int) -> int:
        free = self._pacers[name].room - (self._marks.unwritten - recorded) - self._promised[name]
        return 0 if self._closed else max(0, free)

    def _floor(self, name: str) -> int | None:
        tracer = self._tracers.get(name)
        return tracer.floor("") if tracer else None
