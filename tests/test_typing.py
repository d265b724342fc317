"""How a question is typed (capitals, what closes it, quotation marks, spaces) does not change what comes of it."""

import json
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from bot.entry import KENNIS
from search import scope
from search.articles import load
from search.library import Library
from search.meaning import Model, Vector, load_model, shipped
from search.spelling import Spelling
from search.words import for_model, tidy
from tests.test_search import PRACTICE, QUESTIONS, UNDERSTANDS

WAYS: dict[str, Callable[[str], str]] = {
    "in lower case": str.lower,
    "with a capital": lambda text: text[:1].upper() + text[1:],
    "in capitals": str.upper,
    "without a question mark": lambda text: text.rstrip(" ?.!"),
    "with a question mark": lambda text: text.rstrip(" ?.!") + "?",
    "with a capital and question marks": lambda text: text[:1].upper() + text[1:].rstrip(" ?.!") + " ??",
    "with a full stop": lambda text: text.rstrip(" ?.!") + ".",
    "with an exclamation mark": lambda text: text.rstrip(" ?.!") + "!",
    "with double spaces": lambda text: "  " + text.replace(" ", "  "),
    "on two lines": lambda text: text.replace(" ", "\n", 1),
    "in curly quotation marks": lambda text: f"“{text}”",
    "in straight quotation marks": lambda text: f'"{text}"',
    "with curly apostrophes": lambda text: text.replace("'", "’"),
}


class Remembering:
    """The model; what it made is kept, since most ways of typing come to the same."""

    def __init__(self, model: Model) -> None:
        self._model, self._made = model, dict[str, Vector]()

    def query(self, texts: str) -> Vector:
        if texts not in self._made:
            self._made[texts] = self._model.query(texts)
        return self._made[texts]

    def passage(self, texts: str) -> Vector:
        return self._model.passage(texts)


@cache
def understanding() -> Library:
    """The shipped articles with a model that remembers."""
    model = load_model()
    assert model
    made = Library(load(KENNIS), scope.load(KENNIS / "grenzen.yaml"), shipped(KENNIS / "vectoren.bin"))
    made.understand(Remembering(model), {}, lambda: False)
    return made


def asked() -> Iterator[str]:
    for file in [*sorted(QUESTIONS.glob("*.jsonl")), *([PRACTICE] if PRACTICE.is_file() else [])]:
        yield from (json.loads(line)["vraag"] for line in file.read_text(encoding="utf-8").splitlines())


def differing(questions: list[str], of: Library, about: str | None = None) -> list[str]:
    """What comes to something else when it is typed in another way."""

    def came(text: str) -> tuple[object, ...]:
        found = of.ask(text, about=about)
        return found.outcome, [hit.article.id for hit in found.hits[:1]], found.card and found.card.id, found.section

    first = {text: came(text) for text in questions}
    return [f"{text} ({how})" for text in questions for how, way in WAYS.items() if came(way(text)) != first[text]]


@UNDERSTANDS
def test_a_question_comes_to_the_same_however_it_is_typed() -> None:
    questions = [*list(asked())[::60], "wanneer is de borrel", "wat is mijn BSN", "kan ik een WOB-verzoek doen"]
    assert differing(questions, understanding()) == []


@UNDERSTANDS
@pytest.mark.exhaustive
def test_no_question_of_the_sets_comes_to_something_else() -> None:
    assert differing(list(asked())[::5], understanding()) == []


@UNDERSTANDS
def test_a_question_that_goes_on_does_so_however_it_is_typed() -> None:
    said = ["en hoeveel is dat?", "wie beslist?", "nee, ik bedoel een amendement", "wanneer is de borrel?"]
    assert differing(said, understanding(), "scholing") == []


def test_tidying_takes_only_what_says_nothing() -> None:
    assert tidy(" Mag\u00a0een  “motie vreemd”\nvandaag ?! ") == "Mag een motie vreemd vandaag"
    assert tidy("’s avonds 1,5 uur. Mag dat?") == "'s avonds 1,5 uur. Mag dat"
    assert tidy("cafe\u0301") == "café"
    assert tidy("?!") == tidy("") == ""


def test_beside_prose_a_question_is_read_as_one_sentence() -> None:
    for text in ("waar is Lelystad", "Waar is Lelystad?", " “Waar  is Lelystad”!"):
        assert for_model(text, among_questions=False) == "Waar is Lelystad?"
        assert for_model(text) == "waar is lelystad"


def test_a_capital_marks_a_name_only_within_a_sentence() -> None:
    known = Spelling(["motie", "indienen"])
    mistyped = known.repaired("vreis")
    assert mistyped != "vreis"
    for text in ("Hoi. Vreis", "Vreis", "HOE VREIS"):
        assert known.repaired(text).lower().endswith(mistyped), text
    assert known.repaired("de motie van Vreis") == "de motie van Vreis"


@UNDERSTANDS
def test_a_sample_question_of_the_griffie_is_read_as_it_is_asked() -> None:
    whole = understanding()
    own = whole.articles["motie"]
    about = own.about.model_copy(
        update={"id": "lokaal-1", "titel": "De stalling", "kort": "Achter het stadhuis.",
                "vragen": ["Waar zet ik mijn fiets?"], "zoekwoorden": []}
    )  # fmt: skip
    article = type(own)(about, ())
    ways = [whole.ask(text, 7, None, [article]) for text in ("waar zet ik mijn fiets", "Waar zet ik mijn fiets?")]
    whole.local(7, [])
    assert ways[0] == ways[1]
    assert ways[0].hits[0].article is article
