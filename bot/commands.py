"""The command line: everything an administrator types."""

import asyncio
import gc
import sys
from typing import Annotated

import typer

from bot import (
    answers_commands,
    copy_commands,
    health_command,
    invitation_commands,
    knowledge_commands,
    language_commands,
    law_commands,
    local_commands,
    logs,
    matrix_commands,
    members_commands,
    platform_commands,
    usage,
)
from bot.entry import KENNIS, library, open_database, read_settings, stop

app = typer.Typer(
    help="Raadsmaat: de bot die gemeenteraden helpt, op Matrix en Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(members_commands.municipalities, name="gemeente")
app.add_typer(members_commands.members, name="leden")
app.add_typer(matrix_commands.app, name="matrix")
members_commands.municipalities.command("platform")(platform_commands.switch)
app.add_typer(knowledge_commands.knowledge, name="kennis")
knowledge_commands.knowledge.command("taal")(language_commands.language)
knowledge_commands.knowledge.command("lokaal")(local_commands.take_in)
knowledge_commands.knowledge.command("uitvoer")(local_commands.hand_on)
knowledge_commands.knowledge.command("controleer")(local_commands.check)
knowledge_commands.knowledge.command("uitzetten")(answers_commands.switch_off)
knowledge_commands.knowledge.command("aanzetten")(answers_commands.switch_on)
knowledge_commands.knowledge.command("uitgezet")(answers_commands.show)
app.add_typer(law_commands.laws, name="wetten")
app.add_typer(copy_commands.app, name="kopie")
app.command("uitnodigingen")(invitation_commands.invite)
app.command("gezond")(health_command.healthy)


def run() -> None:
    """Runs the command line."""
    sys.exit(usage.run(app, sys.argv[1:]))


@app.command()
def demo(
    opnieuw: Annotated[bool, typer.Option("--opnieuw", help="Begin met een lege voorbeeldgemeente.")] = False,
) -> None:
    """Praat met Raadsmaat. De gemeente is verzonnen; alles blijft op deze computer."""
    from bot.app import App, now
    from bot.console import NAME, Clock, Console
    from bot.lock import AlreadyRunning, only_one
    from storage import sample
    from storage.database import transaction

    settings = read_settings()
    logs.configure("error", json=False)
    file = settings.data / "demo.sqlite3"
    try:
        with only_one(file):
            if opnieuw:
                for old in settings.data.glob("demo.sqlite3*"):
                    if not old.name.endswith(".lock"):
                        old.unlink()
            engine = open_database(file)
            clock, articles = Clock(now), library()
            with transaction(engine) as session:
                sample.fill(session, NAME, clock())

            async def talk() -> None:
                console = Console(sample.people(), clock, lambda: running.caught_up())
                running = App(engine, [console], articles, clock)
                await running.run()

            asyncio.run(talk())
    except AlreadyRunning as error:
        stop(str(error))
    except KeyboardInterrupt:
        typer.echo()


@app.command()
def migrate() -> None:
    """Werk de database bij. Doet `start` ook vanzelf; hier kunt u het apart doen."""
    settings = read_settings()
    from storage.database import head

    open_database(settings.database)
    typer.echo(f"De database {settings.database} is bij (versie {head()}).")


@app.command()
def start() -> None:
    """Start de bot op de platforms die zijn ingesteld."""
    # What is imported and made here stays: looking for garbage in it takes an eighth of the time to start, and
    # after that some of every answer.
    gc.disable()
    settings = read_settings()
    if settings.telegram_token is None and settings.matrix_server is None:
        stop(
            "Er is geen platform ingesteld. Zet RAADSMAAT_MATRIX_SERVER, of RAADSMAAT_TELEGRAM_TOKEN, "
            "in raadsmaat.env; in docs/beheer.md staat hoe. Zonder kunt u alles proberen met: raadsmaat demo."
        )
    from bot.serving import serve

    serve(settings)


@app.command()
def doctor() -> None:
    """Kijk of alles klopt. Let op instellingen, database, kennisbank en platforms. Code 1 als er iets mis is."""
    from bot.doctor import Finding, examine

    lines = examine(read_settings(), KENNIS)
    for line in lines:
        typer.echo(f"{line.finding.value} {line.text}")
    if any(line.finding is Finding.WRONG for line in lines):
        raise typer.Exit(1)
