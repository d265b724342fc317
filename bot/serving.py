"""`raadsmaat start`: this process answers, or it stands by until the one that does is gone."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog
import typer
from sqlalchemy import Engine

from bot.app import App, now
from bot.connect import platforms
from bot.entry import library, open_database, stop, unreached
from bot.lock import AlreadyRunning, Place
from bot.logs import where
from bot.platform import Brought, Platform, Store
from bot.replicas import StandBy
from config.settings import Settings
from search.library import Library

log = structlog.get_logger()

_LATER = 5.0  # seconds until a platform that could not stand by tries again


def serve(settings: Settings) -> None:
    """Runs until the program is told to stop. Ends it with a sentence when it cannot be started."""
    shared = settings.telegram_mode == "webhook"
    place = Place(settings.database)
    try:
        answers = place.take()
        if not answers and not shared:
            stop(str(AlreadyRunning(settings.database)))
        listening = _listen(settings)
        engine = open_database(settings.database) if answers else None
        articles = library()
        # The loop and the database thread hand each other small pieces of work; a tenth of the usual time
        # before one must make way for the other takes milliseconds off every answer.
        sys.setswitchinterval(0.0005)
        asyncio.run(_until_stopped(settings, place, listening, engine, articles))
    finally:
        place.leave()


def _listen(settings: Settings) -> socket.socket | None:
    if settings.web_port is None:
        return None
    from bot import web

    try:
        return web.listen(settings.web_host, settings.web_port)
    except OSError as error:
        stop(
            f"Op {settings.web_host}, poort {settings.web_port} kan de webserver niet beginnen ({unreached(error)}). "
            "Gebruikt een ander programma die poort? Kies dan een andere in RAADSMAAT_WEB_PORT."
        )


async def _until_stopped(
    settings: Settings, place: Place, listening: socket.socket | None, engine: Engine | None, articles: Library
) -> None:
    task = asyncio.ensure_future(_serve(settings, place, listening, engine, articles))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Only the first counts: a second one would cut off what is on its way, which then arrives twice.
        loop.add_signal_handler(number, lambda: task.cancelling() or task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        typer.echo("Raadsmaat is gestopt.", err=True)


async def _serve(
    settings: Settings, place: Place, listening: socket.socket | None, engine: Engine | None, articles: Library
) -> None:
    here = platforms(settings)
    gc.freeze()
    gc.enable()
    async with AsyncExitStack() as stack:
        watch = None
        if listening is not None:
            from bot import web
            from bot.health import Watch

            watch = Watch(here, now)
            routes = [route for platform in here if isinstance(platform, Brought) for route in platform.routes]
            await stack.enter_async_context(web.serving(listening, [web.health(watch), *routes]))
        if engine is None:
            typer.echo("Raadsmaat draait al. Dit proces staat klaar om het over te nemen.", err=True)
            waiting = StandBy(place.database, now)
            if watch:
                watch.database = waiting.database
            await _stand_by(here, waiting, place)
            engine = await asyncio.to_thread(open_database, place.database)
        app = App(engine, here, articles, peers=settings.telegram_mode == "webhook")
        if watch:
            watch.app = app
        typer.echo("Raadsmaat draait. Stoppen kan met Ctrl-C.", err=True)
        await app.run()


async def _stand_by(here: Sequence[Platform], waiting: StandBy, place: Place) -> None:
    """Stores what is brought until the place of the process that answers is free, and taken."""
    tasks = [
        asyncio.create_task(_storing(platform, waiting.take)) for platform in here if isinstance(platform, Brought)
    ]
    try:
        await waiting.until(place)
    except asyncio.CancelledError:
        for platform in here:
            await platform.close()
        raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        waiting.database.close()


async def _storing(platform: Brought, store: Store) -> None:
    while True:
        try:
            await platform.stand_by(store)
        except Exception as error:
            log.error("a platform cannot stand by; trying again", error=type(error).__name__, at=where(error))
        await asyncio.sleep(_LATER)
