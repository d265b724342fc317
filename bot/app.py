"""The one place where the parts are put together, started and stopped."""

import asyncio
import os
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import Engine

from bot import replicas
from bot.clock import ticking
from bot.condition import Conditions
from bot.database import Database
from bot.delivery import Delivery
from bot.fetching import fetch
from bot.intake import Intake
from bot.logs import where
from bot.menus import Menus
from bot.platform import Named, Platform, ShowsMenus
from handlers import knowledge, outgoing
from search.library import Library
from search.meaning import load_model
from storage import doubts, outbox, platforms, unanswered, vectors

log = structlog.get_logger()

_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 60.0  # seconds before a platform that failed is started again
_CLOSING = 10.0  # seconds a platform gets to let go
_TIDY_EVERY = timedelta(hours=1)


def now() -> datetime:
    """The time (UTC). The only clock of the program; everything else is told."""
    return datetime.now(UTC)


class App:
    """The running bot: intake, delivery and clock around one database, with the platforms outside."""

    def __init__(
        self,
        engine: Engine,
        platforms: Sequence[Platform],
        library: Library,
        clock: Callable[[], datetime] = now,
        *,
        peers: bool = False,
    ) -> None:
        by = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.clock = clock
        self.database = Database(engine)
        self.file = Path(str(engine.url.database))
        self.platforms: Mapping[str, Platform] = {platform.name: platform for platform in platforms}
        self.conditions = Conditions(self.platforms)
        self.delivery = Delivery(self.database, self.platforms, clock, by, self.conditions)
        fetching = partial(fetch, self.platforms)
        self.intake = Intake(self.database, self.delivery, library, clock, by, fetching, peers=peers)
        self._peers = peers
        self.ticked_at: float | None = None
        """When the clock last did all it had to (time of the event loop)."""
        shows = [platform for platform in platforms if isinstance(platform, ShowsMenus)]
        self.menus = Menus(self.database, shows, self.delivery, clock)
        self._handles: dict[str, str] = {}
        self._library = library
        self._ending = threading.Event()
        self._tidied_at = datetime.min.replace(tzinfo=UTC)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything but the platforms' way in: what was left is taken up, what is due goes out."""
        everything = datetime.max.replace(tzinfo=UTC)
        await self.database.run(partial(doubts.recover, before=everything, now=self.clock()))
        await self.database.run(partial(doubts.abandon, platforms=list(self.platforms), now=self.clock()))
        await self.database.run(partial(platforms.started, names=list(self.platforms), now=self.clock()))
        await self.delivery.resume()
        await self.intake.resume()
        scheduler = ticking(self.tick)
        reading = asyncio.create_task(self._understand())
        tasks = [asyncio.create_task(part.run()) for part in (self.intake, self.menus, self.delivery)]
        if self._peers:
            tasks.insert(0, asyncio.create_task(replicas.attend(self.intake.take_up, self.file)))
        scheduler.start()
        self.delivery.wake()
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            self._ending.set()
            for task in tasks[:-1]:
                task.cancel()
            await self.delivery.stop()
            tasks[-1].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await reading  # last, since it may take a second or two to end
            await asyncio.gather(*(self._close(platform) for platform in self.platforms.values()))
            self.intake.close()
            self.database.close()

    async def _close(self, platform: Platform) -> None:
        try:
            await asyncio.wait_for(platform.close(), _CLOSING)
        except Exception as error:  # the others and the database must be let go of all the same
            log.warning("a platform did not let go", platform=platform.name, error=type(error).__name__)

    async def _understand(self) -> None:
        """Loads the model of the search and gives it the articles, on a thread of its own: meanwhile questions
        are answered by words alone. What it had to read anew is kept, so that the next start is quick."""
        if self._library.understands:
            return
        try:
            known = await self.database.run(vectors.known)
            fresh = await asyncio.to_thread(self._read, known)
            await self.database.run(partial(vectors.keep, fresh=fresh))
        except Exception as error:  # the search goes on by words
            log.error("the model of the search could not be used", error=type(error).__name__, at=where(error))

    def _read(self, known: Mapping[bytes, bytes]) -> Mapping[bytes, bytes]:
        return self._library.understand(load_model(self.intake.thinking.alone), known, self._ending.is_set)

    async def tick(self) -> None:
        """What the clock does each second. A database that does not answer now may do so next time."""
        try:
            if changed := self.conditions.changed():
                await self.database.run(partial(platforms.changed, conditions=changed, now=self.clock()))
                self.conditions.noted(changed)
            handles = {each.name: each.handle for each in self.platforms.values() if isinstance(each, Named)}
            if handles != self._handles:
                await self.database.run(partial(platforms.named, handles=handles))
                self._handles = handles
            while await self.database.run(partial(outgoing.queue_due, now=self.clock())):
                self.delivery.wake()
            self.ticked_at = asyncio.get_running_loop().time()
            if self.clock() - self._tidied_at > _TIDY_EVERY:
                self._tidied_at = self.clock()  # also when it fails: nobody waits for it
                await self._tidy()
        except Exception as error:  # the next tick tries again, whatever it was
            log.error("the clock could not do its work; trying again", error=type(error).__name__, at=where(error))
        self.delivery.wake()

    async def _tidy(self) -> None:
        await self.database.run(partial(outgoing.forget, now=self.clock()))
        articles = list(self._library.articles.values())
        await self.database.run(partial(knowledge.tell_of_reviews, articles=articles, now=self.clock()))
        await self._read_questions()

    async def _read_questions(self) -> None:
        """What was asked without an answer is read by the model, so that it can be put together by what it means."""
        texts = await self.database.run(unanswered.unread)
        meanings = await self.intake.thinking.run(partial(self._library.meanings, list(texts.values())))
        if meanings:
            await self.database.run(partial(unanswered.read, meanings=dict(zip(texts, meanings, strict=True))))

    async def run(self) -> None:
        """Runs until cancelled, or until every platform has ended by itself (a terminal at end of input)."""
        async with self.running():
            await asyncio.gather(*(self._keep_running(platform) for platform in self.platforms.values()))
            await self.settled()

    async def _keep_running(self, platform: Platform) -> None:
        """One platform that fails is started again, and never stops the others."""
        pause, clock = _FIRST_PAUSE, asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                await self._watched(platform)
                return
            except Exception as error:
                log.error("a platform failed; starting it again", platform=platform.name, error=type(error).__name__)
                self.conditions.fails(platform.name, type(error).__name__)
            if clock() - began > _LONGEST_PAUSE:  # it worked for a while
                pause = _FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _watched(self, platform: Platform) -> None:
        run = asyncio.create_task(platform.run(self.intake))
        try:
            if not (await asyncio.wait({run}, timeout=_LONGEST_PAUSE))[0]:
                self.conditions.works(platform.name)  # as far as anybody can tell: it has not ended
            await run
        finally:
            run.cancel()

    async def caught_up(self) -> None:
        """Does what is due by now, and waits until it is done: for a terminal whose clock was moved."""
        await self.tick()
        await self.settled()

    async def settled(self) -> None:
        """Waits until everything that was said is handled and everything that can go out has gone."""
        while True:
            if self.intake.idle and self.delivery.idle:
                waiting = await self.database.run(partial(outbox.due_now, now=self.clock()))
                if not waiting and self.intake.idle and self.delivery.idle:
                    return
                self.delivery.wake()
            await asyncio.sleep(0.005)
