"""What every entry point does first: read the settings, open the database, load the articles.

Each ends the program with a sentence when that cannot be.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from bot import logs
from config import settings as configuration
from config.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from search.library import Library

KENNIS = Path(__file__).parents[1] / "kennis"


def read_settings() -> Settings:
    """The settings; what is wrong with them is said all at once."""
    try:
        settings = configuration.read()
    except SettingsError as error:
        typer.echo(f"Er klopt iets niet in de instellingen:\n\n{error}", err=True)
        raise typer.Exit(2) from None
    logs.configure(settings.log_level, json=settings.log_json)
    return settings


def open_database(file: Path) -> "Engine":
    """The database, up to date. Ends the program with a sentence when that cannot be."""
    from sqlalchemy.exc import DatabaseError

    from storage.database import connect, migrate

    try:
        engine = connect(file)
        copy = migrate(engine, datetime.now(UTC))
    except OSError as error:
        stop(f"De database {file} kan niet worden geopend: {unreached(error)}. Klopt de map en mag ik erin schrijven?")
    except DatabaseError as error:
        stop(f"De database {file} kan niet worden gebruikt ({error.orig}). Is de schijf vol of het bestand beschadigd?")
    if copy:
        typer.echo(f"De database is bijgewerkt. Een kopie van daarvoor staat in {copy}.", err=True)
    return engine


@contextmanager
def database() -> "Iterator[Session]":
    """One transaction on the database that the settings name. Ends the program with a sentence when that cannot be."""
    from storage.database import transaction

    with transaction(open_database(read_settings().database)) as session:
        yield session


def stop(sentence: str) -> NoReturn:
    """Ends the program with a sentence about why."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def library() -> "Library":
    """The knowledge base."""
    from search import scope, themes
    from search.articles import ArticleError, load
    from search.library import Library
    from search.meaning import shipped

    try:
        cards, known = scope.load(KENNIS / "grenzen.yaml"), shipped(KENNIS / "vectoren.bin")
        return Library(load(KENNIS), cards, known, themes.load(KENNIS / "themas.yaml"))
    except ArticleError as error:
        typer.echo(f"De kennisbank klopt niet:\n\n{error}", err=True)
        raise typer.Exit(1) from None


_UNREACHED = {
    errno.ENOENT: "dat is er niet",
    errno.EISDIR: "dat is een map",
    errno.ENOTDIR: "dat is geen map",
    errno.EACCES: "daar mag ik niet bij",
    errno.EPERM: "daar mag ik niet bij",
    errno.EEXIST: "dat bestaat al",
    errno.ENOSPC: "de schijf is vol",
    errno.EROFS: "daar kan niet worden geschreven",
    errno.EADDRINUSE: "een ander programma gebruikt die al",
}


def unreached(error: OSError) -> str:
    """Why a file, a folder or a port could not be used."""
    return _UNREACHED.get(error.errno or 0, error.strerror or "onbekende oorzaak")
