"""Asking Telegram again, and not before the time that it names."""

import asyncio
from collections.abc import Awaitable, Callable

from telegram.error import RetryAfter

from bot.telegram import errors


async def when_allowed(ask: Callable[[], Awaitable[object]]) -> None:
    """Asks, and again after each wait that Telegram wants: to ask within it makes it longer. Raises TelegramError."""
    while True:
        try:
            await ask()
            return
        except RetryAfter as error:
            await asyncio.sleep(errors.seconds(error))
