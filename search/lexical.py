"""Finding an article by its words: BM25 over weighted fields, with the Dutch Snowball stemmer.

What it returns says how sure it is, so that a question which no article answers is not answered.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import Stemmer

from search.articles import Article

_WORD = re.compile(r"[^\W_]+")
_K1, _B = 1.2, 0.5
# How much a word counts by where it stands. Titles and search words are chosen by somebody who knew.
_TITLE, _WORDS, _QUESTIONS, _SHORT, _BODY = 3.0, 3.0, 2.0, 1.5, 1.0
MOST_CHARACTERS = 500
SURE, POSSIBLE = 0.6, 0.3

_STOP_WORDS = frozenset(
    [
        "de",
        "het",
        "een",
        "en",
        "of",
        "maar",
        "want",
        "dus",
        "als",
        "dan",
        "dat",
        "die",
        "dit",
        "deze",
        "er",
        "hier",
        "daar",
        "wie",
        "wat",
        "waar",
        "wanneer",
        "hoe",
        "waarom",
        "welke",
        "welk",
        "ik",
        "je",
        "jij",
        "u",
        "wij",
        "we",
        "hij",
        "zij",
        "ze",
        "mij",
        "me",
        "mijn",
        "jouw",
        "uw",
        "ons",
        "onze",
        "hun",
        "haar",
        "zijn",
        "ben",
        "bent",
        "is",
        "was",
        "waren",
        "wordt",
        "worden",
        "word",
        "werd",
        "heb",
        "hebt",
        "heeft",
        "hebben",
        "had",
        "kan",
        "kun",
        "kunt",
        "kunnen",
        "mag",
        "mogen",
        "moet",
        "moeten",
        "wil",
        "wilt",
        "willen",
        "zal",
        "zult",
        "zullen",
        "zou",
        "zouden",
        "ga",
        "gaat",
        "gaan",
        "doe",
        "doet",
        "doen",
        "krijg",
        "krijgt",
        "krijgen",
        "maak",
        "maakt",
        "maken",
        "in",
        "op",
        "te",
        "van",
        "voor",
        "met",
        "aan",
        "bij",
        "uit",
        "over",
        "om",
        "door",
        "naar",
        "tot",
        "onder",
        "tegen",
        "tussen",
        "ook",
        "nog",
        "al",
        "wel",
        "niet",
        "geen",
        "eigenlijk",
        "even",
        "graag",
        "iets",
        "iemand",
        "alles",
        "veel",
        "meer",
        "heel",
        "erg",
        "zo",
        "toch",
        "eens",
        "weer",
        "nou",
        "ja",
        "nee",
        "dag",
        "hallo",
        "hoi",
        "goedemorgen",
        "goedemiddag",
        "goedenavond",
        "alsjeblieft",
        "alstublieft",
        "bedankt",
        "vraag",
        "weten",
        "weet",
        "zeg",
        "zeggen",
        "eigen",
        "men",
        "zich",
        "zelf",
        "hoeveel",
        "ooit",
        "nu",
        "gewoon",
        "precies",
        "denk",
        "raadslid",
        "raad",
        "gemeente",
        "gemeenteraad",
        "raadsleden",
    ]
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that may answer, and how sure that is (0 to 1)."""

    article: Article
    sure: float


class Index:
    """A collection of articles, ready to be asked. It does not change once made."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = {article.id: article for article in articles}
        self._order = list(articles)
        self._stem = Stemmer.Stemmer("dutch").stemWord
        self._weights = [self._weighted(article) for article in articles]
        self._lengths = [sum(weights.values()) for weights in self._weights]
        self._average = sum(self._lengths) / max(1, len(self._lengths))
        frequency = Counter(word for weights in self._weights for word in weights)
        self._idf = {
            word: math.log(1 + (len(articles) - count + 0.5) / (count + 0.5)) for word, count in frequency.items()
        }
        self._unknown = math.log(1 + len(articles))

    def ask(self, question: str, most: int = 3) -> list[Hit]:
        """The articles that fit best, the best first. Only the first 500 characters are looked at."""
        words = list(dict.fromkeys(self._words(question[:MOST_CHARACTERS])))
        if not words:
            return []
        scores = sorted(((self._score(words, number), number) for number in range(len(self._order))), reverse=True)[
            : most + 1
        ]
        best = [(score, number) for score, number in scores if score > 0]
        return [Hit(self._order[number], self._sure(words, score, number, best)) for score, number in best[:most]]

    def _sure(self, words: Sequence[str], score: float, number: int, best: Sequence[tuple[float, int]]) -> float:
        # Two things make an answer trustworthy: the article knows the rare words of the question, and it
        # knows them clearly better than the next article does.
        wanted = sum(self._idf.get(word, self._unknown) for word in words)
        found = sum(self._idf[word] for word in words if word in self._weights[number])
        others = [other for other, which in best if which != number]
        margin = 1 - (max(others, default=0.0) / score) if score else 0.0
        return (found / wanted) * (0.7 + 0.3 * max(0.0, min(1.0, 2 * margin)))

    def _score(self, words: Iterable[str], number: int) -> float:
        weights, length = self._weights[number], self._lengths[number]
        norm = _K1 * (1 - _B + _B * length / self._average)
        return sum(
            self._idf[word] * weights[word] * (_K1 + 1) / (weights[word] + norm) for word in words if word in weights
        )

    def _weighted(self, article: Article) -> dict[str, float]:
        about = article.about
        fields = (
            (_TITLE, about.titel),
            (_WORDS, " ".join(about.zoekwoorden)),
            (_QUESTIONS, " ".join(about.vragen)),
            (_SHORT, about.kort),
            (_BODY, " ".join(f"{section.heading} {section.text}" for section in article.sections)),
        )
        weights: dict[str, float] = {}
        for weight, text in fields:
            for word in self._words(text):
                weights[word] = weights.get(word, 0.0) + weight
        return weights

    def _words(self, text: str) -> Iterable[str]:
        plain = unicodedata.normalize("NFKD", text.lower())
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
        for word in _WORD.findall(plain):
            if word not in _STOP_WORDS and len(word) > 1:
                yield self._stem(word)
