"""The thread on which the search works, so that neither the event loop nor the database waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Thinking:
    """One thread: the model of the search is asked one thing at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._given = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Does `work` when it is its turn, and returns what it returned."""
        self._given += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._given -= 1

    def alone(self) -> bool:
        """Whether nothing waits for the work at hand."""
        return self._given <= 1

    def close(self) -> None:
        """Waits for the work at hand and lets go of the thread."""
        self._thread.shutdown()
