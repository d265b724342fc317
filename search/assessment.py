"""How well questions are answered, where it is known what should have come: the figures of docs/metingen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from search.library import Outcome

_BINS = 10
_DEEPEST = 10  # a place further down counts as not found


@dataclass(frozen=True, slots=True)
class Question:
    """A question of which the answer is known: the documents that are right, none where it must not be answered."""

    id: str
    text: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a question: the documents found, best first, and the chance that the first is right."""

    question: Question
    ranked: tuple[str, ...]
    scores: tuple[float, ...]
    sure: float
    outcome: Outcome

    @property
    def place(self) -> int | None:
        """At which place the first right document stands, from 1; None when it does not."""
        return next((at for at, name in enumerate(self.ranked, 1) if name in self.question.right), None)

    @property
    def correct(self) -> bool:
        """Whether the first document is a right one."""
        return self.place == 1


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a file of questions. Shares are from 0 to 1; None where there was nothing to share."""

    asked: int
    outside: int
    within: dict[int, float]  # R@1, R@3, R@5
    reciprocal: float | None  # MRR@10
    answered: float | None
    right: float | None
    outside_answered: float | None
    error: float  # the calibration error (ECE)
    confused: list[tuple[str, str, int]]  # meant, found, how often


def figures(results: Sequence[Result]) -> Figures:
    """All of them together."""
    inside = [one for one in results if one.question.right]
    outside = [one for one in results if not one.question.right]
    answered = [one for one in inside if one.outcome is Outcome.ANSWER]
    confused = Counter((min(one.question.right), one.ranked[0]) for one in inside if one.ranked and not one.correct)
    return Figures(
        asked=len(inside),
        outside=len(outside),
        within={
            most: _share(sum((one.place or _DEEPEST + 1) <= most for one in inside), len(inside)) or 0.0
            for most in (1, 3, 5)
        },
        reciprocal=_share(sum(1 / one.place for one in inside if one.place and one.place <= _DEEPEST), len(inside)),
        answered=_share(len(answered), len(inside)),
        right=_share(sum(one.correct for one in answered), len(answered)),
        outside_answered=_share(sum(one.outcome is Outcome.ANSWER for one in outside), len(outside)),
        error=calibration_error([(one.sure, one.correct) for one in results]),
        confused=[(*pair, count) for pair, count in confused.most_common()],
    )


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """How far, on average, a chance is from how often it came true (ECE, ten bins)."""
    return sum(abs(chance - came) * count for chance, came, count in reliability(judged)) / max(len(judged), 1)


def reliability(judged: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """By tenth: the mean chance, how often it came true, and how many there were."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for chance, came in judged:
        bins[min(int(chance * _BINS), _BINS - 1)].append((chance, came))
    return [
        (sum(chance for chance, _ in one) / len(one), sum(came for _, came in one) / len(one), len(one))
        for one in bins
        if one
    ]


def _share(count: float, of: int) -> float | None:
    return count / of if of else None
