"""Dutch words: how a text becomes terms that can be compared."""

import bisect
import lzma
import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import Stemmer

_DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[a-z0-9]+")
_SPACE = re.compile(r"\s+")
_CLOSES = " .!?…"
# What a keyboard makes by itself: quotation marks say nothing, and of an apostrophe there is one kind.
_TYPED = str.maketrans(dict.fromkeys('"“”„‟«»', "") | dict.fromkeys("‘’‛`´ʼ′", "'"))
_LINKS = ("", "s", "e", "en", "n")  # what Dutch puts between the parts of a compound
SHORTEST_PART, _SHORTEST_COMPOUND = 4, 8
LONGEST_WORD = 40  # characters; longer is no word, and splitting takes quadratic time
_REMEMBERED = 1 << 15  # words; the articles have some 4,000, and people go on mistyping new ones
PART = 0.5  # how much a part of a compound counts, beside the compound itself


def plain(text: str) -> str:
    """In lower case, without accents."""
    if text.isascii():
        return text.lower()
    marked = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in marked if not unicodedata.combining(character))


def tidy(text: str) -> str:
    """One line, without what differs from keyboard to keyboard and says nothing: quotation marks, the kind of
    apostrophe, more spaces than one, and what closes the sentence."""
    composed = unicodedata.normalize("NFC", text)
    return _SPACE.sub(" ", composed.translate(_TYPED)).strip().rstrip(_CLOSES)


def for_model(question: str, *, among_questions: bool = True) -> str:
    """The one form in which the model reads a question, however it was typed: it takes “Wanneer is de borrel?” for
    something else than “wanneer is de borrel”. Sample questions are written like the last; a text without any is
    prose, beside which a whole sentence is found better."""
    said = tidy(question)
    return said.lower() if among_questions else f"{said[:1].upper()}{said[1:]}?"


def words(text: str) -> list[str]:
    """The words of a text, in order, plain. "1.234,50" is no word but its digits are."""
    return _WORD.findall(plain(text))


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about a subject, question words among them."""
    return frozenset((_DATA / "stopwoorden.txt").read_text(encoding="utf-8").split())


class WordList:
    """Words that are only looked up, as the Dutch ones of OpenTaal with their inflections are: their hashes, in
    order, take a tenth of the memory of a set. Once in a hundred million million times another word has the same."""

    def __init__(self, text: bytes) -> None:
        hashes = np.fromiter(map(hash, text.split()), dtype=np.int64)
        hashes.sort()
        self._hashes = array("q", hashes.tobytes())

    def __contains__(self, word: str) -> bool:
        wanted = hash(word.encode())
        place = bisect.bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted


@cache
def dutch_words() -> WordList:
    """The list that is shipped: OpenTaal’s, see docs/besluiten/0011 and the licence beside it."""
    return WordList(lzma.decompress((_DATA / "opentaal.txt.xz").read_bytes()))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("dutch")


@lru_cache(_REMEMBERED)
def stem(word: str) -> str:
    """The stem, by Snowball."""
    return str(_stemmer().stemWord(word))


@lru_cache(_REMEMBERED)
def parts(word: str) -> tuple[str, ...]:
    """The words that a compound is made of; none when it is not one."""
    if not _SHORTEST_COMPOUND <= len(word) <= LONGEST_WORD or not word.isalpha():
        return ()
    best: tuple[str, ...] = ()
    for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        tail = word[place:]
        if tail not in dutch_words():
            continue
        head = next((word[: place - len(link)] for link in _LINKS if _is_part(word[:place], link)), "")
        # The split with the longest shortest part is nearly always the one that is meant.
        if head and (not best or min(len(head), len(tail)) > min(map(len, best))):
            best = (head, tail)
    return tuple(smaller for part in best for smaller in (parts(part) or (part,)))


def _is_part(start: str, link: str) -> bool:
    head = start[: len(start) - len(link)]
    return start.endswith(link) and len(head) >= SHORTEST_PART and head in dutch_words()


def terms(text: str) -> Iterator[tuple[str, float]]:
    """What a text is compared by: stems without stop words, and the stems of the parts of compounds."""
    for word in words(text):
        if word in stop_words() or len(word) > LONGEST_WORD:
            continue
        yield stem(word), 1.0
        for part in parts(word):
            if part not in stop_words():
                yield stem(part), PART
