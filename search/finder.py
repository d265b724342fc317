"""Ranks the documents of a collection for a question, by their words, their spelling and their meaning."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.bm25 import Grams, Postings, asked_words, by_words, grams
from search.documents import Document, pieces
from search.meaning import Key, Model, Vector, Vectors, key
from search.spelling import Spelling
from search.words import for_model, stop_words, tidy, words

Scores = NDArray[np.float32]

LONGEST = 500  # characters of a question that are read: the model takes quadratic time, and nobody asks longer

# What is known of a document and a question, in the order of the columns of `Finder.signals`.
SIGNALS = ("whole", "piece", "opening", "question", "alike", "words", "covered", "letters", "telling")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is compared: repaired, as terms, as pieces of words, and as a vector where there is a model."""

    text: str
    repaired: str
    terms: Mapping[str, float] = field(default_factory=dict)
    grams: Mapping[str, int] = field(default_factory=dict)
    vector: Vector | None = None


class Finder:
    """A collection. `like` is the collection that this one is added to: its statistics hold here as well, so
    nothing of it has to be copied and the scores can be compared."""

    def __init__(self, documents: Sequence[Document], like: "Finder | None" = None) -> None:
        self.documents = documents
        self.ids = [document.id for document in documents]
        self._questions = [(place, asked) for place, one in enumerate(documents) for asked in one.questions]
        self._read = [for_model(asked) for _, asked in self._questions]
        self._asked_of = np.array([place for place, _ in self._questions], dtype=np.int64)
        self._words: Postings = Postings(map(by_words, documents), like._words if like else None)
        self._letters: Grams = Grams(map(_everything, documents), like._letters if like else None)
        self._alike: Grams = Grams((asked for _, asked in self._questions), like._alike if like else None)
        self._spelling: Spelling = like._spelling if like else Spelling(map(_everything, documents))
        self._like = like
        self._meaning: _Meaning | None = None

    @property
    def understands(self) -> bool:
        """Whether it compares meanings too."""
        return self._meaning is not None

    def texts(self) -> Iterator[tuple[str, bool]]:
        """What needs a vector, and whether that is a question."""
        for document in self.documents:
            yield from ((piece, False) for piece in _cut(document))
        yield from ((asked, True) for asked in self._read)

    def names(self) -> Iterator[Key]:
        """By what the vectors of this collection are known."""
        return (key(text, question=question) for text, question in self.texts())

    def understand(self, model: Model | None, vectors: Vectors) -> bool:
        """Compares meanings from now on, unless a vector is missing that no model can make."""
        cut = [_cut(document) for document in self.documents]
        of_pieces = vectors.of((piece for one in cut for piece in one), model, question=False)
        asked = vectors.of(self._read, model, question=True)
        if of_pieces is None or asked is None:
            return False
        telling = self._like._meaning.telling if self._like and self._like._meaning else None
        self._meaning = _Meaning(of_pieces, [len(one) for one in cut], asked, self._asked_of, telling)
        return True

    def asked(self, question: str, model: Model | None) -> Asked:
        """Prepares a question; no more than LONGEST characters of it are read."""
        text = tidy(question[: 2 * LONGEST].replace("\x00", " "))[:LONGEST]
        repaired = self._spelling.repaired(text)
        read = for_model(repaired, among_questions=bool(self._questions))
        vector = model.query(read) if model and self.understands else None
        return Asked(text, repaired, asked_words(repaired), grams(repaired), vector)

    def known(self, asked: Asked) -> float:
        """The share of the words that say something which this collection or the Dutch language has."""
        said = [word for word in words(asked.repaired) if word not in stop_words()]
        return sum(self._spelling.knows(word) for word in said) / len(said) if said else 0.0

    def weight(self, term: str) -> float:
        """What a term is worth by its rarity in this collection."""
        return self._words.rarity.get(term, self._words.unknown)

    def heard(self, asked: Asked) -> float:
        """The share of the weight of the words that this collection has at all."""
        return self._words.heard(asked.terms)

    def signals(self, asked: Asked) -> Scores:
        """One row a document, one column a signal; the columns of meaning are zero without a model."""
        found = np.zeros((len(self.documents), len(SIGNALS)), dtype=np.float32)
        if asked.vector is not None and self._meaning:
            found[:, [0, 1, 2, 3, 8]] = self._meaning.compared(asked.vector)
        if self._questions:
            np.maximum.at(found[:, 4], self._asked_of, self._alike.scores(asked.grams))
        found[:, 5] = self._words.scores(asked.terms) / max(self._words.mass(asked.terms), 1e-6)
        found[:, 6] = self._words.covered(asked.terms)
        found[:, 7] = self._letters.scores(asked.grams)
        return found


