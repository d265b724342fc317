"""Looks whether this installation is in order, and says what to do where it is not."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

from config.settings import Settings

_LITTLE_ROOM = 500 * 1024 * 1024  # bytes
_OLD_COPY = timedelta(days=3)


class Finding(Enum):
    """How a thing is. The value is the mark in the report."""

    GOOD = "✓"
    NOTE = "–"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    finding: Finding
    text: str


def examine(settings: Settings, articles: Path) -> list[Line]:
    """Everything that can be looked at, without changing anything."""
    looks = (_data, _database, _copy, lambda _: _articles(articles), _running, _telegram, _matrix)
    return [line for look in looks for line in look(settings)]


def _data(settings: Settings) -> Iterator[Line]:
    folder = settings.data
    if not folder.is_dir():
        yield Line(Finding.NOTE, f"De map {folder} is er nog niet. Die wordt bij de eerste start gemaakt.")
        return
    room = shutil.disk_usage(folder).free
    megabytes = room // 1024**2
    if room < _LITTLE_ROOM:
        yield Line(Finding.WRONG, f"Op de schijf van {folder} is nog maar {megabytes} MB vrij. Maak ruimte.")
    else:
        yield Line(Finding.GOOD, f"De map {folder} is er, met {megabytes} MB vrij.")


def _database(settings: Settings) -> Iterator[Line]:
    from storage.database import head

    file = settings.database
    if not file.exists():
        yield Line(Finding.NOTE, f"De database {file} is er nog niet. Die wordt bij de eerste start gemaakt.")
        return
    if file.stat().st_mode & 0o077:
        yield Line(Finding.WRONG, f"Anderen kunnen de database lezen. Los het op met: chmod 600 {file}")
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=2)) as database:
            damage = database.execute("PRAGMA quick_check").fetchone()[0]
            version = database.execute("SELECT version_num FROM alembic_version").fetchone()
            owed = database.execute(
                "SELECT count(*) FROM outbox WHERE state = 'waiting' AND due_at < datetime('now', '-10 minutes')"
            ).fetchone()[0]
            doubtful = database.execute("SELECT count(*) FROM outbox WHERE state = 'uncertain'").fetchone()[0]
            unreachable = database.execute("SELECT count(*) FROM chat WHERE unreachable_at IS NOT NULL").fetchone()[0]
            places = database.execute("SELECT count(*) FROM municipality").fetchone()[0]
            failing = _failing(database)
    except sqlite3.Error as error:
        yield Line(Finding.WRONG, f"De database {file} kan niet worden gelezen ({error}). Zet een reservekopie terug.")
        return
    if damage != "ok":
        yield Line(Finding.WRONG, "De database is beschadigd. Zet een reservekopie terug.")
        return
    if version is None or version[0] != head():
        yield Line(Finding.WRONG, "De database is van een andere versie. Draai: raadsmaat migrate")
    else:
        yield Line(Finding.GOOD, f"De database is in orde en bij (versie {version[0]}).")
    for name, since, why in failing:
        yield Line(
            Finding.WRONG,
            f"{name.capitalize()} werkt niet sinds {since} (UTC): {why}. De andere platforms gaan door. "
            "Raadsmaat probeert het zelf steeds opnieuw.",
        )
    if not places:
        yield Line(Finding.NOTE, "Er is nog geen gemeente. Maak er een met: raadsmaat gemeente toevoegen GM….")
    if owed:
        yield Line(Finding.WRONG, f"{owed} berichten wachten al langer dan tien minuten. Draait de bot wel?")
    if doubtful:
        yield Line(Finding.NOTE, f"Van {doubtful} berichten is niet zeker of ze zijn aangekomen.")
    if unreachable:
        yield Line(Finding.NOTE, f"{unreachable} chats zijn niet bereikbaar (geblokkeerd of opgeheven).")


def _failing(database: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """The platforms that do not work: name, since when (UTC) and what is wrong; none in an older database."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'runningplatform'").fetchone():
        return []
    return database.execute(
        "SELECT name, strftime('%d-%m-%Y %H:%M', failing_since), error FROM runningplatform"
        " WHERE failing_since IS NOT NULL ORDER BY name"
    ).fetchall()


def _copy(settings: Settings) -> Iterator[Line]:
    from bot.copies import last_made
    from domain.dutch import date_text

    if not settings.database.exists():
        return
    made = last_made(settings.data)
    if made is None:
        yield Line(Finding.NOTE, "Er is hier nog geen reservekopie gemaakt. Dat kan met: raadsmaat kopie maak MAP")
    elif datetime.now(UTC) - made > _OLD_COPY:
        yield Line(Finding.WRONG, f"De laatste reservekopie is van {date_text(made.date())}. Loopt het maken vast?")
    else:
        yield Line(Finding.GOOD, f"De laatste reservekopie is van {date_text(made.date())}.")


def _articles(folder: Path) -> Iterator[Line]:
    from search.articles import ArticleError, load

    try:
        yield Line(Finding.GOOD, f"De kennisbank heeft {len(load(folder))} artikelen.")
    except ArticleError as error:
        yield Line(Finding.WRONG, f"De kennisbank klopt niet:\n{error}")


def _telegram(settings: Settings) -> Iterator[Line]:
    if settings.telegram_token is None:
        yield Line(Finding.NOTE, "Telegram is niet ingesteld (RAADSMAAT_TELEGRAM_TOKEN).")
        return
    from bot.telegram.account import look

    token, hook = settings.telegram_token.get_secret_value(), None
    if settings.telegram_mode == "webhook":
        from bot.telegram.webhook import Webhook

        hook = Webhook(token, str(settings.web_url)).url
    for good, sentence in asyncio.run(look(token, str(settings.telegram_url), hook, datetime.now(UTC))):
        yield Line(Finding.NOTE if good is None else Finding.GOOD if good else Finding.WRONG, sentence)


def _running(settings: Settings) -> Iterator[Line]:
    if settings.web_port is None:
        return
    from bot.health_command import ask

    answer = ask(settings.web_host, settings.web_port)
    if answer is None:
        yield Line(Finding.NOTE, f"Op poort {settings.web_port} geeft Raadsmaat geen antwoord. Draait het?")
        return
    found, works = answer
    problems = " ".join(found["problemen"])
    if works:
        yield Line(Finding.NOTE if problems else Finding.GOOD, f"Raadsmaat draait. {problems}".rstrip())
    else:
        yield Line(Finding.WRONG, f"Raadsmaat draait, maar doet zijn werk niet. {problems}")


def _matrix(settings: Settings) -> Iterator[Line]:
    if settings.matrix_server is None:
        yield Line(Finding.NOTE, "Matrix is niet ingesteld (RAADSMAAT_MATRIX_SERVER).")
        return
    from bot.matrix import account, sealed, trust

    login = account.from_settings(settings)
    good, sentence = asyncio.run(account.look(login))
    yield Line(Finding.GOOD if good else Finding.WRONG, sentence)
    if good and (trusted := asyncio.run(trust.look(login))):
        yield Line(Finding.GOOD if trusted[0] else Finding.WRONG, trusted[1])
    if waiting := sealed.count(settings.matrix_data):
        yield Line(Finding.NOTE, f"{waiting} versleutelde berichten konden nog niet worden gelezen.")
