"""The command line for municipalities and their lists of members."""

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.entry import database, stop, unreached

if TYPE_CHECKING:
    from sqlmodel import Session

    from domain.roles import Municipality
    from storage.memberlist import Change

GEMEENTEN = Path(__file__).parents[1] / "config" / "gemeenten.csv"

members = typer.Typer(help="De leden van een gemeente.", no_args_is_help=True)
municipalities = typer.Typer(help="De gemeenten in deze installatie.", no_args_is_help=True)

Code = Annotated[str, typer.Option("--gemeente", help="De CBS-code van de gemeente, zoals GM0344.")]
Execute = Annotated[bool, typer.Option("--uitvoeren", help="Voer het uit. Anders ziet u alleen wat er zou gebeuren.")]
ONLY_TRIED = "Dit was een proef: er is niets veranderd. Klopt het? Geef dan ook --uitvoeren op."


def found(session: "Session", code: str) -> "Municipality":
    """The municipality with this code; without it the program ends with a sentence about what to do."""
    from sqlalchemy import select
    from sqlmodel import col

    from storage import tables
    from storage.members import municipality

    row = session.scalars(
        select(tables.Municipality).where(col(tables.Municipality.code) == code.strip().upper())
    ).first()
    if row is None:
        stop(f"De gemeente {code} is nog niet toegevoegd. Doe dat met: raadsmaat gemeente toevoegen {code}")
    return municipality(row)


@members.command("importeer")
def import_members(
    bestand: Annotated[Path, typer.Argument(help="De lijst: een CSV-bestand of een Excel-bestand (.xlsx).")],
    gemeente: Code,
    uitvoeren: Execute = False,
) -> None:
    """Lees de ledenlijst van een gemeente in. Zonder --uitvoeren verandert er niets."""
    from domain.cells import MOST_BYTES, Unreadable
    from domain.memberlist import read
    from domain.messages import Refusal
    from storage import memberlist

    try:
        with bestand.open("rb") as file:
            listed = read(file.read(MOST_BYTES + 1))
    except OSError as error:
        stop(f"Het bestand {bestand} kan niet worden gelezen: {unreached(error)}.")
    except Unreadable as error:
        stop(error.sentence)
    now = datetime.now(UTC)
    with database() as session:
        place = found(session, gemeente)
        changes = memberlist.plan(session, place.id, listed, place.date_at(now))
        for line in (*listed.problems, *listed.remarks, *map(_line, changes)):
            typer.echo(str(line))
        if listed.problems or any(change.what == memberlist.What.PROBLEM for change in changes):
            stop("\nIn de lijst staan fouten. Er is niets veranderd. Verbeter de lijst en probeer het opnieuw.")
        typer.echo(f"\nSamen: {_counted(changes)}.")
        if not uitvoeren:
            typer.echo(ONLY_TRIED)
            return
        try:
            memberlist.apply(session, place.id, listed, now)
        except Refusal as refusal:
            stop(refusal.sentence)
    typer.echo("De lijst is ingelezen.")


@members.command("inzage")
def show_what_is_kept(
    wie: Annotated[str, typer.Argument(help="De naam of het e-mailadres, zoals in de ledenlijst.")],
    gemeente: Code,
) -> None:
    """Toon alles wat van iemand wordt bewaard, ook van wie weg is. Alleen voor die persoon zelf bedoeld."""
    from domain.markup import plain
    from handlers import dossier
    from storage import people

    with database() as session:
        place = found(session, gemeente)
        rows = people.ever(session, place.id, wie)
        if not rows:
            stop(f"{place.name} kent niemand met die naam of dat e-mailadres.")
        for row in rows:
            typer.echo(plain(dossier.about(session, row, place, place.date_at(datetime.now(UTC)))) + "\n")


def _line(change: "Change") -> str:
    where = "Regel " if len(change.lines) == 1 else "Regels "
    return f"{where}{', '.join(map(str, change.lines))}: {change}" if change.lines else str(change)


def _counted(changes: "list[Change]") -> str:
    counts = Counter(change.what for change in changes)
    return ", ".join(f"{number} × {what}" for what, number in counts.items())


