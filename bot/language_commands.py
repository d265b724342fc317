"""`raadsmaat kennis taal`: how easy the short answers are to read, and whether all are easy enough."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.entry import KENNIS, stop, unreached
from domain.readability import Measure, difficult, measure

if TYPE_CHECKING:
    from search.articles import Article

LEAST = 60.0  # Flesch-Douma: what most adults read
LONGEST = 20  # words in a sentence of a short answer
LONGEST_BELOW = 25  # and of the parts below it, which name laws
_REFERENCE = re.compile(r"\s*\(artikel(?:en)? [^)]*\)")  # a source between brackets is not read aloud


@dataclass(frozen=True, slots=True)
class Row:
    """A short answer: the article, the role it is for or nothing, and what was measured.

    `below` is the longest sentence of the parts below it, `words` what has a plainer alternative in all of its text.
    """

    article: str
    role: str
    found: Measure
    below: int
    words: tuple[tuple[str, str], ...]

    @property
    def easy(self) -> bool:
        long = self.found.longest > LONGEST or self.below > LONGEST_BELOW
        return self.found.score >= LEAST and not long and not self.words


def language(
    verslag: Annotated[Path | None, typer.Option(help="Schrijf alles in dit bestand.")] = None,
) -> None:
    """Meet hoe makkelijk de antwoorden te lezen zijn. Wat te moeilijk is, wordt genoemd."""
    from search.articles import ArticleError, load

    try:
        rows = sorted(measured(load(KENNIS), plainer()), key=lambda row: row.found.score)
    except ArticleError as error:
        stop(str(error))
    if verslag:
        try:
            verslag.write_text(report(rows), encoding="utf-8")
        except OSError as error:
            stop(f"Het bestand {verslag} kan niet worden geschreven: {unreached(error)}.")
    hard = [row for row in rows if not row.easy]
    for row in hard:
        typer.echo(f"{row.article}{f' ({row.role})' if row.role else ''}: {_numbers(row)}")
        for word, instead in row.words:
            typer.echo(f"  “{word}”: schrijf liever “{instead}”")
    typer.echo(f"{len(rows)} korte antwoorden gelezen; {len(hard)} te moeilijk.")
    raise typer.Exit(bool(hard))


def plainer() -> Mapping[str, str]:
    """Words to avoid, each with what to write instead."""
    import yaml

    words: dict[str, str] = yaml.safe_load((KENNIS / "woorden.yaml").read_text(encoding="utf-8"))
    return words


def measured(articles: Iterable["Article"], words: Mapping[str, str]) -> Iterator[Row]:
    """Each short answer of each article, with what was measured in it."""
    for article in articles:
        below = [measure(section.text).longest for section in article.sections]
        hard = difficult("\n".join(section.text for section in article.sections), words)
        for role, text in [("", article.about.kort), *article.about.kort_voor.items()]:
            here = difficult(text, words)
            rest = [one for one in hard if one not in here] if not role else []
            found = measure(_REFERENCE.sub("", text))
            yield Row(article.id, role, found, max(below, default=0), (*here, *rest))


def report(rows: list[Row]) -> str:
    """The measurements as a page of the documentation."""
    scores = sorted(row.found.score for row in rows)
    mean = sum(row.found.words for row in rows) / sum(row.found.sentences for row in rows)
    lines = [
        "# Hoe makkelijk de antwoorden te lezen zijn",
        "",
        "Gemaakt met `raadsmaat kennis taal --verslag docs/metingen/leesbaarheid.md`. Gemeten is elk kort antwoord,",
        "ook dat voor commissieleden; een bron tussen haakjes telt niet mee.",
        "",
        "De maat is Flesch-Douma: 206,84 − 0,93 × woorden per zin − 77 × lettergrepen per woord. Hoger is makkelijker:",
        "vanaf 60 is een tekst voor de meeste volwassenen te lezen. Lettergrepen worden geteld met eigen regels voor",
        "klinkers (`domain/readability.py`), en niet met textstat: dat haalt nltk en setuptools binnen, en telt in het",
        "Nederlands afbreekplaatsen, dus “agenda” voor twee en “over” voor één. Op de tekst van alle artikelen",
        "scheelt dat 1 procent.",
        "",
        f"De grens: minstens {LEAST:.0f}, geen zin van meer dan {LONGEST} woorden (daaronder {LONGEST_BELOW}),",
        "en geen woord uit `kennis/woorden.yaml`. Een toets in `tests/test_readability.py` bewaakt dat.",
        "",
        f"{len(rows)} korte antwoorden: de middelste score is {_decimal(scores[len(scores) // 2])}, de laagste "
        f"{_decimal(scores[0])}. Een zin telt",
        f"gemiddeld {_decimal(mean)} woorden.",
        "",
        "| Artikel | Voor | Score | Woorden per zin | Langste zin | Langste zin in de delen |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        lines.append(
            f"| {row.article} | {row.role or 'iedereen'} | {_decimal(row.found.score)} | {_decimal(row.found.mean)} | "
            f"{row.found.longest} | {row.below} |"
        )
    return "\n".join(lines) + "\n"


def _numbers(row: Row) -> str:
    return (
        f"score {_decimal(row.found.score)} (minstens {LEAST:.0f}), "
        f"langste zin {row.found.longest} (hoogstens {LONGEST}), in de delen {row.below} (hoogstens {LONGEST_BELOW})"
    )


def _decimal(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")
