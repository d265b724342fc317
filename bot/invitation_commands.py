"""The command line for invitations: codes on paper, each with a link and a square to scan."""

import csv
import io
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.entry import database, read_settings, stop, unreached
from bot.invitation_page import Letter, Place, page
from bot.members_commands import Code, found

_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what Telegram passes on from a link


def invite(
    gemeente: Code,
    naar: Annotated[Path | None, typer.Option(help="De map voor een pagina om te printen en een CSV-bestand.")] = None,
    telegram: Annotated[str, typer.Option(help="De naam van de bot op Telegram, voor de link en de QR-code.")] = "",
    opnieuw: Annotated[str, typer.Option(help="Naam of e-mailadres van iemand die een nieuwe code nodig heeft.")] = "",
) -> None:
    """Maak uitnodigingen voor iedereen die nog niet meedoet. Oude, ongebruikte codes vervallen dan."""
    from domain.dutch import date_text
    from storage import invitations, members, reach

    bot = _bot(telegram)
    now = datetime.now(UTC)
    with database() as session:
        place = found(session, gemeente)
        if bot and not reach.allows(session, place.id, "telegram"):
            stop(
                f"{place.name} gebruikt Telegram niet. "
                f"Zet het aan met: raadsmaat gemeente platform {gemeente} telegram --aan"
            )
        people = invitations.uninvited(session, place.id, now)
        if opnieuw:
            people = invitations.named(session, place.id, opnieuw, now)
            if not people:
                stop(f"Niemand in {place.name} heeft die naam of dat e-mailadres. Kijk in de ledenlijst.")
            if len(people) > 1:
                stop(f"Er zijn {len(people)} mensen met die naam. Geef het e-mailadres op.")
        if not people and not members.everybody(session, place, now):
            stop(f"In {place.name} staat nog niemand. Lees eerst de ledenlijst in: raadsmaat leden importeer --help")
        if not people:
            typer.echo("Iedereen met een functie doet al mee. Er zijn geen uitnodigingen nodig.")
            return
        letters = [_letter(person.name, invitations.invite(session, person, now), bot) for person in people]
        until = date_text(place.date_at(now + invitations.VALID_FOR))
        if naar is not None:
            matrix = (read_settings().matrix_user or "") if reach.allows(session, place.id, "matrix") else ""
            _write(naar, letters, page(letters, Place(place.name, place.contact, bot, matrix, until)))
    if naar is None:
        for letter in letters:
            typer.echo("  ".join(part for part in (letter.code, letter.name, letter.link) if part))
        typer.echo("\nDeze codes staan nergens anders. Codes van deze mensen van een eerdere keer werken niet meer.")
    else:
        many = f"{len(letters)} uitnodigingen staan" if len(letters) > 1 else "1 uitnodiging staat"
        typer.echo(
            f"{many} in {naar}. Print ze, en gooi de bestanden daarna weg. "
            "Codes van deze mensen van een eerdere keer werken niet meer."
        )


def _bot(telegram: str) -> str:
    """The name of the bot, from how people write it. Ends the program when no bot can be called that."""
    name = re.sub(r"^(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me)/|^@", "", telegram.strip()).rstrip("/")
    if name and not _USERNAME.fullmatch(name):
        stop(f"“{name[:40]}” kan geen naam van een bot op Telegram zijn. Geef de naam op zoals: raadsmaat_bot.")
    return name


def _letter(name: str, code: str, bot: str) -> Letter:
    assert _PAYLOAD.fullmatch(code)
    return Letter(name, code, f"https://t.me/{bot}?start={code}" if bot else "")


def _write(folder: Path, letters: list[Letter], html: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _private(folder / "uitnodigingen.html", html)
        _private(folder / "uitnodigingen.csv", _table(letters))
    except OSError as error:
        # The codes are undone with the transaction: no code may exist that nobody was given.
        stop(f"In {folder} kan niet worden geschreven: {unreached(error)}.")


def _private(file: Path, text: str) -> None:
    # Made anew: a file that is there already may be readable by others, or be a link to elsewhere.
    file.unlink(missing_ok=True)
    with os.fdopen(
        os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
    ) as out:
        out.write(text)


def _table(letters: list[Letter]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["naam", "code", "link"])
    # A name that begins like a formula must not become one in a spreadsheet.
    writer.writerows([f"'{row.name}" if row.name[:1] in "=+-@" else row.name, row.code, row.link] for row in letters)
    return "\ufeff" + out.getvalue()
