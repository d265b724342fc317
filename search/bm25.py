"""Finding by words: BM25 over weighted fields (BM25F), and by pieces of words for what is spelled otherwise."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

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


class Postings:
    """Which documents have a term, and what it is worth there. A collection that is added to another is weighed
    by the statistics of the first, so that the scores can be compared."""

    def __init__(self, counted: Sequence[Mapping[str, float]], like: "Postings | None" = None) -> None:
        lengths = np.array([sum(counts.values()) for counts in counted], dtype=np.float32)
        self.size = len(counted)
        self.average: float = like.average if like else float(lengths.mean()) if self.size else 1.0
        found: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for place, counts in enumerate(counted):
            norm = _K1 * (1 - _B + _B * float(lengths[place]) / (self.average or 1.0))
            for term, count in counts.items():
                places, weights = found[term]
                places.append(place)
                weights.append(count * (_K1 + 1) / (count + norm))
        rare: Mapping[str, float] = like.rarity if like else {}
        most: float = like.unknown if like else math.log(1 + (self.size + 0.5) / 0.5)
        self.unknown: float = most  # the rarity of a term that is nowhere
        self.rarity: dict[str, float] = dict(rare) or {
            term: math.log(1 + (self.size - len(places) + 0.5) / (len(places) + 0.5))
            for term, (places, _) in found.items()
        }
        self._found = {
            term: (np.array(places, dtype=np.int32), np.array(weights, dtype=np.float32))
            for term, (places, weights) in found.items()
        }

    def scores(self, asked: Mapping[str, float]) -> Scores:
        """What each document scores for these terms."""
        total = np.zeros(self.size, dtype=np.float32)
        for term, weight in asked.items():
            if term in self._found:
                places, weights = self._found[term]
                total[places] += weight * self.rarity.get(term, self.unknown) * weights
        return total

    def mass(self, asked: Mapping[str, float]) -> float:
        """How much these terms weigh together, found or not."""
        return sum(weight * self.rarity.get(term, self.unknown) for term, weight in asked.items())

    def heard(self, asked: Mapping[str, float]) -> float:
        """Which share of that mass is of terms that any document has."""
        return sum(weight * self.rarity[term] for term, weight in asked.items() if term in self.rarity) / max(
            self.mass(asked), 1e-6
        )

    def covered(self, asked: Mapping[str, float]) -> Scores:
        """Which share of that mass each document has, from 0 to 1."""
        total = np.zeros(self.size, dtype=np.float32)
        for term, weight in asked.items():
            if term in self._found:
                total[self._found[term][0]] += weight * self.rarity.get(term, self.unknown)
        return total / max(self.mass(asked), 1e-6)


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


def grams(text: str) -> Iterable[str]:
    """The pieces of three to five letters of each word that says something."""
    for word in words(text):
        if word in stop_words():
            continue
        edged = f" {word[:40]} "
        for length in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1):
            for place in range(len(edged) - length + 1):
                yield edged[place : place + length]


class Grams:
    """TF-IDF over pieces of words, by cosine: finds words that are spelled, inflected or compounded otherwise."""

    def __init__(self, texts: Sequence[str], like: "Grams | None" = None) -> None:
        counted = [Counter(grams(text)) for text in texts]
        self.size = len(texts)
        seen = Counter(gram for counts in counted for gram in counts)
        self._rarity: Mapping[str, float] = (
            like._rarity
            if like
            else {gram: math.log((1 + self.size) / (1 + count)) + 1 for gram, count in seen.items()}
        )
        found: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for place, counts in enumerate(counted):
            weighed = self._weighed(counts)
            for gram, weight in weighed.items():
                found[gram][0].append(place)
                found[gram][1].append(weight)
        self._found = {
            gram: (np.array(places, dtype=np.int32), np.array(weights, dtype=np.float32))
            for gram, (places, weights) in found.items()
        }

    def _weighed(self, counts: Mapping[str, int]) -> dict[str, float]:
        weighed = {
            gram: (1 + math.log(count)) * self._rarity[gram] for gram, count in counts.items() if gram in self._rarity
        }
        norm = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {gram: weight / norm for gram, weight in weighed.items()}

    def scores(self, question: str) -> Scores:
        """The cosine of each text with the question."""
        total = np.zeros(self.size, dtype=np.float32)
        for gram, weight in self._weighed(Counter(grams(question))).items():
            if gram in self._found:
                places, weights = self._found[gram]
                total[places] += weight * weights
        return total