class _Telling:
    """What of a meaning tells one subject from another. Ways to ask for the same differ in tone, length and person;
    in which directions they do, the sample questions show. Those directions count for less here (whitening by the
    spread within documents, as in a linear discriminant analysis)."""

    def __init__(self, of_pieces: Vector, asked: Vector, asked_of: NDArray[np.int64]) -> None:
        self._middle = {True: asked.mean(0), False: of_pieces.mean(0)}
        within = asked - _means(asked, asked_of, int(asked_of[-1]) + 1)[asked_of]
        spread = within.T @ within / len(asked)
        spread += np.eye(len(spread), dtype=np.float32) * max(float(np.trace(spread)) / len(spread), 1e-6)
        self._turn = np.linalg.cholesky(np.linalg.inv(spread)).astype(np.float32)

    def of(self, vectors: Vector, *, question: bool) -> Vector:
        """Vectors of length one, in which what tells subjects apart counts most."""
        return _unit((vectors - self._middle[question]) @ self._turn)


class _Meaning:
    """The vectors of a collection, which rows are of which document, and what in them is `telling`."""

    def __init__(
        self,
        of_pieces: Vector,
        counts: Sequence[int],
        asked: Vector,
        asked_of: NDArray[np.int64],
        telling: _Telling | None,
    ) -> None:
        self._pieces, self._asked, self._asked_of = of_pieces, asked, asked_of
        self._first = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        self._whole = _unit(np.add.reduceat(of_pieces, self._first, axis=0) if len(counts) else of_pieces)
        self.telling = telling or (_Telling(of_pieces, asked, asked_of) if len(asked) else None)
        if self.telling:
            # Without sample questions the pieces stand in for them.
            of_piece = np.repeat(np.arange(len(counts)), counts)
            alone = ~np.isin(of_piece, asked_of)
            told = [self.telling.of(asked, question=True), self.telling.of(of_pieces[alone], question=False)]
            of = np.concatenate([asked_of, of_piece[alone]])
            self._middles = _unit(_means(np.concatenate(told), of, len(counts)))

    def compared(self, vector: Vector) -> NDArray[np.float32]:
        """How near the whole, the best piece, the first piece and the best sample question of each lie; and, by what
        is telling, the middle of its sample questions."""
        near = self._pieces @ vector
        found = np.zeros((len(self._whole), 5), dtype=np.float32)
        found[:, 0] = self._whole @ vector
        found[:, 1] = np.maximum.reduceat(near, self._first)
        found[:, 2] = near[self._first]
        found[:, 3] = found[:, 1]  # without sample questions the best piece stands in for them
        if len(self._asked):
            best = np.full(len(self._whole), -1.0, dtype=np.float32)
            np.maximum.at(best, self._asked_of, self._asked @ vector)
            found[:, 3] = np.where(best > -1.0, best, found[:, 3])
        if self.telling:
            found[:, 4] = self._middles @ self.telling.of(vector[None, :], question=True)[0]
        return found


def _means(vectors: Vector, of: NDArray[np.int64], count: int) -> Vector:
    total = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(total, of, vectors)
    total /= np.maximum(np.bincount(of, minlength=count), 1)[:, None].astype(np.float32)
    return total


def _unit(vectors: Vector) -> Vector:
    unit: Vector = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return unit


def _cut(document: Document) -> list[str]:
    return list(pieces(document)) or [document.title or document.id]


def _everything(document: Document) -> str:
    return f"{document.title} {document.keywords} {' '.join(document.questions)} {document.text}"
