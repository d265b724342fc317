"""Words that were mistyped, and what was meant."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from search.words import LONGEST_WORD, SHORTEST_PART, dutch_words, parts, plain, words

_SENTENCE_ENDS = re.compile(r"[.!?:]\s*$")
_LONG = 6  # letters; a shorter word with two errors may be anything
_UNLIKELY = 0.65  # a slip that is no unlikelier than this is undone for any Dutch word
_OURS = 0.5  # the least by which a word of the collection is likelier
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# The keys around each letter on a telephone; a row lies half a key to the right of the one above it.
_BESIDE = {
    letter: {
        other
        for row, keys in enumerate(_KEYS)
        for place, other in enumerate(keys)
        if other != letter and abs(row - at[0]) <= 1 and abs(place + row / 2 - at[1] - at[0] / 2) < 1.1
    }
    for letter in _LETTERS
    for at in [next((row, keys.index(letter)) for row, keys in enumerate(_KEYS) if letter in keys)]
}
# Letters that are taken for each other: by their place, or by their sound.
_NEAR = {
    letter: {
        *beside,
        *(other for pair in ("ck", "cs", "sz", "fv", "dt", "bp", "iy", "gh") if letter in pair for other in pair),
    }
    for letter, beside in _BESIDE.items()
}
# Two ways to write one sound that differ by more than a letter: “verwagting”, “feilig”, “vertrauwen”.
_ALIKE = (
    ("g", "ch"), ("ch", "g"), ("ei", "ij"), ("ij", "ei"), ("ou", "au"), ("au", "ou"), ("x", "ks"), ("ks", "x"),
    ("i", "ie"), ("ie", "i"),
)  # fmt: skip
# Small words that people type without the space beside them.
_SMALL = frozenset((
    "aan", "als", "bij", "dat", "de", "dit", "door", "een", "en", "er", "geen", "het", "hoe", "ik", "in", "is",
    "je", "me", "met", "mij", "mijn", "mn", "na", "naar", "niet", "of", "om", "onze", "op", "over", "te", "tot",
    "uit", "van", "voor", "waar", "wat", "we", "wel", "wie", "zijn",
))  # fmt: skip
_ENDINGS = frozenset(("de", "en", "er", "je", "te"))  # at the end of a word these are no words

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


def sound(word: str) -> str:
    """How a word sounds, roughly: what is spelled differently by mistake sounds alike."""
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    return word


class Spelling:
    """Repairs words that neither Dutch nor the collection knows: to a word that the collection uses where one is
    near, and else to a Dutch word that is one slip of the finger away."""

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
        shouted = text.isupper()

        def word(found: re.Match[str]) -> str:
            before = found.string[: found.start()]
            return self._word(found[0], named=not shouted and bool(before) and not _SENTENCE_ENDS.search(before))

        return re.sub(r"[^\W\d_]{4,}", word, text)

    def _word(self, written: str, *, named: bool) -> str:
        word = plain(written)
        if len(word) > LONGEST_WORD or word in self._counts or word in dutch_words():
            return written
        if parts(word):  # some two words make it up, as they do with many a typing error: only the very near counts
            return self._nearest(word, 1) or written
        named = named and written[0].isupper()  # a name, perhaps
        return (
            self._slipped(word, named=named)
            or (None if named else self._two(word))
            or (self._nearest(word, 2) if len(word) >= _LONG else None)
            or self._compound(word)
            or written
        )

    def _slipped(self, word: str, *, named: bool) -> str | None:
        """What one slip of a finger, or writing it as it sounds, made into this word. A word of the collection is
        likelier than another one; a name is not taken for another Dutch word."""
        slips = list(_slips(word))
        found = [(unlikely - self._familiar(other), other) for unlikely, other in slips if other in self._counts]
        if same := self._by_sound.get(sound(word)):
            found.append((-self._familiar(same), same))
        if not named and not (found and min(found)[0] < 0):  # no other word is likelier than that
            found += [slip for slip in slips if slip[0] <= _UNLIKELY and slip[1] in dutch_words()]
        return min(found)[1] if found else None

    def _familiar(self, word: str) -> float:
        """How much likelier a word of the collection is meant than another Dutch one."""
        return _OURS + 0.06 * math.log(1 + self._counts[word])

    def _nearest(self, word: str, most: int) -> str | None:
        if same := self._by_sound.get(sound(word)):
            return same
        best, best_cost = None, float(most) + 0.5
        for length in range(len(word) - most, len(word) + most + 1):
            candidates = self._by_length.get(length, [])
            distances = cdist([word], candidates, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
            for at in np.flatnonzero(distances <= most).tolist():
                candidate, distance = candidates[at], int(distances[at])
                cost = distance + 0.4 * (candidate[0] != word[0]) - 0.06 * math.log(1 + self._counts[candidate])
                if cost < best_cost:
                    best, best_cost = candidate, cost
        return best

    def _two(self, word: str) -> str | None:
        """Two words without the space between them, one of which is a small word: “vanuithuis”, “plekin”."""
        for place in range(2, len(word) - 1):
            head, tail = word[:place], word[place:]
            small = (head in _SMALL) + (tail in _SMALL - _ENDINGS)
            if small == 2 or (small and self._is_word(tail if head in _SMALL else head)):
                return f"{head} {tail}"
        return None

    def _is_word(self, word: str) -> bool:
        return len(word) >= SHORTEST_PART and (word in self._counts or word in dutch_words() or bool(parts(word)))

    def _compound(self, word: str) -> str | None:
        """A compound of which one part is right and the other mistyped; or two words written as one."""
        for place in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            head, tail = word[:place], word[place:]
            for link in ("", "s"):
                start = head[: len(head) - len(link)] if link else head
                if not head.endswith(link) or len(start) < SHORTEST_PART:
                    continue
                if start in self._counts and (end := self._nearest(tail, 1)):
                    return start + link + end
                if tail in self._counts and (begin := self._nearest(start, 1)):
                    return begin + link + tail
        return None


def _slips(word: str) -> Iterator[tuple[float, str]]:
    """Every word that one slip of a finger may have made into this one, and how unlikely that slip is, from 0."""
    for at, letter in enumerate(word):
        head, rest = word[:at], word[at + 1 :]
        first = 0.0 if at else 0.4  # people look at the first letter
        if rest:
            yield first, head + rest[0] + letter + rest[1:]  # two letters swapped
        double = letter in word[max(at - 1, 0) : at] + rest[:1]
        beside = any(other in _BESIDE.get(letter, ()) for other in word[max(at - 1, 0) : at] + rest[:1])
        yield first + (0.0 if double else 0.25 if beside else 0.75), head + rest  # a letter too many
        yield 0.0, head + letter + letter + rest  # a double letter written once
        for other in _LETTERS:
            yield first + (0.25 if other in _NEAR.get(letter, ()) else 0.75), head + other + rest  # another key
            yield first + 0.5, head + other + letter + rest  # a letter left out
    yield from ((0.5, word + other) for other in _LETTERS)
    for one, other in _ALIKE:
        for at in range(len(word) - len(one) + 1):
            if word.startswith(one, at):
                yield 0.25, word[:at] + other + word[at + len(one) :]
