"""`raadsmaat kennis uitzetten …`: an answer, or all of them, off in every municipality, and on again."""

from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated

import typer

from bot.entry import database, library, stop

EVERYTHING = "alles"
_WHICH = "Het onderwerp, zoals motie (de naam van het bestand in kennis/), of alles."


def switch_off(
    onderwerp: Annotated[str, typer.Argument(help=_WHICH)],
    reden: Annotated[str, typer.Option(help="Waarom. Griffies krijgen dit te lezen.")],
) -> None:
    """Zet een antwoord uit voor alle gemeenten, of alle antwoorden. De bot mag intussen draaien."""
    from domain.answers import text
    from domain.messages import Refusal
    from handlers import silence

    article, title = _named(onderwerp)
    try:
        reason = text(reden, most=300, least=3)
    except Refusal as refusal:
        stop(f"De reden klopt niet. {refusal.sentence}")
    with database() as session:
        told = silence.off_everywhere(session, article, title, reason, datetime.now(UTC))
    if told is None:
        stop(f"Dit stond al uit voor alle gemeenten: {title}.")
    typer.echo(f"Uitgezet voor alle gemeenten: {title}. Mensen van griffies die bericht krijgen: {told}.")


def switch_on(onderwerp: Annotated[str, typer.Argument(help=_WHICH)]) -> None:
    """Zet een antwoord dat voor alle gemeenten uitstond, weer aan. Wat een griffie zelf uitzette, blijft uit."""
    from handlers import silence

    article, title = _named(onderwerp)
    with database() as session:
        told = silence.on_everywhere(session, article, title, datetime.now(UTC))
    if told is None:
        stop(f"Dit staat niet uit voor alle gemeenten: {title}.")
    typer.echo(f"Weer aan voor alle gemeenten: {title}. Mensen van griffies die bericht krijgen: {told}.")


def show() -> None:
    """Toon welke antwoorden uitstaan, en waarom."""
    from storage import silence

    with database() as session:
        rows = silence.everything_off(session)
        for place, row in rows:
            what = row.article or EVERYTHING
            typer.echo(f"{place or 'alle gemeenten'}: {what}, sinds {row.began_at:%d-%m-%Y}. Reden: {row.reason}")
    if not rows:
        typer.echo("Er staat geen antwoord uit.")


def _named(subject: str) -> tuple[str, str]:
    """The article's id, or nothing for all of them, and what it is called."""
    from storage import silence

    name = subject.strip().lower()
    if name == EVERYTHING:
        return silence.ALL, "alle antwoorden"
    articles = library().articles
    if name not in articles:
        near = get_close_matches(name, articles, n=3)
        hint = f" Bedoelt u {' of '.join(near)}?" if near else ""
        stop(f"Het onderwerp “{subject[:60]}” is er niet.{hint}")
    return name, articles[name].about.titel
