"""What an administrator types about the Matrix account."""

import asyncio

import typer

from bot.entry import read_settings, stop

app = typer.Typer(help="Het Matrix-account van de bot.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Het Matrix-account van de bot."""


@app.command("nieuwe-identiteit")
def renew() -> None:
    """Geef het account een nieuwe identiteit. Als `doctor` daarom vraagt (cross-signing); de bot moet stilstaan."""
    from bot.lock import AlreadyRunning, only_one

    settings = read_settings()
    if settings.matrix_server is None:
        stop("Matrix is niet ingesteld. Zet RAADSMAAT_MATRIX_SERVER in raadsmaat.env.")
    from bot.matrix import trust
    from bot.matrix.account import AccountError, from_settings
    from bot.matrix.crosssigning import Approval
    from bot.matrix.errors import NO_ANSWER, Refused

    try:
        with only_one(settings.database):
            good, sentence = asyncio.run(trust.renew(from_settings(settings)))
    except (AlreadyRunning, AccountError, Approval) as error:
        stop(str(error))
    except (Refused, *NO_ANSWER) as error:
        stop(f"De Matrix-server werkt niet mee ({type(error).__name__}: {error}). Er is niets veranderd.")
    if not good:
        stop(sentence)
    typer.echo(sentence)
