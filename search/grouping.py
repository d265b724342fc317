"""Putting questions together that ask the same, in other words: by how alike each two of them are."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Alike = NDArray[np.float32]


def groups(alike: Alike, least: float) -> list[list[int]]:
    """The places of what belongs together, the largest group first.

    `alike` says of each two how alike they are. Groups are joined for as long as what is in the one is on average
    at least `least` alike to what is in the other, the most alike first; so no chain of small steps leads from one
    subject to another. Of two that are equally alike the first is joined first.
    """
    between = np.array(alike, dtype=np.float64)
    np.fill_diagonal(between, -np.inf)
    found: list[list[int]] = [[place] for place in range(len(between))]
    left = np.ones(len(between))
    while len(between) > 1:
        one, other = divmod(int(between.argmax()), len(between))
        if between[one, other] < least:
            break
        sizes = left[one], left[other]
        joined = (between[one] * sizes[0] + between[other] * sizes[1]) / sum(sizes)
        between[one], between[:, one] = joined, joined
        between[one, one] = -np.inf
        between[other], between[:, other] = -np.inf, -np.inf
        left[one] += left[other]
        found[one] += found[other]
        found[other] = []
    return sorted((sorted(each) for each in found if each), key=lambda each: (-len(each), each))


def sharing(texts: Sequence[Mapping[str, float]], weight: Callable[[str], float]) -> Alike:
    """How alike texts are by their terms: which share of what the shorter of two says is in the other as well."""
    columns = {term: place for place, term in enumerate(sorted({term for terms in texts for term in terms}))}
    has = np.zeros((len(texts), len(columns)))
    for place, terms in enumerate(texts):
        for term in terms:
            has[place, columns[term]] = weight(term) ** 0.5
    common = has @ has.T
    whole = common.diagonal()
    return np.asarray(common / np.maximum(np.minimum.outer(whole, whole), 1e-6), dtype=np.float32)


def typical(alike: Alike, group: list[int]) -> int:
    """The place of the one in a group that is most alike to the others."""
    within = np.asarray(alike)[np.ix_(group, group)]
    return group[int(within.sum(axis=1).argmax())]
