"""The command line: everything an administrator types."""

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import logs
from config import settings as configuration
from config.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from search.lexical import Index

app = typer.Typer(
    help="Raadsmaat: de bot die gemeenteraden helpt, op Matrix en Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

KENNIS = Path(__file__).parents[1] / "kennis"


def run() -> None:
    """Runs the command line."""
    app()


def _settings() -> Settings:
    try:
        settings = configuration.read()
    except SettingsError as error:
        typer.echo(f"Er klopt iets niet in de instellingen:\n\n{error}", err=True)
        raise typer.Exit(2) from None
    logs.configure(settings.log_level, json=settings.log_json)
    return settings


def _open(file: Path) -> "Engine":
    """The database, up to date. Ends the program with a sentence when that cannot be."""
    from sqlalchemy.exc import DatabaseError

    from storage.database import connect, migrate

    try:
        engine = connect(file)
        copy = migrate(engine, datetime.now(UTC))
    except OSError as error:
        _stop(
            f"De database {file} kan niet worden geopend: {error.strerror}. Klopt de map en mag ik erin schrijven?"
        )
    except DatabaseError as error:
        _stop(
            f"De database {file} kan niet worden gebruikt ({error.orig}). Is de schijf vol of het bestand beschadigd?"
        )
    if copy:
        typer.echo(f"De database is bijgewerkt. Een kopie van daarvoor staat in {copy}.", err=True)
    return engine


def _stop(sentence: str) -> "typer.Exit":
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def _library() -> "Index":
    from search.articles import ArticleError, load
    from search.lexical import Index

    try:
        return Index(load(KENNIS))
    except ArticleError as error:
        typer.echo(f"De kennisbank klopt niet:\n\n{error}", err=True)
        raise typer.Exit(1) from None


@app.command()
def demo(
    opnieuw: Annotated[bool, typer.Option("--opnieuw", help="Begin met een lege voorbeeldgemeente.")] = False,
) -> None:
    """Praat met Raadsmaat in de terminal, met een verzonnen gemeente."""
    from bot.app import App, now
    from bot.console import NAME, Clock, Console
    from bot.lock import AlreadyRunning, only_one
    from storage import sample
    from storage.database import transaction

    settings = _settings()
    logs.configure("error", json=False)
    file = settings.data / "demo.sqlite3"
    try:
        with only_one(file):
            if opnieuw:
                for old in settings.data.glob("demo.sqlite3*"):
                    if not old.name.endswith(".lock"):
                        old.unlink()
            engine = _open(file)
            clock = Clock(now)
            with transaction(engine) as session:
                sample.fill(session, NAME, clock())

            async def talk() -> None:
                console = Console(sample.people(), clock, lambda: running.settled())
                running = App(engine, [console], _library(), clock)
                await running.run()

            asyncio.run(talk())
    except AlreadyRunning as error:
        _stop(str(error))
    except KeyboardInterrupt:
        typer.echo()


@app.command()
def migrate() -> None:
    """Werk de database bij. Doet `start` ook vanzelf; hier kunt u het apart doen."""
    settings = _settings()
    from storage.database import head

    _open(settings.database)
    typer.echo(f"De database {settings.database} is bij (versie {head()}).")


@app.command()
def start() -> None:
    """Start de bot op de platforms die zijn ingesteld."""
    from bot.app import App
    from bot.lock import AlreadyRunning, only_one

    settings = _settings()
    if settings.telegram_token is None:
        _stop(
            "Er is geen platform ingesteld. Zet RAADSMAAT_TELEGRAM_TOKEN, of RAADSMAAT_TELEGRAM_TOKEN_FILE, "
            "in raadsmaat.env. Zonder token kunt u alles proberen met: raadsmaat demo."
        )

    async def serve() -> None:
        from bot.telegram import Telegram

        running = App(engine, [Telegram.configured(settings)], library)
        task = asyncio.ensure_future(running.run())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            typer.echo("Raadsmaat is gestopt.", err=True)

    try:
        with only_one(settings.database):
            engine, library = _open(settings.database), _library()
            typer.echo("Raadsmaat draait. Stoppen kan met Ctrl-C.", err=True)
            asyncio.run(serve())
    except AlreadyRunning as error:
        _stop(str(error))
