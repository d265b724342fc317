"""From signals to a ranking, and from a ranking to how sure it is. The numbers are data: `data/weging.json`,
fitted on questions whose answer is known by `python -m bench.weging`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from search.finder import SIGNALS

# The meaning of two Dutch texts is never less alike than this; what is above it counts, and counts more.
_LEAST_ALIKE, _STRETCH = 0.8, 12.0
FEATURES = (
    "chance", "lead", "score", "beyond", "question", "piece", "words", "covered", "letters", "alike",
    "heard", "known", "length", "ahead",
    "beyond whole", "beyond question", "beyond alike", "beyond covered", "beyond letters",
    "telling", "telling ahead", "beyond telling",
)  # fmt: skip
# From here on it says nothing more that the second document, or the best card, is yet further away.
_FAR, _FAR_BEYOND = 5.0, 7.0
# The signals in which the first document is compared with the cards one by one, by their columns.
_COMPARED = {"whole": 0, "question": 3, "alike": 4, "covered": 6, "letters": 7, "telling": 8}


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts, and what a ranking must look like to be right. `answer` and `suggest` are the
    chances from which it is answered, and from which it is offered as a possibility."""

    signals: tuple[float, ...]
    features: tuple[float, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    constant: float
    answer: float
    suggest: float


@cache
def weights() -> Mapping[str, Weights]:
    """By kind of collection ("artikelen" with sample questions and cards, "stukken" without) and whether there is
    a model ("artikelen-woorden" and "stukken-woorden" when not)."""
    read = TypeAdapter(dict[str, Weights]).validate_json
    return read((Path(__file__).parent / "data" / "weging.json").read_text(encoding="utf-8"))


def scaled(signals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Signals on scales of the same size."""
    found = signals.copy()
    meaning = found[:, :4]
    found[:, :4] = np.where(meaning > 0, (meaning - _LEAST_ALIKE) * _STRETCH, 0.0)
    found[:, 7] *= 2
    return found


def scores(signals: NDArray[np.float32], weighed: Sequence[float]) -> NDArray[np.float32]:
    """One score a document."""
    return scaled(signals) @ np.asarray(weighed, dtype=np.float32)


def features(
    signals: NDArray[np.float32],
    cards: NDArray[np.float32],
    weighed: Sequence[float],
    *,
    heard: float,
    known: float,
    length: int,
) -> NDArray[np.float64]:
    """What says whether the first of a ranking is the answer. `cards` are the signals of the scope cards, `length` is
    the number of terms of the question."""
    own, others = scaled(signals), scaled(cards)
    counting = np.asarray(weighed, dtype=np.float32)
    scored, beyond = own @ counting, others @ counting
    order = np.argsort(-scored, kind="stable")
    first = order[0]
    top = float(scored[first])
    rest = scored[order[1:6]]
    everything = np.concatenate([scored, beyond])
    shifted = np.exp(everything - everything.max())
    next_best = own[order[1:6], 3]
    values = {
        "chance": float(np.exp(top - everything.max()) / shifted.sum()),
        "lead": min(top - float(rest[0]) if len(rest) else top, _FAR),
        "score": top,
        "beyond": min(max(float(beyond.max()) - top, -_FAR_BEYOND), 10.0) if len(beyond) else -_FAR_BEYOND,
        "question": float(own[first, 3]),
        "piece": float(own[first, 1]),
        "words": float(own[first, 5]),
        "covered": float(own[first, 6]),
        "letters": float(own[first, 7]),
        "alike": float(own[first, 4]),
        "heard": heard,
        "known": known,
        "length": math.log1p(length),
        "ahead": float(own[first, 3] - next_best.mean()) if len(next_best) else 0.0,
        "telling": float(own[first, 8]),
        "telling ahead": _ahead(own[:, 8], first),
    }
    for name, column in _COMPARED.items():
        values[f"beyond {name}"] = float(others[:, column].max() - own[first, column]) if len(others) else 0.0
    return np.array([values[name] for name in FEATURES])


def _ahead(column: NDArray[np.float32], first: int) -> float:
    """How far the first document is before the best of the others, by one signal."""
    others = np.delete(column, first)
    return float(column[first] - others.max()) if len(others) else 0.0


def chance(found: NDArray[np.float64], fitted: Weights) -> float:
    """The chance, from 0 to 1, that the first is the answer."""
    standard = (found - np.asarray(fitted.mean)) / np.asarray(fitted.spread)
    logit = fitted.constant + float(standard @ np.asarray(fitted.features))
    return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


assert len(SIGNALS) == 9  # the columns that `scaled` and `features` name by number
