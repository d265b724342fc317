"""Reading the official XML of a law (a BWB “toestand”) into articles and leden.

A file comes from outside, so it is bounded in size, depth and number of elements, and may declare no entities.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from domain.messages import Refusal

MOST_BYTES = 30_000_000
_DEEPEST = 60
_MOST_ELEMENTS = 1_000_000
_LONGEST_ARTICLE = 100_000  # characters
_SPACE = re.compile(r"\s+")
_BWB = re.compile(r"BWBR\d{7}")
# What is not the text of the law: where each piece was published, and notes of the editors.
_NOT_TEXT = frozenset({"meta-data", "kop", "redactie", "noot", "jci"})
_PIECES = frozenset({"al", "lidnr", "li.nr", "tussenkop", "title", "entry"})


@dataclass(frozen=True, slots=True)
class LawArticleText:
    """One article: its number (“33”, “5.4a”), its heading if any, and its leden as (number, text)."""

    number: str
    heading: str
    leden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LawText:
    """A law as it is in force from `version`."""

    bwb: str
    title: str
    version: date
    articles: tuple[LawArticleText, ...]


def read(content: bytes) -> LawText:
    """The law in a file. Raises Refusal with a sentence for whoever imports it."""
    if len(content) > MOST_BYTES:
        raise Refusal(f"Het bestand is te groot. Een wet is hoogstens {MOST_BYTES // 1_000_000} MB.")
    try:
        root = _tree(content)
    except DefusedXmlException:
        raise Refusal(
            "Het bestand bevat verwijzingen (entiteiten) die in een wet niet horen. Het is niet ingelezen."
        ) from None
    except (ParseError, ValueError, LookupError, OverflowError):
        raise Refusal("Het bestand is geen geldige XML.") from None
    return _law(root)


def _tree(content: bytes) -> Element:
    depth = count = 0
    root: Element | None = None
    for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            root = element if root is None else root
            depth, count = depth + 1, count + 1
            if depth > _DEEPEST:
                raise Refusal("Het bestand is te diep genest. Dat is geen wet.")
            if count > _MOST_ELEMENTS:
                raise Refusal("Het bestand heeft te veel delen. Dat is geen wet.")
        else:
            depth -= 1
    if root is None:
        raise ParseError
    return root


def _law(root: Element) -> LawText:
    bwb, version = root.get("bwb-id", ""), root.get("inwerkingtreding", "")
    if root.tag != "toestand" or not _BWB.fullmatch(bwb):
        raise Refusal("Dit is geen wet uit het Basiswettenbestand: het bestand heeft geen BWB-nummer.")
    try:
        day = date.fromisoformat(version)
    except ValueError:
        raise Refusal("In het bestand staat niet vanaf welke dag deze tekst geldt.") from None
    title = next((_words(one) for tag in ("citeertitel", "intitule") for one in root.iter(tag)), "") or bwb
    articles: dict[str, LawArticleText] = {}
    for one in _articles(root):
        articles.setdefault(one.number, one)  # the law itself comes first; annexes may count anew
    if not articles:
        raise Refusal("In het bestand staat geen enkel artikel.")
    return LawText(bwb, title[:300], day, tuple(articles.values()))


def _articles(root: Element) -> Iterator[LawArticleText]:
    for body in root.iter("wettekst"):
        for element in body.iter("artikel"):
            head = element.find("kop")
            number = _words(head.find("nr")) if head is not None else ""
            leden = tuple(_leden(element))
            if sum(len(text) for _, text in leden) > _LONGEST_ARTICLE:
                raise Refusal(f"Artikel {number[:20]} is te lang. Dat is geen wet.")
            if number and len(number) <= 20 and leden:
                yield LawArticleText(number.rstrip("."), _words(head.find("titel")) if head is not None else "", leden)


def _leden(article: Element) -> Iterator[tuple[str, str]]:
    loose: list[str] = []
    for child in article:
        if child.tag == "lid":
            if loose:
                yield "", "\n".join(loose)
                loose = []
            text = "\n".join(_lines(child))
            if text:
                yield _words(child.find("lidnr")).rstrip("."), text
        elif child.tag not in _NOT_TEXT:
            loose += _lines(child) if child.tag not in _PIECES else [line for line in [_words(child)] if line]
    if loose:
        yield "", "\n".join(loose)


def _lines(element: Element) -> list[str]:
    """The lines of a lid: paragraphs, and the items of lists with their letter in front."""
    lines: list[str] = []
    mark = ""
    for child in element:
        if child.tag in _NOT_TEXT or child.tag == "lidnr":
            continue
        if child.tag == "li.nr":
            mark = _words(child)
        elif child.tag in _PIECES:
            text = _words(child)
            if text:
                lines.append(f"{mark} {text}".strip())
                mark = ""
        else:
            lines += _lines(child)
    return lines


def _words(element: Element | None) -> str:
    """All words in an element, on one line, without where they were published."""
    return "" if element is None else _SPACE.sub(" ", "".join(_text(element))).strip()


def _text(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in _NOT_TEXT:
            yield from _text(child)
        yield child.tail or ""
