"""What makes time pass: a tick each second. What is due stands in the database, never in here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from apscheduler.schedulers.asyncio import AsyncIOScheduler

TICK_SECONDS = 1


def ticking(tick: Callable[[], Awaitable[None]]) -> AsyncIOScheduler:
    """A scheduler, not started yet, that calls `tick` every second.

    Ticks that were missed (a laptop that slept, a clock that jumped) become one, however late it is.
    """

    async def once() -> None:
        with suppress(asyncio.CancelledError):  # it is stopped in the middle of one: nothing to report
            await tick()

    # It warns of each tick that is left out while one takes longer than a second; the next does that work.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(once, "interval", seconds=TICK_SECONDS, coalesce=True, misfire_grace_time=None, max_instances=1)
    return scheduler
