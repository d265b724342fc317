"""Dutch words: how a text becomes terms that can be compared, and how a mistyped word is repaired."""

import bisect
import lzma
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import Stemmer
from rapidfuzz.distance import OSA

_DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[a-z0-9]+")
_LINKS = ("", "s", "e", "en", "n")  # what Dutch puts between the parts of a compound
_SHORTEST_PART, _SHORTEST_COMPOUND = 4, 8
_LONGEST_WORD = 40  # characters; longer is no word, and splitting takes quadratic time
PART = 0.5  # how much a part of a compound counts, beside the compound itself

# Sounds that Dutch writes in two ways; people who are not sure write the other.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ij|y|ei", "y"),
        (r"ou|au", "u"),
        (r"ch|g", "g"),
        (r"c(?=[eiy])", "s"),
        (r"[cq]", "k"),
        (r"x", "ks"),
        (r"dt?$|tt?$", "t"),
        (r"v|ph", "f"),
        (r"z", "s"),
        (r"ie", "i"),
        (r"b$", "p"),
        (r"(.)\1+", r"\1"),
        (r"n$", ""),
    )
)


def plain(text: str) -> str:
    """In lower case, without accents."""
    if text.isascii():
        return text.lower()
    marked = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in marked if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The words of a text, in order, plain. "1.234,50" is no word but its digits are."""
    return _WORD.findall(plain(text))


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about a subject, question words among them."""
    return frozenset((_DATA / "stopwoorden.txt").read_text(encoding="utf-8").split())


class WordList:
    """The Dutch words of OpenTaal, with their inflections, kept as one sorted text: half a second and
    seven megabytes less than a set would take."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._starts = [0]
        position = text.find(b"\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find(b"\n", position + 1)

    def __contains__(self, word: str) -> bool:
        wanted = word.encode()
        place = bisect.bisect_left(self._starts, wanted, key=self._at)
        return place < len(self._starts) and self._at(self._starts[place]) == wanted

    def _at(self, start: int) -> bytes:
        end = self._text.find(b"\n", start)
        return self._text[start : end if end >= 0 else None]


@cache
def dutch_words() -> WordList:
    """The list that is shipped: OpenTaal’s, see docs/besluiten/0011 and the licence beside it."""
    return WordList(lzma.decompress((_DATA / "opentaal.txt.xz").read_bytes()))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("dutch")


@cache
def stem(word: str) -> str:
    """The stem, by Snowball."""
    return str(_stemmer().stemWord(word))


def sound(word: str) -> str:
    """How a word sounds, roughly: what is spelled differently by mistake sounds alike."""
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    return word


@cache
def parts(word: str) -> tuple[str, ...]:
    """The words that a compound is made of; none when it is not one."""
    if not _SHORTEST_COMPOUND <= len(word) <= _LONGEST_WORD or not word.isalpha():
        return ()
    best: tuple[str, ...] = ()
    for place in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
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
    return start.endswith(link) and len(head) >= _SHORTEST_PART and head in dutch_words()


def terms(text: str) -> Iterator[tuple[str, float]]:
    """What a text is compared by: stems without stop words, and the stems of the parts of compounds."""
    for word in words(text):
        if word in stop_words() or len(word) > _LONGEST_WORD:
            continue
        yield stem(word), 1.0
        for part in parts(word):
            if part not in stop_words():
                yield stem(part), PART


class Spelling:
    """Repairs words that neither Dutch nor the collection knows, to a word that the collection uses."""

    def __init__(self, texts: Iterable[str]) -> None:
        counted = Counter(word for text in texts for word in words(text) if not word.isdigit())
        self._counts: Mapping[str, int] = counted
        self._by_length: dict[int, list[str]] = {}
        self._by_sound: dict[str, str] = {}
        for word, _ in counted.most_common():
            self._by_length.setdefault(len(word), []).append(word)
            self._by_sound.setdefault(sound(word), word)

    def knows(self, word: str) -> bool:
        """Whether this is a word as it stands."""
        return word in self._counts or word.isdigit() or word in dutch_words() or bool(parts(word))

    def repaired(self, text: str) -> str:
        """The text with its mistyped words replaced; the rest as it was."""
        return re.sub(r"[^\W\d_]{4,}", lambda found: self._word(found[0]), text)

    def _word(self, written: str) -> str:
        word = plain(written)
        if len(word) > _LONGEST_WORD or word in self._counts or word in dutch_words():
            return written
        if parts(word):  # some two words make it up, as they do with many a typing error: only the very near counts
            return self._nearest(word, 1) or written
        return self._nearest(word, 1 if len(word) < 6 else 2) or self._compound(word) or written

    def _nearest(self, word: str, most: int) -> str | None:
        if same := self._by_sound.get(sound(word)):
            return same
        best, best_cost = None, float(most) + 0.5
        for length in range(len(word) - most, len(word) + most + 1):
            for candidate in self._by_length.get(length, ()):
                distance = OSA.distance(word, candidate, score_cutoff=most)
                if distance > most:
                    continue
                cost = distance + 0.4 * (candidate[0] != word[0]) - 0.06 * math.log(1 + self._counts[candidate])
                if cost < best_cost:
                    best, best_cost = candidate, cost
        return best

    def _compound(self, word: str) -> str | None:
        """A compound of which one part is right and the other mistyped; or two words written as one."""
        for place in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
            head, tail = word[:place], word[place:]
            for link in ("", "s"):
                start = head[: len(head) - len(link)] if link else head
                if not head.endswith(link) or len(start) < _SHORTEST_PART:
                    continue
                if start in self._counts and (end := self._nearest(tail, 1)):
                    return start + link + end
                if tail in self._counts and (begin := self._nearest(start, 1)):
                    return begin + link + tail
        return None
