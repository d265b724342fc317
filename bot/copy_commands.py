"""The command line for copies of all that is kept, and for putting one back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.entry import read_settings, stop, unreached

app = typer.Typer(help="Reservekopieën maken en terugzetten.", no_args_is_help=True)


@app.command("maak")
def make(
    map: Annotated[Path, typer.Argument(help="De map waarin de kopie komt.")],
    bewaar: Annotated[int, typer.Option(min=1, help="Hoeveel kopieën er in die map blijven.")] = 14,
) -> None:
    """Maak een reservekopie. De bot mag intussen draaien. Oudere kopieën in de map gaan weg."""
    from sqlalchemy.exc import DatabaseError

    from bot import copies
    from storage.database import connect

    settings, now = read_settings(), datetime.now(UTC)
    if not settings.database.exists():
        stop(f"Er is nog geen database in {settings.data}. Er valt niets te kopiëren.")
    engine = connect(settings.database)  # as it is: making a copy must not bring the tables up to date
    try:
        copy = copies.make(engine, settings.matrix_data, map, now)
        thrown_away = copies.tidy(map, bewaar)
        copies.note(settings.data, now)
    except copies.CopyError as error:
        stop(f"Er is geen kopie gemaakt. {error}")
    except OSError as error:
        stop(f"In {map} kan geen kopie worden gemaakt: {unreached(error)}.")
    except DatabaseError as error:
        stop(
            f"Er is geen kopie gemaakt ({error.orig}). "
            "Is de schijf vol, of de database beschadigd? Kijk met: raadsmaat doctor"
        )
    finally:
        engine.dispose()
    typer.echo(f"De kopie staat in {copy}. Bewaar haar versleuteld, en niet op deze computer.")
    if thrown_away:
        typer.echo(f"Oudere kopieën weggegooid: {thrown_away}.")


@app.command("terug")
def put_back(
    bestand: Annotated[Path, typer.Argument(help="De reservekopie.")],
    uitvoeren: Annotated[bool, typer.Option("--uitvoeren", help="Zet de kopie echt terug.")] = False,
) -> None:
    """Zet een reservekopie terug. De bot moet stilstaan. Wat er nu staat, blijft bewaard onder een andere naam."""
    from bot import copies
    from bot.lock import AlreadyRunning, only_one

    settings = read_settings()
    try:
        with only_one(settings.database):
            if not uitvoeren:
                copies.look(bestand, settings.database)
                typer.echo(
                    "Deze kopie is in orde. Dit was een proef: er is niets veranderd. "
                    "Wat na de kopie is gezegd, raakt kwijt als u haar terugzet. Doorgaan? Geef dan ook --uitvoeren op."
                )
                return
            old = copies.put_back(bestand, settings.database, settings.matrix_data, datetime.now(UTC))
    except (AlreadyRunning, copies.CopyError) as error:
        stop(f"{error} Er is niets veranderd.")
    except OSError as error:
        stop(f"De kopie {bestand} kan niet worden teruggezet: {unreached(error)}. Er is niets veranderd.")
    typer.echo("De kopie is teruggezet. Start Raadsmaat nu weer, en vertel het de griffie.")
    if old:
        typer.echo(f"Wat er stond, is nu {old}. Gooi dat na een week weg.")
