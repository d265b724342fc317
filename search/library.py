"""The knowledge base as it is asked: articles for all, those of one municipality, and the cards of what is not
answered. Says what it found and how sure that is.

It is built when it is first asked, on the thread that asks, so that starting costs nothing. Until the model is
there (`understand`), and where there is none, it goes by words and letters alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import RLock
from types import MappingProxyType

import numpy as np

from search import alarm, following, weighing
from search.articles import Article
from search.bm25 import asked_words
from search.documents import Document
from search.finder import LONGEST, Asked, Finder, Scores
from search.grouping import Alike, sharing
from search.meaning import Key, Model, Vectors
from search.scope import Card, bare
from search.themes import Theme
from search.words import for_model, tidy

SUGGESTED = 3  # how many possibilities are offered at most
_FOUND = 10
_RECOGNISED = 0.05  # what is left of the chance of an article when a pattern says that it is no question for us
_ALIKE_IN_MEANING, _ALIKE_IN_WORDS = 0.86, 0.6  # found on tests/vragen/gelijk.jsonl
_TELLING = 3.0  # how well a part must fit a new question about the same subject to be shown at once
# How sure another subject is when it has changed, how sure the one talked about is at most, and any other.
_LIKELY, _UNLIKELY, _ALONE = 0.6, 0.05, 0.25


class Outcome(StrEnum):
    """What becomes of a question."""

    ANSWER = "answer"  # the first article answers it
    SUGGEST = "suggest"  # one of the first articles may
    REFUSE = "refuse"  # a card says where to turn instead
    HANDOVER = "handover"  # nothing is known: a person has to look
    EMERGENCY = "emergency"  # somebody may be in danger


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. `sure`: the chance that it answers the question, from 0 to 1."""

    article: Article
    score: float
    sure: float


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, best first, and what to do with it. `section` is the part of the first article that a
    question about the same subject is after; `card` says why not, where it is refused."""

    outcome: Outcome
    hits: tuple[Hit, ...] = ()
    card: Card | None = None
    section: int | None = None

    @property
    def sure(self) -> float:
        """The chance that the first article answers the question."""
        return self.hits[0].sure if self.hits else 0.0


NOTHING = Found(Outcome.HANDOVER)


class Library:
    """The knowledge base. Safe to ask from one thread while another makes it understand."""

    def __init__(
        self,
        articles: Iterable[Article],
        cards: Iterable[Card] = (),
        known: Mapping[Key, bytes] = MappingProxyType({}),
        themes: Sequence[Theme] = (),
    ) -> None:
        self.articles = {article.id: article for article in articles}
        self._cards = {card.id: card for card in cards}
        self.themes = themes
        self._vectors = Vectors(known)
        self._model: Model | None = None
        self._lock = RLock()
        self._national: tuple[Finder, Finder] | None = None
        self._local: dict[int, tuple[dict[str, Article], Finder]] = {}

    def emergency(self, text: str) -> Card | None:
        """The card for somebody who may be in danger now: by its wording alone, so that nothing has to be
        stored or searched for first."""
        wording = bare(text)
        return next((card for card in self._cards.values() if card.nood and card.recognises(wording)), None)

    def ask(
        self, question: str, place: int | None = None, about: str | None = None, own: Sequence[Article] = ()
    ) -> Found:
        """What answers a question of somebody in a municipality (its id, and the articles of its `own`), who was
        last told about the article `about`. A question of any length and content is fine."""
        if place is not None and list(own) != list(self._local[place][0].values() if place in self._local else ()):
            self.local(place, own)
        question = following.meant(tidy(question[: 2 * LONGEST]))
        wording = bare(question)
        for card in sorted(self._cards.values(), key=lambda card: not card.nood):
            if card.recognises(wording):
                outcome = Outcome.EMERGENCY if card.nood else Outcome.REFUSE
                unlikely = (replace(hit, sure=hit.sure * _RECOGNISED) for hit in self._hits(question, place)[0])
                return Found(outcome, tuple(unlikely), card)
        hits, better = self._hits(following.named_by(question) if about else question, place)
        found = self._judged(hits, better)
        return self._gone_on(question, found, self._article(about, place)) if about else found

    def local(self, place: int, articles: Sequence[Article]) -> None:
        """The articles that one municipality adds, or has in place of those for all. Nothing is copied: they are
        weighed by the statistics of the whole."""
        with self._lock:
            self._local.pop(place, None)
            if articles:
                finder = Finder([document(article) for article in articles], like=self._finders()[0])
                finder.understand(self._model, self._vectors)
                self._local[place] = ({article.id: article for article in articles}, finder)

    def meanings(self, texts: Sequence[str]) -> list[bytes]:
        """What questions mean, to be kept with them; empty as long as there is no model. On the thread that asks."""
        model = self._model
        return [model.query(for_model(text)).astype(np.float16).tobytes() for text in texts] if model else []

    def alike(self, texts: Sequence[str], meanings: Sequence[bytes | None]) -> tuple[Alike, float]:
        """How alike each two of these questions are, and from where on they ask the same: by what they mean where
        that is known of all, and otherwise by their words."""
        known = [np.frombuffer(meaning, dtype=np.float16).astype(np.float32) for meaning in meanings if meaning]
        if len(known) == len(texts) > 0:
            vectors = np.array(known)
            return vectors @ vectors.T, _ALIKE_IN_MEANING
        return sharing([asked_words(text) for text in texts], self._finders()[0].weight), _ALIKE_IN_WORDS

    def understand(
        self, model: Model | None, known: Mapping[Key, bytes], stopped: Callable[[], bool]
    ) -> Mapping[Key, bytes]:
        """Compares meanings from now on; returns the vectors that had to be made for it, to be kept. Without a
        model nothing changes. `stopped` may end it early."""
        self._vectors.add(known)
        if model is None or self._model is not None:
            return {}
        finders = [*self._finders(), *(finder for _, finder in self._local.values())]
        for finder in finders:
            for piece, question in finder.texts():
                if stopped():
                    return self._vectors.fresh
                self._vectors.of([piece], model, question=question)
        with self._lock:
            for finder in finders:
                finder.understand(model, self._vectors)
            self._model = model
        return self._vectors.fresh

    @property
    def understands(self) -> bool:
        """Whether it goes by meaning too by now."""
        return self._model is not None

    def names(self) -> list[Key]:
        """By what the vectors of everything here are known."""
        return [name for finder in self._finders() for name in finder.names()]

    def unknown(self) -> list[Key]:
        """Which of those have to be made still."""
        return self._vectors.missing(self.names())

    @property
    def vectors(self) -> Vectors:
        """The vectors, to be written to a file."""
        return self._vectors

    def _finders(self) -> tuple[Finder, Finder]:
        with self._lock:
            if self._national is None:
                whole = Finder([document(article) for article in self.articles.values()])
                self._national = whole, Finder([card.document() for card in self._cards.values()], like=whole)
            return self._national

    def _article(self, name: str | None, place: int | None) -> Article | None:
        own = self._local[place][0] if place is not None and place in self._local else {}
        return own.get(name or "") or self.articles.get(name or "")

    def _hits(self, question: str, place: int | None) -> tuple[tuple[Hit, ...], Card | None]:
        """The articles, best first, and the card that fits better than the best of them, if any."""
        whole, cards = self._finders()
        asked = whole.asked(question, self._model)
        if not any(term.isalpha() for term in asked.terms) or not self.articles:
            return (), None
        fitted = weighing.weights()["artikelen" if asked.vector is not None else "artikelen-woorden"]
        articles, signals = self._candidates(asked, place)
        scored = weighing.scores(signals, fitted.signals)
        of_cards = cards.signals(asked)
        heard, known = whole.heard(asked), whole.known(asked)
        asking = of_cards[[not card.praat for card in self._cards.values()]]
        seen = weighing.features(signals, asking, fitted.signals, heard=heard, known=known, length=len(asked.terms))
        order = np.argsort(-scored, kind="stable")[:_FOUND]
        sure = weighing.chance(seen, fitted)
        shares = np.exp(scored[order] - scored[order[0]])
        hits = tuple(
            Hit(articles[place_], float(scored[place_]), sure * float(share))
            for place_, share in zip(order, shares, strict=True)
        )
        return hits, self._card(signals, of_cards, fitted.signals, asked)

    def _card(self, articles: Scores, of_cards: Scores, weighed: Sequence[float], asked: Asked) -> Card | None:
        """The card for danger when it is believed; otherwise the other card that fits better than every article."""
        cards = list(self._cards.values())
        danger = np.array([card.nood for card in cards], dtype=np.bool_)
        beyond = weighing.scores(of_cards, weighed)
        if danger.any() and not danger.all() and not alarm.of_a_rule(bare(asked.text)):
            fitted = alarm.alarms()["woorden" if asked.vector is None else "model"]
            if alarm.believed(alarm.features(articles, of_cards, danger, weighed), fitted):
                return cards[int(np.where(danger, beyond, -np.inf).argmax())]
        calm = np.where(danger, -np.inf, beyond)
        if not len(cards) or float(calm.max()) <= float(weighing.scores(articles, weighed).max()):
            return None
        return cards[int(calm.argmax())]

    def _candidates(self, asked: Asked, place: int | None) -> tuple[list[Article], Scores]:
        whole = self._finders()[0]
        articles, signals = list(self.articles.values()), whole.signals(asked)
        if place is None or place not in self._local:
            return articles, signals
        own, finder = self._local[place]
        kept = [row for row, article in enumerate(articles) if article.id not in own]
        return (
            [articles[row] for row in kept] + list(own.values()),
            np.concatenate([signals[kept], finder.signals(asked)]),
        )

    def _judged(self, hits: tuple[Hit, ...], card: Card | None) -> Found:
        if not hits:
            return NOTHING
        fitted = weighing.weights()["artikelen" if self._model else "artikelen-woorden"]
        sure = hits[0].sure
        if sure >= fitted.answer:
            return Found(Outcome.ANSWER, hits)
        if card:
            return Found(Outcome.EMERGENCY if card.nood else Outcome.REFUSE, hits, card)
        return Found(Outcome.SUGGEST if sure >= fitted.suggest else Outcome.HANDOVER, hits)

    def _gone_on(self, question: str, found: Found, about: Article | None) -> Found:
        if about is None:
            return found
        if found.outcome is Outcome.EMERGENCY:
            of_rule = following.about_a_rule(question)
            return self._of(about, found, following.section(question, about)) if of_rule else found
        first = found.hits[0] if found.hits else None
        if number := following.headed(question, about):
            return self._of(about, found, number)
        if not following.goes_on(question):
            same = found.outcome is Outcome.ANSWER and first and first.article.id == about.id
            return replace(found, section=following.section(question, about, _TELLING)) if same else found
        if number := following.named(question, about):
            return self._of(about, found, number)
        named = not following.names_nothing(question)
        if named and found.outcome is Outcome.ANSWER and first and first.article.id != about.id:
            return found  # it names another subject clearly enough
        if named and not following.general(question) and _another(found.hits, about):
            return found  # what it names fits another subject alone: that is offered, not an answer about this one
        if named and not following.points_back(question) and not following.speaks_of(question, about):
            return found  # it names something that was never the subject
        return self._of(about, found, following.section(question, about))

    def _of(self, about: Article, found: Found, section: int | None) -> Found:
        """An answer from the article that was talked about; what was `found` comes after it."""
        others = (hit for hit in found.hits if hit.article.id != about.id)
        return Found(Outcome.ANSWER, (Hit(about, 0.0, max(found.sure, 0.9)), *others), section=section)


def _another(hits: Sequence[Hit], about: Article) -> bool:
    """Whether one other article is likely, alone, and the one that was talked about is not likely at all."""
    here = next((hit.sure for hit in hits if hit.article.id == about.id), 0.0)
    first, *others = (hit.sure for hit in hits) if hits else (0.0,)
    return here < _UNLIKELY and first >= _LIKELY and all(other < _ALONE for other in others)


def document(article: Article) -> Document:
    """An article as something that can be found."""
    about = article.about
    text = "\n".join([about.kort, about.lokaal, *(f"{section.heading} {section.text}" for section in article.sections)])
    return Document(about.id, about.titel, text, " ".join(about.zoekwoorden), tuple(about.vragen))
