"""The command line for the platforms of a municipality: off with a reason, and on again."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.entry import database, stop
from bot.members_commands import found


def switch(
    code: Annotated[str, typer.Argument(help="De CBS-code van de gemeente, zoals GM0344.")],
    platform: Annotated[str, typer.Argument(help="telegram of matrix.")] = "",
    uit: Annotated[
        str, typer.Option(help="Zet het platform uit, met deze reden. De mensen krijgen die te lezen.")
    ] = "",
    aan: Annotated[bool, typer.Option("--aan", help="Zet het platform weer aan.")] = False,
) -> None:
    """Zet een platform uit of aan. Zonder platform ziet u wat er uitstaat. De bot mag intussen draaien."""
    from domain import platforms
    from domain.answers import text
    from domain.messages import Refusal
    from handlers import switching
    from storage import switches

    name = platform.strip().lower()
    if platform and name not in ("telegram", "matrix"):
        stop(f"Het platform {platform[:20]} is er niet. Kies telegram of matrix.")
    if platform and bool(uit) == aan:
        stop("Geef --uit met een reden, of --aan.")
    now = datetime.now(UTC)
    try:
        with database() as session:
            place = found(session, code)
            if not platform:
                closed = switches.closed(session, place.id)
                for row in closed.values():
                    typer.echo(f"{platforms.called(row.platform)} staat uit. Reden: {row.reason}.")
                if not closed:
                    typer.echo("Alle platforms staan aan.")
            elif aan:
                told = switching.reopen(session, place, name, now, None)
                typer.echo(
                    f"{platforms.called(name)} staat nu aan voor {place.name}. Mensen die bericht krijgen: {told}."
                )
            else:
                reason = text(uit, most=300, least=3).rstrip(". ")
                told = switching.close(session, place, name, reason, now, None)
                typer.echo(
                    f"{platforms.called(name)} staat nu uit voor {place.name}. Mensen die bericht krijgen: {told}."
                )
    except Refusal as refusal:
        stop(refusal.sentence)
