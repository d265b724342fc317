"""Taking in what Telegram delivers, fetched or brought: stored first, and then what politeness asks."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from telegram import Bot
from telegram.error import TelegramError

from bot.platform import CANNOT_STORE, Store
from bot.telegram import incoming
from bot.telegram.http import Call
from bot.telegram.tracer import Tracer
from domain.messages import Incoming
from storage.inbox import Mark

log = structlog.get_logger()

_RETRY = 1.0  # seconds


class Receiving:
    """The way in of one account. What is done out of politeness nobody waits for; `call` is for that."""

    def __init__(self, bot: Bot, call: Call, tracer: Tracer | None) -> None:
        self._bot = bot
        self._call = call
        self._tracer = tracer
        self._courtesies: set[asyncio.Task[None]] = set()
        self._apologised: set[str] = set()  # keys of what could not be stored and is still with Telegram

    async def fetched(self, store: Store, updates: list[dict[str, Any]]) -> None:
        """Returns once these are stored, however long that takes: until then Telegram keeps them."""
        batch, mark = self._heard(updates)
        while True:
            try:
                await self._stored(store, batch, mark)
                break
            except OperationalError as error:
                log.error("what was said cannot be stored; trying again", error=type(error.orig).__name__)
                await asyncio.sleep(_RETRY)
        self._acknowledge(updates)

    async def brought(self, store: Store, update: dict[str, Any], *, apologise: bool = True) -> None:
        """Returns once this is stored. Raises what `store` raises: Telegram brings it again then."""
        batch, mark = self._heard([update])
        await (self._stored(store, batch, mark) if apologise else store(batch, mark))
        self._acknowledge([update])

    def courtesy(self, work: Coroutine[Any, Any, None]) -> None:
        """Does beside all else what nobody waits for."""
        task = asyncio.create_task(work)
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)

    def stop(self) -> None:
        """Leaves what politeness still asks."""
        for task in self._courtesies:
            task.cancel()

    def _heard(self, updates: list[dict[str, Any]]) -> tuple[list[Incoming], Mark | None]:
        if self._tracer:
            self._tracer.came(updates)
        return incoming.heard(updates, self._bot)

    async def _stored(self, store: Store, batch: Sequence[Incoming], mark: Mark | None) -> None:
        try:
            await store(batch, mark)
        except OperationalError:
            fresh = [said for said in batch if said.key not in self._apologised]
            self._apologised.update(said.key for said in fresh)
            self.courtesy(self._apologise(fresh))
            raise
        self._apologised.difference_update(said.key for said in batch)

    async def _apologise(self, batch: Sequence[Incoming]) -> None:
        for chat in {said.chat.chat for said in batch if not said.group}:
            try:
                told = await self._bot.send_message(chat, CANNOT_STORE)
                if self._tracer:
                    self._tracer.seen(chat, str(told.message_id))
            except TelegramError as error:
                log.warning("nor could people be told so", error=type(error).__name__)

    def _acknowledge(self, updates: list[dict[str, Any]]) -> None:
        for update in updates:
            if "callback_query" in update:
                self.courtesy(self._stop_spinner(update["callback_query"]["id"]))

    async def _stop_spinner(self, query_id: str) -> None:
        try:
            await self._call("answerCallbackQuery", {"callback_query_id": query_id})
        except TelegramError as error:
            # Too old, say after Telegram was away: the button stops turning by itself, and the press was stored.
            log.info("a pressed button could not be acknowledged", error=type(error).__name__)
