"""Fits the weights of the search on questions whose answer is known, and writes search/data/weging.json.

    python -m bench.weging VRAGEN.jsonl... [--licht VRAGEN.jsonl...] --elders VRAGEN.jsonl --stukken STUKKEN.jsonl

VRAGEN are questions about the articles, with among them some that must not be answered; those of --licht count for
less. The sample questions of articles and cards are asked as well, each in a knowledge base that lacks it, and once
more with typing errors. The questions of --elders belong to the collection of --stukken, whose own weights are fitted
on them. All figures that it prints are of questions that were left out when fitting.
"""

import argparse
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.mistyping import mistyped
from bot.entry import KENNIS
from search import articles, scope, weighing
from search.assessment import Question, calibration_error
from search.documents import Document
from search.finder import SIGNALS, Finder
from search.library import document
from search.meaning import Model, Vectors, load_model, shipped
from search.questionfile import read_documents, read_questions

Array = NDArray[np.float64]
FOLDS = 5
_RIGHT, _OUTSIDE = 0.95, 0.03  # the threshold: this share right, and at most this share from elsewhere answered
_ENOUGH, _SUREST = 0.82, 90  # the share to be answered, with some room; and a threshold (percent) to stop at
_OTHERWISE, _SUGGEST = 0.8, 0.15  # the threshold where none is good enough; and that of “Bedoelt u …?”
# How much a question counts in how sure an answer is. What people really ask counts most; sample questions are many.
_LIGHT, _SAMPLE, _CARD = 0.3, 0.2, 0.5
_OUTSIDE_COLLECTION = 0.05
_MISSING = 0.25  # of its own weight: the question asked once more without its document, when nothing is right


class Kept:
    """A model that remembers what it made, since every fold asks the same."""

    def __init__(self, model: Model | None) -> None:
        assert model, "the model is needed to fit the weights"
        self.model, self.vectors = model, Vectors(shipped(KENNIS / "vectoren.bin"))

    def query(self, texts: str) -> NDArray[np.float32]:
        made = self.vectors.of([texts], self.model, question=True)
        assert made is not None
        row: NDArray[np.float32] = made[0]
        return row

    def passage(self, texts: str) -> NDArray[np.float32]:
        return self.model.passage(texts)


@dataclass(frozen=True)
class Seen:
    """A question with everything the search knows of it."""

    question: Question
    counts: float  # nothing: it says how to rank, not how sure that is
    sample: bool
    signals: NDArray[np.float32]
    beyond: NDArray[np.float32]
    heard: float
    known: float
    length: int
    missing: bool = False  # whether its right document is left out


def ranker(seen: list[Seen], ids: list[str], ridge: float = 0.3, rounds: int = 400) -> Array:
    """Weights, none below zero, by which the right document wins most often (a conditional logit, by Adam)."""
    stacked = np.stack([weighing.scaled(one.signals) for one in seen]).astype(np.float64)
    right = np.array([ids.index(min(one.question.right)) for one in seen])
    count, rows = len(seen), np.arange(len(seen))
    found = np.full(stacked.shape[2], 5.0)
    first, second = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, rounds + 1):
        scored = stacked @ found
        shares = np.exp(scored - scored.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        slope = (np.einsum("ij,ijk->k", shares, stacked) - stacked[rows, right].sum(0)) / count + ridge / count * found
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope * slope
        move = first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
        found = np.maximum(found - 0.99**step * move, 0)
    return found


def logistic(found: Array, came: Array, counts: Array, ridge: float = 1.0) -> tuple[Array, Array, Array]:
    """Mean, spread and weights (the constant last) of a logistic regression, by Newton's method."""
    mean = found.mean(0)
    spread = np.where(found.std(0) < 1e-4, 1.0, found.std(0))  # a signal that is always the same says nothing
    rows = np.hstack([(found - mean) / spread, np.ones((len(found), 1))])
    fitted = np.zeros(rows.shape[1])
    penalty = np.eye(len(fitted)) * ridge
    penalty[-1, -1] = 0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-rows @ fitted))
        slope = rows.T @ (counts * (chance - came)) + penalty @ fitted
        bend = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + penalty
        fitted = fitted - np.linalg.solve(bend, slope)
    return mean, spread, fitted


def look(
    finder: Finder,
    cards: Finder | None,
    questions: list[tuple[Question, float]],
    model: Model | None,
    *,
    sample: bool = False,
) -> list[Seen]:
    """Asks every question."""
    seen = []
    for question, counts in questions:
        asked = finder.asked(question.text, model)
        beyond = cards.signals(asked) if cards else np.zeros((0, len(SIGNALS)), dtype=np.float32)
        heard, known = finder.heard(asked), finder.known(asked)
        seen.append(Seen(question, counts, sample, finder.signals(asked), beyond, heard, known, len(asked.terms)))
    return seen


