"""How easy a Dutch text is to read: Flesch-Douma, the length of sentences, and words with a plainer alternative.

Flesch-Douma (W.H. Douma, De leesbaarheid van landbouwbladen, 1960) is 206,84 − 0,93 × words a sentence − 77 ×
syllables a word. From about 60 a text is standard, from 70 fairly easy, from 80 easy.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# A sentence ends before a capital, a quotation or a digit, so that “artikel 33 lid 1” and “€ 1.250,00” stay whole.
_SENTENCE = re.compile(r"(?<=[.!?:])[\s*_”’)]+(?=[A-ZÀ-Þ“‘(€\d])|\n+")
_WORD = re.compile(r"[^\W_]+(?:[.,'’/&-][^\W_]+)*%?")
_VOWELS = re.compile(
    r"aai|ooi|oei|eeu|ieu|eau|aa|ee|ie(?!ë)|oo|uu|oe|eu|ui|ij|ei|ou|au|(?<!q)[uùúû]|[aáàâäeéèêëiíìîïoóòôöüyý]"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted in a text. `longest` is the longest sentence, in words."""

    sentences: int
    words: int
    syllables: int
    longest: int

    @property
    def mean(self) -> float:
        """Words a sentence."""
        return self.words / max(self.sentences, 1)

    @property
    def score(self) -> float:
        """Flesch-Douma."""
        return 206.84 - 0.93 * self.mean - 77 * self.syllables / max(self.words, 1)


def measure(text: str) -> Measure:
    """Counts a text; each line of a list is a sentence."""
    sentences = [words for one in _SENTENCE.split(text) if (words := _WORD.findall(one))]
    every = [word for words in sentences for word in words]
    longest = max(map(len, sentences), default=0)
    return Measure(len(sentences), len(every), sum(map(syllables, every)), longest)


def syllables(word: str) -> int:
    """How many syllables a Dutch word has, by its vowels. A number counts as one."""
    return max(1, len(_VOWELS.findall(word.lower())))


def difficult(text: str, plainer: Mapping[str, str]) -> list[tuple[str, str]]:
    """The words in a text for which there is a plainer one, each with that one, in the order of the text."""
    low = text.lower()
    found = ((re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low), word) for word in plainer)
    places = sorted((match.start(), word) for match, word in found if match)
    return [(word, plainer[word]) for _, word in places]
