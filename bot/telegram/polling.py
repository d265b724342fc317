"""Fetching what was said: the next batch is asked for, and so the last acknowledged, only after that was stored."""

from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from bot.telegram.http import Call
from bot.telegram.incoming import ALLOWED_UPDATES
from bot.telegram.patience import in_the_end, when_allowed

_POLL_SECONDS = 30
_LONGEST_PAUSE = 30.0  # seconds between two attempts while Telegram cannot be reached


async def poll(call: Call, take: Callable[[list[dict[str, Any]]], Awaitable[None]]) -> NoReturn:
    """Hands updates to `take`, which returns once they are stored, until cancelled. Raises TelegramError."""
    # A webhook would keep them from us. What waits for it is kept, and comes to us.
    await when_allowed(lambda: call("deleteWebhook", {"drop_pending_updates": False}))
    offset: int | None = None
    while True:
        updates = await _fetched(call, offset)
        if updates:
            await take(updates)
            offset = updates[-1]["update_id"] + 1


async def _fetched(call: Call, offset: int | None) -> list[dict[str, Any]]:
    asked = {"timeout": _POLL_SECONDS, "limit": 100, "allowed_updates": ALLOWED_UPDATES}
    if offset is not None:
        asked["offset"] = offset
    found: list[dict[str, Any]] = await in_the_end(
        lambda: call("getUpdates", asked, wait=_POLL_SECONDS), _LONGEST_PAUSE
    )
    return found
