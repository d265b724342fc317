"""Any collection of documents, asked in the same way as the articles: to test the search on other people's text."""

from collections.abc import Sequence

import numpy as np

from search import weighing
from search.assessment import Question, Result
from search.documents import Document
from search.finder import SIGNALS, Finder
from search.library import Outcome
from search.meaning import Model, Vectors

_FOUND = 10


class Collection:
    """Documents without sample questions, keywords or cards."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._finder = Finder(documents)
        self._model: Model | None = None

    def understand(self, model: Model) -> None:
        """Compares meanings from now on; takes up to a second a document."""
        self._finder.understand(model, Vectors())
        self._model = model

    def result(self, question: Question) -> Result:
        """What comes of a question."""
        finder = self._finder
        asked = finder.asked(question.text, self._model)
        fitted = weighing.weights()["stukken" if self._model else "stukken-woorden"]
        signals, cards = finder.signals(asked), np.zeros((0, len(SIGNALS)), dtype=np.float32)
        scored = weighing.scores(signals, fitted.signals)
        heard, known = finder.heard(asked), finder.known(asked)
        seen = weighing.features(signals, cards, fitted.signals, heard=heard, known=known, length=len(asked.terms))
        sure = weighing.chance(seen, fitted) if asked.terms or asked.vector is not None else 0.0
        order = np.argsort(-scored, kind="stable")[:_FOUND]
        outcome = (
            Outcome.ANSWER if sure >= fitted.answer else Outcome.SUGGEST if sure >= fitted.suggest else Outcome.HANDOVER
        )
        ranked = tuple(finder.ids[place] for place in order)
        return Result(question, ranked, tuple(float(scored[place]) for place in order), sure, outcome)