@municipalities.command("toevoegen")
def add_municipality(
    code: Annotated[str, typer.Argument(help="De CBS-code, zoals GM0344.")],
    naam: Annotated[str, typer.Option(help="Een andere naam dan die in de lijst van gemeenten.")] = "",
    contact: Annotated[str, typer.Option(help="Hoe de griffie te bereiken is, buiten Raadsmaat om.")] = "",
    budget: Annotated[
        int, typer.Option(min=0, max=100_000, help="Opleidingsbudget per raadslid per jaar, in hele euro's.")
    ] = 0,
    telegram: Annotated[
        bool, typer.Option("--telegram", help="Deze gemeente gebruikt ook Telegram. Later kan dat ook nog.")
    ] = False,
) -> None:
    """Voeg een gemeente toe aan deze installatie. Telegram staat uit, tenzij u --telegram opgeeft."""
    from sqlalchemy import select
    from sqlmodel import col

    from storage import switches
    from storage.database import add
    from storage.tables import Municipality

    code = code.strip().upper()
    name = known_names().get(code)
    if name is not None:
        name = naam.strip() or name
    else:
        by_name = {known.casefold(): other for other, known in known_names().items()}
        if other := by_name.get(code.casefold()):
            stop(f"Geef de code: raadsmaat gemeente toevoegen {other}")
        stop(f"De code {code[:20]} is van geen gemeente. Zoek hem op in {GEMEENTEN}.")
    with database() as session:
        if session.scalars(select(Municipality).where(col(Municipality.code) == code)).first():
            stop(f"De gemeente {name} is er al.")
        row = Municipality(code=code, name=name, contact=contact, budget_cents=budget * 100)
        place_id = add(session, row)
        if not telegram:
            switches.close(session, place_id, "telegram", switches.NOT_YET, datetime.now(UTC), None)
    typer.echo(f"De gemeente {name} is toegevoegd. Lees nu de ledenlijst in met:")
    typer.echo(f"raadsmaat leden importeer LIJST.xlsx --gemeente {code}")


@municipalities.command("wijzig")
def change_municipality(
    code: Annotated[str, typer.Argument(help="De CBS-code van de gemeente, zoals GM0344.")],
    naam: Annotated[str | None, typer.Option(help="Hoe de gemeente heet.")] = None,
    contact: Annotated[str | None, typer.Option(help="Hoe de griffie te bereiken is, buiten Raadsmaat om.")] = None,
    budget: Annotated[
        int | None,
        typer.Option(min=0, max=100_000, help="Opleidingsbudget per raadslid per jaar, in hele euro's. 0: geen."),
    ] = None,
) -> None:
    """Wijzig de naam, het contact of het budget van een gemeente. Zonder opties ziet u wat er nu staat."""
    from domain.messages import Refusal
    from storage import places
    from storage.tables import Municipality

    try:
        with database() as session:
            row = session.get_one(Municipality, found(session, code).id)
            changed = places.change(session, row, naam, contact, budget, datetime.now(UTC))
            for line in places.described(row):
                typer.echo(line)
    except Refusal as refusal:
        stop(refusal.sentence)
    if changed:
        typer.echo("\nDat is opgeslagen.")
    if "budget_cents" in changed:
        typer.echo("Wie dit jaar al een budget kreeg, houdt dat. Het nieuwe bedrag geldt voor wie er nog geen heeft.")


@municipalities.command("lijst")
def list_municipalities() -> None:
    """Toon de gemeenten in deze installatie."""
    from sqlalchemy import select
    from sqlmodel import col

    from storage.tables import Municipality

    with database() as session:
        rows = session.scalars(select(Municipality).order_by(col(Municipality.name))).all()
        for row in rows:
            typer.echo(f"{row.code}  {row.name}")
    if not rows:
        typer.echo("Er is nog geen gemeente. Voeg er een toe met: raadsmaat gemeente toevoegen GM….")


def known_names() -> dict[str, str]:
    """The municipalities of the Netherlands, name by CBS code."""
    with GEMEENTEN.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["naam"] for row in csv.DictReader(file)}
