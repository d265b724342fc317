"""Finding by words: BM25 over weighted fields (BM25F), and by pieces of words for what is spelled otherwise."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from search.documents import Document
from search.words import stop_words, terms, words

Scores = NDArray[np.float32]

_K1, _B = 1.2, 0.5
# How much a word counts by where it stands. Titles and search words are chosen by somebody who knew.
_FIELDS: tuple[tuple[Callable[[Document], str], float], ...] = (
    (lambda document: document.title, 2.0),
    (lambda document: document.keywords, 2.0),
    (lambda document: " ".join(document.questions), 1.0),
    (lambda document: document.text, 1.0),
)
_SHORTEST_GRAM, _LONGEST_GRAM = 3, 5


class _Rows:
    """Which documents have a term, and a weight for each: three arrays and a place in them for every term. As an
    array a term it would take five times the memory, which is felt with thousands of documents."""

    def __init__(self, counted: Iterable[Mapping[str, float]]) -> None:
        self.terms: dict[str, int] = {}
        each: list[tuple[NDArray[np.int32], NDArray[np.float16]]] = []
        for counts in counted:
            numbers = [self.terms.setdefault(term, len(self.terms)) for term in counts]
            each.append((np.array(numbers, dtype=np.int32), np.array(list(counts.values()), dtype=np.float16)))
        self.size = len(each)
        self.found = np.zeros(len(self.terms), dtype=np.int32)  # in how many documents each term is
        for numbers_of, _ in each:
            self.found[numbers_of] += 1
        self._ends = np.cumsum(self.found, dtype=np.int32)
        self.places = np.empty(int(self.found.sum()), dtype=np.uint16 if self.size <= 1 << 16 else np.int32)
        self.weights = np.empty(len(self.places), dtype=np.float32)
        ahead = self._ends - self.found
        for place, (numbers_of, counts_of) in enumerate(each):
            self.places[ahead[numbers_of]] = place
            self.weights[ahead[numbers_of]] = counts_of
            ahead[numbers_of] += 1
            each[place] = _NOTHING

    def summed(self, asked: Mapping[str, float], *, only_whether: bool = False) -> Scores:
        """For each document the sum of what is asked, times the weight that the term has there; or whether the
        document has it at all."""
        known = [(number, weight) for term, weight in asked.items() if (number := self.terms.get(term)) is not None]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        numbers = np.array([number for number, _ in known])
        found, ends = self.found[numbers], self._ends[numbers]
        counts = np.cumsum(found)
        at = np.repeat(ends - counts, found) + np.arange(counts[-1])  # where their documents stand, one after another
        worth = np.repeat([weight for _, weight in known], found)
        if not only_whether:
            worth *= self.weights[at]
        return np.bincount(self.places[at], worth, self.size).astype(np.float32)

    def scale(self, by_term: Scores) -> None:
        """Multiplies every weight by the value of its term."""
        for first in range(0, len(by_term), _AT_ONCE):
            found = self.found[first : first + _AT_ONCE]
            end = int(self._ends[min(first + _AT_ONCE, len(by_term)) - 1])
            self.weights[end - int(found.sum()) : end] *= np.repeat(by_term[first : first + _AT_ONCE], found)

    def divide(self, by_document: Scores) -> None:
        """Divides every weight by the value of its document."""
        for part in self._slices():
            self.weights[part] /= by_document[self.places[part]]

    def total(self, power: int = 1) -> Scores:
        """The sum of the weights of each document, or of their squares."""
        total = np.zeros(self.size)
        for part in self._slices():
            total += np.bincount(self.places[part], weights=self.weights[part] ** power, minlength=self.size)
        return total.astype(np.float32)

    def _slices(self) -> Iterator[slice]:
        """The weights in parts: with thousands of documents what is made in between is felt in the memory."""
        return (slice(first, first + _PART) for first in range(0, len(self.weights), _PART))


_AT_ONCE, _PART = 1 << 11, 1 << 18  # terms, and weights
_NOTHING = (np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float16))


class Postings:
    """Which documents have a term, and what it is worth there. A collection that is added to another is weighed
    by the statistics of the first, so that the scores can be compared."""

    def __init__(self, counted: Iterable[Mapping[str, float]], like: "Postings | None" = None) -> None:
        rows = self._rows = _Rows(counted)
        self.size = rows.size
        lengths = rows.total()
        self.average: float = like.average if like else float(lengths.mean()) if self.size else 1.0
        norms = _K1 * (1 - _B + _B * lengths / (self.average or 1.0))
        rows.weights *= (_K1 + 1) / (rows.weights + norms[rows.places])
        self.unknown: float = like.unknown if like else math.log(1 + (self.size + 0.5) / 0.5)
        # How rare each term is; `unknown` for one that is nowhere.
        self.rarity: Mapping[str, float] = (
            like.rarity
            if like
            else {
                term: math.log(1 + (self.size - count + 0.5) / (count + 0.5))
                for term, count in zip(rows.terms, rows.found.tolist(), strict=True)
            }
        )

    def scores(self, asked: Mapping[str, float]) -> Scores:
        """What each document scores for these terms."""
        return self._rows.summed(self._worth(asked))

    def mass(self, asked: Mapping[str, float]) -> float:
        """How much these terms weigh together, found or not."""
        return sum(self._worth(asked).values())

    def heard(self, asked: Mapping[str, float]) -> float:
        """Which share of that mass is of terms that any document has."""
        return sum(weight * self.rarity[term] for term, weight in asked.items() if term in self.rarity) / max(
            self.mass(asked), 1e-6
        )

    def covered(self, asked: Mapping[str, float]) -> Scores:
        """Which share of that mass each document has, from 0 to 1."""
        return self._rows.summed(self._worth(asked), only_whether=True) / np.float32(max(self.mass(asked), 1e-6))

    def _worth(self, asked: Mapping[str, float]) -> dict[str, float]:
        return {term: weight * self.rarity.get(term, self.unknown) for term, weight in asked.items()}


def by_words(document: Document) -> dict[str, float]:
    """The terms of a document, weighed by the field they stand in."""
    counted: dict[str, float] = defaultdict(float)
    for field, weight in _FIELDS:
        for term, count in terms(field(document)):
            counted[term] += weight * count
    return counted


def asked_words(question: str) -> dict[str, float]:
    """The terms of a question."""
    asked: dict[str, float] = defaultdict(float)
    for term, weight in terms(question):
        asked[term] = max(asked[term], weight)
    return asked


def grams(text: str) -> Counter[str]:
    """The pieces of three to five letters of each word that says something, counted."""
    return Counter(_grams(text))


def _grams(text: str) -> Iterator[str]:
    for word in words(text):
        if word in stop_words():
            continue
        edged = f" {word[:40]} "
        for length in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1):
            for place in range(len(edged) - length + 1):
                yield edged[place : place + length]


class Grams:
    """TF-IDF over pieces of words, by cosine: finds words that are spelled, inflected or compounded otherwise."""

    def __init__(self, texts: Iterable[str], like: "Grams | None" = None) -> None:
        rows = self._rows = _Rows(grams(text) for text in texts)
        self.size = rows.size
        self._national: _Rows = like._national if like else rows
        self._rarity: Scores = (
            like._rarity if like else (np.log((1 + self.size) / (1 + rows.found)) + 1).astype(np.float32)
        )
        rare = np.array([self._rare(gram) for gram in rows.terms], dtype=np.float32)
        np.log(rows.weights, out=rows.weights)
        rows.weights += 1
        rows.scale(rare)
        norms = np.sqrt(rows.total(2))
        rows.divide(np.where(norms > 0, norms, 1.0).astype(np.float32))

    def _rare(self, gram: str) -> float:
        """How rare a piece is; 0 for one that is nowhere."""
        number = self._national.terms.get(gram)
        return 0.0 if number is None else float(self._rarity[number])

    def _weighed(self, counts: Mapping[str, int]) -> dict[str, float]:
        weighed = {gram: (1 + math.log(count)) * rare for gram, count in counts.items() if (rare := self._rare(gram))}
        norm = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {gram: weight / norm for gram, weight in weighed.items()}

    def scores(self, asked: Mapping[str, int]) -> Scores:
        """The cosine of each text with a question, whose pieces `grams` counted."""
        return self._rows.summed(self._weighed(asked))
