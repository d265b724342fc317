"""What makes time pass: a tick each second. What is due stands in the database, never in here."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

TICK_SECONDS = 1


def ticking(tick: Callable[[], Awaitable[None]]) -> AsyncIOScheduler:
    """A scheduler, not started yet, that calls `tick` every second.

    Ticks that were missed (a laptop that slept, a clock that jumped) become one, however late it is.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(tick, "interval", seconds=TICK_SECONDS, coalesce=True, misfire_grace_time=None, max_instances=1)
    return scheduler
