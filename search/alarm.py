"""Whether somebody may be in danger, where no pattern says so: how much a message is like what people in danger write,
beside everything else that is known. The numbers are data, `data/nood.json`, fitted by `python -m bench.nood`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from search import weighing

# The signals, by their columns, in which a card for danger says something by itself, and beside all else.
_BY_ITSELF = (3, 4, 7, 8)
_BESIDE = (0, 1, 3, 4, 5, 6, 7, 8)
# “kan hij me ontslaan?” is about a rule; “kan er iemand komen?” and “kunt u de politie bellen?” are cries for help.
_OF_A_RULE = re.compile(
    r"^((en|maar|ok|oke|dus) )*(kan|kunnen|mag|mogen|moet|moeten) (hij|zij|ze|dat|dit|ik|we|wij|(de|het|een|mijn) \w+) "
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What danger looks like. `believed` is the chance from which the card is shown: low, since who needs it and does
    not get it is worse off than who reads it for nothing."""

    features: tuple[float, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    constant: float
    believed: float


@cache
def alarms() -> Mapping[str, Alarm]:
    """With the model (“model”) and without it (“woorden”)."""
    read = TypeAdapter(dict[str, Alarm]).validate_json
    return read((Path(__file__).parent / "data" / "nood.json").read_text(encoding="utf-8"))


def features(
    articles: NDArray[np.float32],
    cards: NDArray[np.float32],
    danger: NDArray[np.bool_],
    weighed: Sequence[float],
) -> NDArray[np.float64]:
    """What says whether a message is an alarm, from the signals of all articles and all cards; `danger` marks the
    cards for danger. There must be one of both kinds of card at least, and an article."""
    own, calm, known = weighing.scaled(cards[danger]), weighing.scaled(cards[~danger]), weighing.scaled(articles)
    weights = np.asarray(weighed, dtype=np.float32)
    first, others = float((own @ weights).max()), float((calm @ weights).max())
    best, rest = own.max(0), np.concatenate([calm, known]).max(0)
    ahead = [first, first - others, first - max(others, float((known @ weights).max()))]
    return np.array([*ahead, *best[list(_BY_ITSELF)], *(best - rest)[list(_BESIDE)]], dtype=np.float64)


def of_a_rule(text: str) -> bool:
    """Whether a text that `scope.bare` made asks what somebody may or must."""
    return bool(_OF_A_RULE.match(text))


def believed(found: NDArray[np.float64], fitted: Alarm) -> bool:
    """Whether it is likely enough to be an alarm."""
    standard = (found - np.asarray(fitted.mean)) / np.asarray(fitted.spread)
    logit = fitted.constant + float(standard @ np.asarray(fitted.features))
    return bool(1 / (1 + np.exp(-np.clip(logit, -30.0, 30.0))) >= fitted.believed)
