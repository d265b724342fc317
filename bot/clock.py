"""What makes time pass: a tick each second. What is due stands in the database, never in here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

TICK_SECONDS = 1


def _tells(record: logging.LogRecord) -> bool:
    """Whether a line of the scheduler is worth reading: a tick that was cut off when the program stopped is not."""
    return not (record.exc_info and record.exc_info[0] is asyncio.CancelledError)


def ticking(tick: Callable[[], Awaitable[None]]) -> AsyncIOScheduler:
    """A scheduler, not started yet, that calls `tick` every second.

    Ticks that were missed (a laptop that slept, a clock that jumped) become one, however late it is.
    """

    # It warns of each tick that is left out while one takes longer than a second; the next does that work.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("apscheduler.executors.default").addFilter(_tells)
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(tick, "interval", seconds=TICK_SECONDS, coalesce=True, misfire_grace_time=None, max_instances=1)
    return scheduler
