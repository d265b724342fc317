"""The thread that does the work on the database, so that the event loop never waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from storage.database import transaction

T = TypeVar("T")


class Database:
    """One thread, since SQLite has one writer: pieces of work wait for each other here, not for a lock."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")

    async def run(self, work: Callable[[Session], T]) -> T:
        """Does `work` in one transaction and returns what it returned, once that is committed."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work)

    def _transact(self, work: Callable[[Session], T]) -> T:
        with transaction(self.engine) as session:
            return work(session)

    def close(self) -> None:
        """Waits for the work at hand and lets go of the file."""
        self._thread.shutdown()
        self.engine.dispose()
