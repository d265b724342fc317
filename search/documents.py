"""What is searched in: a document of any collection, and the pieces of its text that get a meaning of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PIECE = 60  # words; what the model reads best, and about a paragraph

_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found. `keywords` are words that people use for it and that the text does not;
    `questions` are ways in which people ask for it."""

    id: str
    title: str
    text: str
    keywords: str = ""
    questions: tuple[str, ...] = ()


def pieces(document: Document) -> Iterator[str]:
    """The text in pieces of about PIECE words that end where a sentence does, each under the title."""
    head = f"{document.title}. " if document.title else ""
    for piece in _pieces(document.text):
        yield head + piece


def _pieces(text: str) -> Iterator[str]:
    taken: list[str] = []
    for sentence in filter(None, map(str.strip, _SENTENCE.split(text))):
        words = sentence.split()
        if taken and len(taken) + len(words) > PIECE * 1.5:
            yield " ".join(taken)
            taken = []
        taken += words
        while len(taken) > PIECE * 2:  # a list or a sentence without an end
            yield " ".join(taken[:PIECE])
            taken = taken[PIECE:]
        if len(taken) >= PIECE:
            yield " ".join(taken)
            taken = []
    if taken:
        yield " ".join(taken)
