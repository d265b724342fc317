"""`raadsmaat kennis lokaal`, `uitvoer` and `controleer`: what a municipality adds to the knowledge base, taken in from
files and handed on, and whether all of it is in order."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.doctor import Finding, Line
from bot.entry import KENNIS, database, library, stop, unreached
from bot.members_commands import ONLY_TRIED, Code, Execute, found
from domain import dutch

if TYPE_CHECKING:
    from sqlmodel import Session

    from domain.roles import Municipality
    from search.articles import Article

_SHOWN = 12


def take_in(
    map_: Annotated[
        Path, typer.Argument(metavar="MAP", help="De map met waarden.yaml en artikelen (.md), of één ervan.")
    ],
    gemeente: Code,
    uitvoeren: Execute = False,
) -> None:
    """Lees waarden en artikelen van een gemeente in. Zonder --uitvoeren verandert er niets."""
    from domain.messages import Refusal
    from search import localfolder
    from search.articles import ArticleError
    from storage import local

    try:
        folder = localfolder.read(map_, _slots())
    except OSError as error:
        stop(f"{map_} kan niet worden gelezen: {unreached(error)}.")
    except ArticleError as error:
        stop(f"{error}\n\nEr is niets ingelezen. Verbeter dit en probeer het opnieuw.")
    now = datetime.now(UTC)
    with database() as session:
        place = found(session, gemeente)
        try:
            changes = local.adopt(session, place.id, folder, now)
        except Refusal as refusal:
            stop(f"{refusal.sentence} Er is niets ingelezen.")
        for line in changes:
            typer.echo(line)
        if not changes:
            typer.echo("Alles stond er al zo.")
        elif uitvoeren:
            typer.echo(f"Ingelezen voor {place.name}.")
        else:
            session.rollback()
            typer.echo(ONLY_TRIED)


def hand_on(
    map_: Annotated[Path, typer.Argument(metavar="MAP", help="Een lege of nieuwe map.")], gemeente: Code
) -> None:
    """Schrijf waarden en artikelen in een map. Om te bewaren, aan te vullen of door te geven."""
    from search import localfolder
    from storage import local

    with database() as session:
        place = found(session, gemeente)
        written = list(
            localfolder.files(_slots(), local.values(session, place.id), local.local_articles(session, place.id))
        )
    try:
        map_.mkdir(parents=True, exist_ok=True)
        if any(map_.iterdir()):
            stop(f"De map {map_} is niet leeg. Kies een nieuwe map, dan gaat er niets verloren.")
        for name, text in written:
            (map_ / name).write_text(text, encoding="utf-8")
    except OSError as error:
        stop(f"De map {map_} kan niet worden geschreven: {unreached(error)}.")
    articles = dutch.plural(len(written) - 1, "artikel", "artikelen")
    typer.echo(f"Geschreven in {map_}: de waarden en {articles} van {place.name}.")


def check() -> None:
    """Kijk of de kennisbank klopt. Artikelen, bronnen, wetteksten, controledagen en waarden van gemeenten."""
    from search.articles import ArticleError, load

    try:
        articles = load(KENNIS)
        library()
    except ArticleError as error:
        stop("\n".join(f"{Finding.WRONG.value} {line}" for line in str(error).splitlines()))
    with database() as session:
        lines = list(examined(session, articles, datetime.now(UTC)))
    for line in lines:
        typer.echo(f"{line.finding.value} {line.text}")
    raise typer.Exit(any(line.finding is Finding.WRONG for line in lines))


def examined(session: "Session", articles: "list[Article]", now: datetime) -> Iterator[Line]:
    """What is wrong in the knowledge base and what each municipality has still to fill in."""
    from storage import laws, members

    yield Line(Finding.GOOD, f"{len(articles)} artikelen zijn goed van vorm, met bestaande verwijzingen.")
    yield from _sources(articles)
    imported = laws.imported(session)
    if not imported:
        yield Line(Finding.NOTE, "Er zijn geen wetten ingelezen: de bronnen zijn niet met de wettekst vergeleken.")
    for problem in laws.problems(session, articles):
        yield Line(Finding.WRONG, problem)
    if late := [one for one in articles if one.about.controleren_voor < now.date()]:
        yield Line(Finding.WRONG, f"Te laat gecontroleerd: {_some([_due(one) for one in late])}.")
    for place in members.places(session):
        yield from _local(session, place, articles, place.date_at(now))


def _sources(articles: "list[Article]") -> Iterator[Line]:
    from search.references import named

    for one in articles:
        about = one.about
        texts = [about.kort, *about.kort_voor.values(), *(section.text for section in one.sections)]
        there = {source.artikel for source in about.bronnen}
        without = sorted({number for text in texts for number in named(text)} - there) if there else []
        if without:
            yield Line(
                Finding.WRONG, f"{one.id}: de tekst noemt artikel {_some(without)}, maar dat staat niet bij de bronnen."
            )


def _local(session: "Session", place: "Municipality", articles: "list[Article]", today: date) -> Iterator[Line]:
    from search.articles import EXPLANATION
    from storage import local

    slots = {slot for one in articles for slot in one.slots}
    to_fill = [slot for slot in sorted(slots) if not slot.endswith(f".{EXPLANATION}")]
    values = local.values(session, place.id)
    if gone := sorted(values.keys() - slots):
        yield Line(Finding.WRONG, f"{place.name}: ingevuld, maar in geen artikel meer: {_some(gone)}.")
    if late := [one for one in local.local_articles(session, place.id) if one.about.controleren_voor < today]:
        yield Line(
            Finding.WRONG, f"{place.name}: eigen artikelen te laat gecontroleerd: {_some([_due(one) for one in late])}."
        )
    if missing := [slot for slot in to_fill if slot not in values and slot not in local.known(session, place.id)]:
        count = f"{len(missing)} van de {len(to_fill)} waarden zijn niet ingevuld"
        yield Line(Finding.NOTE, f"{place.name}: {count}: {_some(missing)}.")
    else:
        yield Line(Finding.GOOD, f"{place.name}: alle waarden zijn ingevuld.")


def _due(article: "Article") -> str:
    return f"{article.id} (vóór {article.about.controleren_voor:%d-%m-%Y})"


def _some(names: list[str]) -> str:
    more = f" en nog {len(names) - _SHOWN}" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _slots() -> dict[str, str]:
    return {slot: what for article in library().articles.values() for slot, what in article.slots.items()}
