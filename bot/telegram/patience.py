"""Asking Telegram again, and not before the time that it names."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.telegram import errors

T = TypeVar("T")

log = structlog.get_logger()

_FIRST_PAUSE = 1.0  # seconds until the second attempt while Telegram is away


class Waits:
    """The waits that Telegram asked for. It does not say whether one holds for a chat or for everybody: two chats
    at a time are taken to mean everybody, as `bot.pacer` does."""

    def __init__(self) -> None:
        self._until: dict[object, float] = {}

    def asked(self, chat: object, seconds: float) -> None:
        """A call for this chat was refused for so long."""
        self._until[chat] = asyncio.get_running_loop().time() + seconds

    async def over(self) -> None:
        """Returns once not everybody is told to wait."""
        while True:
            now = asyncio.get_running_loop().time()
            self._until = {chat: until for chat, until in self._until.items() if until > now}
            if len(self._until) < 2:
                return
            await asyncio.sleep(max(self._until.values()) - now)


async def when_allowed(ask: Callable[[], Awaitable[object]]) -> None:
    """Asks, and again after each wait that Telegram wants: to ask within it makes it longer. Raises TelegramError."""
    while True:
        try:
            await ask()
            return
        except RetryAfter as error:
            await asyncio.sleep(errors.seconds(error))


async def in_the_end(ask: Callable[[], Awaitable[T]], longest: float) -> T:
    """Asks until Telegram has an answer, however long it is away: again after a second, later after `longest` seconds.

    Raises TelegramError when it refuses, as it does what comes too late.
    """
    pause = _FIRST_PAUSE
    while True:
        try:
            return await ask()
        except RetryAfter as error:
            await asyncio.sleep(errors.seconds(error))
        except NetworkError as error:
            if isinstance(error, BadRequest):
                raise
            log.warning("Telegram cannot be reached; trying again", error=type(error).__name__, seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)
