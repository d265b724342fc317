"""The command line for invitations: codes on paper, each with a link and a square to scan."""

import csv
import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Annotated

import typer

from bot.entry import open_database, read_settings, stop
from bot.members_commands import Code, found


@dataclass(frozen=True, slots=True)
class Letter:
    """One invitation. Its code exists here and nowhere else: the database keeps only a hash."""

    name: str
    code: str
    link: str


def invite(
    gemeente: Code,
    naar: Annotated[Path | None, typer.Option(help="De map voor een pagina om te printen en een CSV-bestand.")] = None,
    telegram: Annotated[str, typer.Option(help="De naam van de bot op Telegram, voor de link en de QR-code.")] = "",
    opnieuw: Annotated[str, typer.Option(help="Naam of e-mailadres van iemand die een nieuwe code nodig heeft.")] = "",
) -> None:
    """Maak uitnodigingen voor iedereen die nog niet meedoet. Oude, ongebruikte codes vervallen dan."""
    from storage import invitations
    from storage.database import transaction

    now = datetime.now(UTC)
    with transaction(open_database(read_settings().database)) as session:
        place = found(session, gemeente)
        assert place.id is not None
        people = invitations.uninvited(session, place.id, now)
        if opnieuw:
            people = invitations.named(session, place.id, opnieuw)
            if len(people) != 1:
                stop(f"Er zijn {len(people)} mensen met die naam of dat e-mailadres. Het moet er precies één zijn.")
        if not people:
            typer.echo("Iedereen met een functie doet al mee. Er zijn geen uitnodigingen nodig.")
            return
        letters = [_letter(person.name, invitations.invite(session, person, now), telegram) for person in people]
        if naar is not None:
            _write(naar, letters, place.name)
    if naar is None:
        for letter in letters:
            typer.echo("  ".join(part for part in (letter.code, letter.name, letter.link) if part))
    else:
        typer.echo(f"{len(letters)} uitnodigingen staan in {naar}. Print ze, en gooi de bestanden daarna weg.")


def _letter(name: str, code: str, telegram: str) -> Letter:
    bot = telegram.strip().removeprefix("@")
    return Letter(name, code, f"https://t.me/{bot}?start={code}" if bot else "")


def _write(folder: Path, letters: list[Letter], place: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _private(folder / "uitnodigingen.html", _page(letters, place))
        _private(folder / "uitnodigingen.csv", _table(letters))
    except OSError as error:
        # The codes are undone with the transaction: no code may exist that nobody was given.
        stop(f"In {folder} kan niet worden geschreven: {error.strerror}.")


def _private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _table(letters: list[Letter]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["naam", "code", "link"])
    # A name that begins like a formula must not become one in a spreadsheet.
    writer.writerows([f"'{row.name}" if row.name[:1] in "=+-@" else row.name, row.code, row.link] for row in letters)
    return "\ufeff" + out.getvalue()


_STYLE = """
body { font: 12pt/1.5 sans-serif; margin: 0 auto; max-width: 42rem; color: #111; }
article { break-inside: avoid; border: 1px solid #999; border-radius: .5rem; margin: 1rem; padding: 1rem 1.5rem; }
h1 { font-size: 1.3rem; margin: 0 0 .5rem; }
code { font-size: 1.3rem; letter-spacing: .05em; }
.qr { float: right; margin: 0 0 .5rem 1rem; }
@page { margin: 1.5cm; }
"""


def _page(letters: list[Letter], place: str) -> str:
    cards = "\n".join(_card(letter, place) for letter in letters)
    return (
        f'<!doctype html>\n<html lang="nl">\n<meta charset="utf-8">\n<title>Uitnodigingen {escape(place)}</title>\n'
        f"<style>{_STYLE}</style>\n{cards}\n</html>\n"
    )


def _card(letter: Letter, place: str) -> str:
    scan = ""
    how = "<li>Open een gesprek met Raadsmaat. De griffie vertelt u waar.</li>\n<li>Stuur uw code als bericht.</li>"
    if letter.link:
        import segno

        square = segno.make(letter.link, error="m").svg_inline(scale=3, border=2)
        scan = f'<div class="qr" role="img" aria-label="QR-code met de link">{square}</div>'
        how = (
            "<li>Scan het vierkant met de camera van uw telefoon.</li>\n"
            f'<li>Of ga naar <a href="{escape(letter.link)}">{escape(letter.link)}</a>.</li>\n'
            "<li>Druk in Telegram op Start.</li>"
        )
    return (
        f"<article>\n{scan}<h1>{escape(letter.name)}</h1>\n<p>Uw uitnodiging voor Raadsmaat, "
        f"de hulp voor de raad van {escape(place)}.</p>\n<p>Uw code: <code>{escape(letter.code)}</code></p>\n"
        f"<ol>\n{how}\n</ol>\n<p>De code werkt één keer en is 30 dagen geldig. Geef hem aan niemand anders.</p>\n"
        "</article>"
    )
