"""The articles against the facts that were verified for them, where those are present: nothing is in an article that
no fact carries, and what nobody verified is in none."""

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.entry import KENNIS
from search.articles import Article, address, load
from search.references import named

FACTS = Path(__file__).parents[2] / "shared" / "kennis"
pytestmark = pytest.mark.skipif(not FACTS.exists(), reason="the verified facts are not here")

ARTICLES = [pytest.param(article, id=article.id) for article in load(KENNIS)]
BWB = {
    "Gemeentewet": "BWBR0005416",
    "Rechtspositiebesluit": "BWBR0041522",
    "Regeling": "BWBR0041573",
    "Kieswet": "BWBR0004627",
    "Wet open overheid": "BWBR0045754",
    "Wet gemeenschappelijke regelingen": "BWBR0003740",
}
COUNTED = ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"]
NUMBERS = {word: str(count) for count, word in enumerate(COUNTED)}
NUMBERS |= {"dertien": "13", "veertien": "14", "zestien": "16", "vierentwintig": "24", "dertig": "30"}
_AMOUNT = re.compile(r"€ ?[\d.]+,\d\d")
_SHARE = re.compile(r"\d+ ?%")
_UNIT = r"(?:uur|dag|dagen|week|weken|maand|maanden|jaar|keer|maal|leden|raadsleden|personen|inwoners|handtekeningen)"
_TERM = re.compile(rf"\b(\d[\d.]*|{'|'.join(NUMBERS)}) (?:andere |minstens )?{_UNIT}\b")
_DATE = re.compile(r"\b\d{1,2}(?: januari| april| juli| november| december|-12-)")
_WORD = re.compile(r"[a-zà-ÿ]{6,}|\d[\d.,]*\d|\d")
_LEDEN = re.compile(r"lid \d+(?:(?:, | en |–|-)\d\b(?! lid))*")
_NUMBER = re.compile(r"(?:\b[A-Z] )?\b\d+(?:\.\d+)*[a-z]{0,2}\b")


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FACTS / name).read_text(encoding="utf-8").splitlines()]


@cache
def facts() -> list[dict[str, Any]]:
    return lines("facts.jsonl")


@cache
def laws() -> dict[tuple[str, str], str]:
    """The articles of law that were read word by word."""
    return {(one["bwb"], one["artikel"]): one["tekst"] for one in lines("artikelen.jsonl")}


@cache
def subjects() -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in json.loads((FACTS / "topics.json").read_text(encoding="utf-8"))}


def carried(subject: str, kinds: str = "WS") -> str:
    """All that the facts of a subject say: those that may be published, or of other `kinds`."""
    told = (one for one in facts() if one["topic"] == subject and one["verificatie"] in kinds)
    return " ".join(one["feit"] if kinds == "N" else f"{one['feit']} {one['bron']}" for one in told)


def texts(article: Article) -> str:
    about = article.about
    parts = [part for section in article.sections for part in (section.heading, section.text)]
    return "\n".join([about.kort, *about.kort_voor.values(), *parts])


def grounds(subject: str) -> Iterator[tuple[str, str]]:
    """The articles of law that the verified facts of a subject rest on or name: the law, and the number."""
    for one in facts():
        if one["topic"] != subject or one["verificatie"] == "N":
            continue
        bwb = ""
        for piece in re.split(r";|, Awb|Awb", one["grondslag"] or ""):
            bwb = next((code for name, code in BWB.items() if name in piece), bwb)
            yield from ((bwb, number) for number in _grounds(piece))
        for name, code in BWB.items():
            if name in one["feit"]:
                yield from ((code, number) for number in named(one["feit"]))


def _grounds(piece: str) -> Iterator[str]:
    text = _LEDEN.sub("", piece.partition("art.")[2])
    for first, last in re.findall(r"\b(\d+)[–-](\d+)\b", text):
        yield from map(str, range(int(first), int(last) + 1))
    yield from _NUMBER.findall(text)


def number(text: str) -> str:
    return NUMBERS.get(text, text)


def quantities(text: str) -> set[str]:
    """Amounts, shares, dates, and how many there are of something, in digits."""
    said = {found.replace(" ", "") for found in _AMOUNT.findall(text)}
    said |= {found.replace(" ", "") for found in _SHARE.findall(text)}
    said |= {found.replace("-12-", " december") for found in _DATE.findall(text)}
    return said | {number(match[1].lower()) for match in _TERM.finditer(text)}


def all_numbers(text: str) -> set[str]:
    words = {number(word) for word in re.findall(r"[a-z]+", text.lower())}
    return quantities(text) | words | set(re.findall(r"\d+(?:\.\d{3})*", text))


def test_every_subject_has_its_article_and_every_article_its_subject() -> None:
    assert {article.id for article in load(KENNIS)} == set(subjects())
    assert len(subjects()) == 65


@pytest.mark.parametrize("article", ARTICLES)
def test_each_number_in_an_article_is_in_the_facts_of_its_subject(article: Article) -> None:
    read = [laws().get((source.bwb, source.artikel), "") for source in article.about.bronnen]
    allowed = all_numbers(" ".join([carried(article.id), *read]))
    assert quantities(texts(article)) <= allowed


@pytest.mark.parametrize("article", ARTICLES)
def test_each_article_of_law_is_in_the_facts_in_the_version_that_was_read(article: Article) -> None:
    near = {pair for name in [article.id, *article.about.verwant] for pair in grounds(name)}
    assert {(source.bwb, source.artikel) for source in article.about.bronnen} <= near | set(laws())
    versions = {(one["bron"], one["versie"]) for one in facts() if one["verificatie"] == "W"}
    read = {(match[0], version) for bron, version in versions if (match := re.search(r"BWBR\d{7}", bron))}
    assert {(source.bwb, f"{source.versie}") for source in article.about.bronnen} <= read


@pytest.mark.parametrize("article", ARTICLES)
def test_what_other_sources_say_is_said_as_theirs(article: Article) -> None:
    if any(one["topic"] == article.id and one["verificatie"] == "S" for one in facts()):
        assert re.search(
            r"volgens|in veel gemeenten|advies komt van|bericht op|stond op een pagina", texts(article), re.I
        )


@cache
def verified() -> str:
    told = [carried(name) for name in subjects()]
    return " ".join([*told, json.dumps(list(subjects().values()), ensure_ascii=False)]).lower()


@pytest.mark.parametrize("article", ARTICLES)
def test_what_nobody_verified_is_not_said(article: Article) -> None:
    words = set(_WORD.findall(carried(article.id, "N").lower()))
    only_there = {word for word in words if word not in verified()}
    assert not only_there & set(_WORD.findall(texts(article).lower()))


def test_links_lead_where_the_facts_say() -> None:
    for one in lines("artikelen.jsonl"):
        link = address(one["bwb"], date.fromisoformat(one["versie"]), one["artikel"])
        page, _, place = one["url"].partition("#")
        # Some facts name the law only; the site itself writes “ArtikelP7” for “P 7”, where the facts have “ArtikelP_7”.
        assert link.partition("#")[0] == page
        assert place.replace("_", "") in (link.partition("#")[2], "")
