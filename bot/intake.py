"""From what a platform hands over to the answer: stored first, then handled, in order for each chat."""

import asyncio
import secrets
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.database import Database
from bot.delivery import Delivery
from bot.logs import where
from bot.remembered import Remembered
from bot.thinking import Thinking
from domain.files import Fetched
from domain.messages import Address, Incoming, Refusal
from handlers import dispatch, screening
from handlers.context import Search
from handlers.dispatch import Answered, Heard
from search.library import NOTHING, Library
from storage import inbox
from storage.inbox import AlreadyHandled, Mark
from storage.parcels import Parcel, Way

T = TypeVar("T")

log = structlog.get_logger()

_TOGETHER = 64  # messages that share a transaction at most
_RETRY_DATABASE, _LONGEST_PAUSE = 1.0, 10.0  # seconds
_FILES = 2  # fetched at a time: each may be large


class Intake(Remembered):
    """Handles what is said: per chat in order, across chats together."""

    def __init__(
        self,
        database: Database,
        delivery: Delivery,
        library: Library,
        clock: Callable[[], datetime],
        by: str,
        fetch: Callable[[Incoming], Awaitable[Fetched]],
        *,
        peers: bool = False,
    ) -> None:
        """`peers`: other processes store what is said to the bot too (`bot.replicas`), and it is answered here."""
        super().__init__(database, clock)
        self._delivery = delivery
        self._library = library
        self._by = by
        self._fetch = fetch
        self._peers = peers
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fetching = asyncio.Semaphore(_FILES)
        self._queue: deque[Heard] = deque()
        self._searching: set[Address] = set()
        self.thinking = Thinking()
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._at_work = 0

    @property
    def idle(self) -> bool:
        """Whether everything received has been handled."""
        return not (self._queue or self._searching or self._at_work)

    async def receive(self, batch: Sequence[Incoming], mark: Mark | None = None) -> None:
        """Stores what was said, then returns; until then the platform must not consider it delivered.

        `mark` is how far the platform has been read, stored in the same transaction. When nothing else waits what was
        said is handled in it too, which saves a commit. Raises OperationalError when it cannot be stored now.
        """
        if not (batch or mark) or (batch and self.idle and await self._at_once(batch, mark)):
            return
        now = self._clock()
        try:
            fresh = await self._database.run(lambda session: self._store(session, batch, now, mark))
        except OperationalError:
            raise
        except Exception as error:
            if not batch:
                raise
            # One message that cannot be stored must not keep all others out for ever.
            if len(batch) > 1 or mark:
                for said in batch:
                    await self.receive([said])
                await self.receive([], mark)
                return
            log.error("a message cannot be stored and is dropped", error=type(error).__name__, at=where(error))
            return
        self._queue.extend(map(Heard, fresh))
        self._wake.set()

    __call__ = receive

    async def _at_once(self, batch: Sequence[Incoming], mark: Mark | None) -> bool:
        """Stores and handles in one transaction; False when that goes wrong, and then nothing has happened."""
        now = self._clock()

        def both(session: Session, ways: Mapping[str, Way]) -> tuple[Answered, list[Heard]]:
            first: dict[Address, Heard] = {}
            rest: list[Heard] = []
            for said in self._store(session, batch, now, mark):
                if said.chat in first or len(first) == _TOGETHER:
                    rest.append(Heard(said))
                else:
                    first[said.chat] = Heard(said)
            handled = dispatch.answer(session, list(first.values()), now, self._by, self._library, ways)
            return handled, rest

        self._at_work += 1
        try:
            answered, rest = await self._delivery.ways.answering(both)
        except OperationalError:
            raise
        except Exception:  # a refusal or a fault of one of them: each gets its own chance
            return False
        finally:
            self._at_work -= 1
        self._queue.extendleft(reversed(rest))
        self._settle(answered)
        self._wake.set()
        return True

    async def resume(self) -> None:
        """Takes up what earlier processes received and did not get to."""
        self._loop = asyncio.get_running_loop()
        left = await self._database.run(inbox.unhandled)
        if left:
            log.info("taking up what was left", messages=len(left))
        self._queue.extend(map(Heard, left))
        self._wake.set()

    async def take_up(self) -> None:
        """Takes up what other processes have stored since the last time. Raises OperationalError."""
        self._queue.extend(map(Heard, await self._database.run(self._others)))
        self._wake.set()

    def _others(self, session: Session) -> list[Incoming]:
        said = inbox.unclaimed(session)
        if said and self._loop:
            self._loop.call_soon_threadsafe(self._delivery.elsewhere, said)
        return said

    def _store(self, session: Session, batch: Sequence[Incoming], now: datetime, mark: Mark | None) -> list[Incoming]:
        """Stores what is new; what other processes stored before goes first, so that each chat stays in order."""
        before = self._others(session) if self._peers else []
        return before + screening.receive(session, batch, now, mark)

    async def run(self) -> None:
        """Handles what comes in, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while batch := self._next():
                self._at_work += 1
                try:
                    await self._handle(batch)
                except Exception as error:  # what is wrong with one batch must not end the work for everybody
                    log.error("a batch was left for the next start", error=type(error).__name__, at=where(error))
                finally:
                    self._at_work -= 1

    def _next(self) -> list[Heard]:
        """The messages that can be handled together: the oldest of each chat for which nothing is being looked up."""
        batch: list[Heard] = []
        kept: list[Heard] = []
        taken: set[Address] = set(self._searching)
        while self._queue and len(batch) < _TOGETHER:
            heard = self._queue.popleft()
            # What was looked up goes on with a message that was begun; its chat waits for just that.
            looked_up = heard.found is not None or heard.file is not None
            if heard.said.chat in taken and not looked_up:
                kept.append(heard)
            else:
                taken.add(heard.said.chat)
                batch.append(heard)
                if looked_up:
                    self._searching.discard(heard.said.chat)
        self._queue.extendleft(reversed(kept))
        return batch

    async def _handle(self, batch: list[Heard]) -> None:
        if len(batch) > 1:
            try:
                self._settle(await self._answer(batch))
                return
            except Exception as error:  # whatever it was, it undid everything: each message gets its own chance
                log.debug("a batch was undone; handling its messages one by one", error=type(error).__name__)
        for heard in batch:
            await self._handle_alone(heard)

    async def _answer(self, batch: list[Heard]) -> Answered:
        now = self._clock()
        return await self._delivery.ways.answering(
            lambda session, ways: dispatch.answer(session, batch, now, self._by, self._library, ways)
        )

    async def _handle_alone(self, heard: Heard) -> None:
        said = heard.said
        try:
            self._settle(await self._persist(lambda: self._answer([heard])))
        except AlreadyHandled:
            return
        except Refusal as refusal:
            await self._close(partial(dispatch.refuse, said=said, refusal=refusal))
        except Exception as error:
            reference = secrets.token_hex(3).upper()
            log.error("a handler failed", reference=reference, error=type(error).__name__, at=where(error))
            await self._close(partial(dispatch.fail, said=said, reference=reference))

    async def _close(self, ending: "Callable[..., list[Parcel]]") -> None:
        async def store() -> list[Parcel]:
            now = self._clock()
            return await self._database.run(lambda session: ending(session, now=now, by=self._by))

        try:
            self._delivery.send(await self._persist(store))
        except AlreadyHandled:
            return

    async def _persist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does a piece of work on the database, again and again while that is locked, full or away."""
        pause = _RETRY_DATABASE
        while True:
            try:
                return await work()
            except OperationalError as error:
                if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
                    raise  # the statement itself is wrong: waiting does not help
                log.error("the database does not take it; trying again", error=type(error.orig).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _settle(self, answered: Answered) -> None:
        self._delivery.send(answered.parcels)
        if answered.owes:
            self._delivery.wake()
        self._queue.extendleft(reversed(answered.waiting))
        for said, search in answered.searches:
            self._look_up(said, self._search(said, search))
        for said in answered.fetches:
            self._look_up(said, self._get(said))

    def _look_up(self, said: Incoming, work: Coroutine[Any, Any, None]) -> None:
        self._searching.add(said.chat)
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _get(self, said: Incoming) -> None:
        async with self._fetching:
            file = await self._fetch(said)
        self._queue.appendleft(Heard(said, file=file))
        self._wake.set()

    async def _search(self, said: Incoming, search: Search) -> None:
        found, asked = NOTHING, partial(self._library.ask, search.text, search.place, search.about, search.own)
        try:
            found = await self.thinking.run(asked)
        except Exception as error:  # a question the search trips over is one it does not know
            log.error("the search failed", error=type(error).__name__, at=where(error))
        self._queue.appendleft(Heard(said, found))
        self._wake.set()

    def close(self) -> None:
        """Lets go of the search thread."""
        self.thinking.close()