def samples(documents: list[Document], cards: list[Document], model: Kept | None) -> list[Seen]:
    """The sample questions of articles and cards, each asked where it was left out, and in part mistyped."""
    seen: list[Seen] = []
    chance = random.Random(3)
    for out in range(FOLDS):
        finder = _finder([_without(one, out) for one in documents], model)
        beyond = _finder([_without(one, out) for one in cards], model, finder)
        questions = []
        for one in documents:
            for number, text in enumerate(one.questions[out::FOLDS]):
                right = frozenset([one.id])
                questions.append((Question("", text, right), _SAMPLE))
                if number % 2 == 0:
                    questions.append((Question("", mistyped(text, chance), right), 0.0))
        questions += [(Question("", text, frozenset()), _CARD) for one in cards for text in one.questions[out::FOLDS]]
        seen += look(finder, beyond, questions, model, sample=True)
    return seen


def _without(document: Document, out: int) -> Document:
    kept = tuple(text for number, text in enumerate(document.questions) if number % FOLDS != out)
    return replace(document, questions=kept)


def judged(seen: list[Seen], ids: list[str], weights: Array) -> tuple[Array, Array, list[int | None]]:
    """The features of each, whether its first document was right, and the place of the right one."""
    rows, came, places = [], [], list[int | None]()
    for one in seen:
        there = [row for row, name in enumerate(ids) if not (one.missing and name in one.question.right)]
        signals = one.signals[there]
        rows.append(
            weighing.features(
                signals, one.beyond, weights.tolist(), heard=one.heard, known=one.known, length=one.length
            )
        )
        ranked = np.argsort(-weighing.scores(signals, weights.tolist()), kind="stable")
        order = [ids[there[place]] for place in ranked]
        came.append(float(order[0] in one.question.right))
        places.append(min((order.index(name) + 1 for name in one.question.right if name in order), default=None))
    return np.array(rows), np.array(came), places


def sure(rows: Array, came: Array, seen: list[Seen]) -> tuple[Array, Array, Array]:
    """Mean, spread and weights of how sure a ranking is: from everything, then set right (Platt) for what people
    really ask, since among that hardly any article is missing."""
    counts = np.array([one.counts for one in seen])
    mean, spread, fitted = logistic(rows, came, counts)
    real = np.array([not one.sample and not one.missing for one in seen])
    logits = (rows[real] - mean) / spread @ fitted[:-1] + fitted[-1]
    middle, width, (slope, constant) = logistic(logits[:, None], came[real], counts[real], ridge=0.01)
    steep = slope / width[0]
    return mean, spread, np.append(fitted[:-1] * steep, (fitted[-1] - middle[0]) * steep + constant)


def fit(name: str, seen: list[Seen], ids: list[str]) -> dict[str, Any]:
    """Fits one set of weights, after printing what it does on questions that it has not seen. Sample questions are
    always among what is fitted on, and never among what is printed."""
    fold = np.random.RandomState(0).permutation(len(seen)) % FOLDS
    fold[[one.sample for one in seen]] = FOLDS
    alone = [place for place, one in enumerate(seen) if one.question.right]
    everything = seen + [replace(seen[place], missing=True, counts=seen[place].counts * _MISSING) for place in alone]
    fold = np.concatenate([fold, fold[alone]])
    chances, came = np.zeros(len(everything)), np.zeros(len(everything))
    places = list[int | None]([None] * len(everything))
    for out in range(FOLDS):
        kept = [one for one, at in zip(seen, fold[: len(seen)], strict=True) if at != out and one.question.right]
        rows, right, where = judged(everything, ids, ranker(kept, ids))
        left = fold == out
        mean, spread, fitted = sure(rows[~left], right[~left], [everything[at] for at in np.flatnonzero(~left)])
        chances[left] = 1 / (1 + np.exp(-((rows[left] - mean) / spread @ fitted[:-1] + fitted[-1])))
        came[left] = right[left]
        for at in np.flatnonzero(left):
            places[at] = where[at]
    whole = np.array([one.counts == 1 for one in seen])
    inside = np.array([bool(one.question.right) for one in seen])
    missing = np.array([whole[at] for at in alone])
    asked = Judged(chances[: len(seen)][whole], came[: len(seen)][whole], inside[whole])
    asked.report(name, [places[at] for at in np.flatnonzero(whole)], chances[len(seen) :][missing])
    weights = ranker([one for one in seen if one.question.right], ids)
    mean, spread, fitted = sure(*judged(everything, ids, weights)[:2], everything)
    return {
        "signals": _rounded(weights),
        "features": _rounded(fitted[:-1]),
        "mean": _rounded(mean),
        "spread": _rounded(spread),
        "constant": round(float(fitted[-1]), 4),
        "answer": asked.threshold(),
        "suggest": _SUGGEST,
    }


