"""Asking Telegram again, and not before the time that it names."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.telegram import errors

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 900.0  # seconds between two attempts while Telegram is away


async def when_allowed(ask: Callable[[], Awaitable[object]]) -> None:
    """Asks, and again after each wait that Telegram wants: to ask within it makes it longer. Raises TelegramError."""
    while True:
        try:
            await ask()
            return
        except RetryAfter as error:
            await asyncio.sleep(errors.seconds(error))


async def in_the_end(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Asks what nobody waits for until Telegram has an answer, however long it is away.

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
            await asyncio.sleep(pause)
            pause = min(pause * 3, _LONGEST_PAUSE)