@dataclass(frozen=True)
class Judged:
    """Questions that were left out when fitting: the chance that was given, whether it came true, and whether there
    was a right document at all."""

    chances: Array
    came: Array
    inside: NDArray[np.bool_]

    def threshold(self) -> float:
        """The chance from which enough answers are right, and few of those that must not be answered are. A wrong
        answer costs more than none, so the strictest that answers enough; the mildest where none does."""
        fine = [step / 100 for step in range(50, _SUREST) if self._fine(step / 100)]
        enough = [at for at in fine if (self.chances[self.inside] >= at).mean() >= _ENOUGH]
        return max(enough) if enough else min(fine, default=_OTHERWISE)

    def _fine(self, at: float) -> bool:
        over = self.chances >= at
        outside = (over & ~self.inside).sum() <= _OUTSIDE * max((~self.inside).sum(), 1)
        return bool(outside and self.came[over & self.inside].mean() >= _RIGHT)

    def report(self, name: str, places: list[int | None], missing: Array) -> None:
        """What came of them; `missing` are the chances where the right document was left out."""
        found = [place or 1000 for place, one in zip(places, self.inside, strict=True) if one]
        within = "/".join(f"{sum(place <= most for place in found) / len(found):.3f}" for most in (1, 3, 5))
        mrr = sum(1 / place for place in found if place <= 10) / len(found)
        error = calibration_error(
            [(float(one), bool(right)) for one, right in zip(self.chances, self.came, strict=True)]
        )
        print(f"{name}: R@1/3/5 {within}, MRR@10 {mrr:.3f}, ECE {error:.3f}, answers from {self.threshold()}")
        for at in sorted({0.5, 0.6, 0.7, 0.8, 0.9, self.threshold()}):
            over = self.chances >= at
            outside = f"{over[~self.inside].mean():.3f}" if (~self.inside).any() else "–"
            print(
                f"  from {at}: answered {over[self.inside].mean():.3f}, right "
                f"{self.came[over & self.inside].mean():.3f}, from outside {outside}, "
                f"article missing {(missing >= at).mean():.3f}"
            )


def _rounded(found: Array) -> list[float]:
    return [round(float(one), 4) for one in found]


def main() -> None:
    """Fits everything and writes it."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("vragen", nargs="+", type=Path)
    arguments.add_argument("--licht", nargs="*", type=Path, default=[])
    arguments.add_argument("--elders", type=Path, required=True)
    arguments.add_argument("--stukken", type=Path, required=True)
    given = arguments.parse_args()
    model = Kept(load_model())
    documents = [document(article) for article in articles.load(KENNIS)]
    cards = scope.load(KENNIS / "grenzen.yaml")
    of_cards = [card.document() for card in cards if not card.praat]
    patterned = [(one, 1.0) for file in given.vragen for one in read_questions(file)]
    patterned += [(one, _LIGHT) for file in given.licht for one in read_questions(file)]
    own = [one for one in patterned if not any(card.recognises(scope.bare(one[0].text)) for card in cards)]
    collection = list(read_documents(given.stukken))
    elsewhere = [(one, 1.0) for one in read_questions(given.elders)]
    elsewhere += [(Question(one.id, one.text, frozenset()), _OUTSIDE_COLLECTION) for one, _ in patterned]
    written: dict[str, Any] = {}
    for name, chosen in (("artikelen", model), ("artikelen-woorden", None)):
        finder = _finder(documents, chosen)
        asked = look(finder, _finder(of_cards, chosen, finder), own, chosen)
        written[name] = fit(name, asked + samples(documents, of_cards, chosen), finder.ids)
    for name, chosen in (("stukken", model), ("stukken-woorden", None)):
        finder = _finder(collection, chosen)
        written[name] = fit(name, look(finder, None, elsewhere, chosen), finder.ids)
    file = Path(weighing.__file__).parent / "data" / "weging.json"
    file.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(f"written to {file}")


def _finder(documents: list[Document], model: Kept | None, like: Finder | None = None) -> Finder:
    finder = Finder(documents, like)
    if model:
        finder.understand(model, model.vectors)
    return finder


if __name__ == "__main__":
    main()
