"""A form is a dataclass whose fields are questions.

The open question is the first that applies and has no answer yet; nothing else remembers where somebody
is. Answers are stored as understood (“morgen” becomes a date), as JSON, in the order in which they were given.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from domain import answers, dutch
from domain.choosing import words
from domain.markup import escape
from domain.messages import Choice, Refusal
from domain.typed import simple

T = TypeVar("T")
_MOST_WORDS = 8  # who says more is telling something else than what to answer anew
_FORMER = "former:"  # before the name of a question that is asked again: what it was answered before


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as somebody typed it; `at` (UTC) and `zone` give “morgen” its meaning."""

    text: str
    at: datetime
    zone: ZoneInfo
    options: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    `reads` understands an answer or raises Refusal; `show` writes the understood answer for the summary
    (None: as it is, a day or a moment as people write it);
    `skip` is the label of the choice to leave it open (the answer is then None). With `options` the
    choices are given when the form is opened, and the answer is one of them. `numeric`: a number is
    itself an answer, so the choices are not numbered. `applies` looks at the answers so far. `contact`: an
    e-mail address, a telephone number or an address may be part of the answer.
    """

    ask: str
    label: str
    reads: Callable[[Said], Any]
    show: Callable[[Any], str] | None = None
    choices: tuple[Choice, ...] = ()
    skip: str | None = None
    options: bool = False
    numeric: bool = False
    applies: Callable[[Mapping[str, Any]], bool] = lambda answers: True
    contact: bool = False


def question(
    ask: str,
    label: str,
    reads: Callable[[Said], Any],
    *,
    show: Callable[[Any], str] | None = None,
    choices: tuple[Choice, ...] = (),
    skip: str | None = None,
    numeric: bool = False,
    applies: Callable[[Mapping[str, Any]], bool] = lambda answers: True,
    contact: bool = False,
) -> Any:
    """A field of a form that is asked."""
    asked = Question(ask, label, reads, show, choices, skip, False, numeric, applies, contact)
    return dataclasses.field(metadata={"question": asked})


def option(said: Said) -> str:
    """The one of the options that is meant. Raises Refusal."""
    return said.options[answers.one_of(said.text, said.options)]


def choice_of(
    ask: str,
    label: str,
    reads: Callable[[Said], str] = option,
    *,
    show: Callable[[Any], str] | None = None,
    applies: Callable[[Mapping[str, Any]], bool] = lambda answers: True,
) -> Any:
    """A field whose answer is one of the options that are given when the form is opened."""
    asked = Question(ask, label, reads, show, options=True, applies=applies)
    return dataclasses.field(metadata={"question": asked})


def questions(form: type[Any]) -> dict[str, Question]:
    """The questions of a form by field name, in order. Fields without one are given when it is opened."""
    return {
        field.name: field.metadata["question"] for field in dataclasses.fields(form) if "question" in field.metadata
    }


def current(form: type[Any], given: Mapping[str, Any]) -> str | None:
    """The name of the open question; None when everything that applies has been answered."""
    return next((name for name, asked in questions(form).items() if name not in given and asked.applies(given)), None)


def read(form: type[Any], name: str, said: Said) -> Any:
    """What `said` means as an answer to question `name`, ready to store. Raises Refusal."""
    asked = questions(form)[name]
    if asked.skip and answers.leaves_open(said.text, asked.skip):
        return None
    if asked.skip and answers.only_yes(said.text):
        raise Refusal(f"Typ dan zelf het antwoord, of kies: {asked.skip}.")
    return _reads_json(form, name).dump_python(asked.reads(said), mode="json")


# By which other words people name what they want to answer anew, beside its label.
_ALSO = {
    "kosten": "prijs bedrag geld euro euros",
    "wanneer": "datum dag tijd tijdstip moment begindatum uur",
    "nieuw moment": "datum dag tijd tijdstip uur wanneer",
    "waar": "plaats locatie zaal plek",
    "nieuwe plaats": "locatie zaal plek waar",
    "aanbieder": "organisatie bureau aanbieders docent opleider",
    "training": "cursus opleiding titel naam",
    "waarom": "reden motivatie toelichting",
    "voor wie": "ontvanger ontvangers groep wie aan",
    "bericht": "tekst inhoud",
    "wie": "gremium raad commissie",
    "onderwerp": "onderwerpen titel agenda",
    "besloten": "openbaar geheim",
    "reden": "waarom toelichting",
}


def named(said: str, labels: Sequence[str]) -> int | None:
    """The index of the label that somebody names to answer it anew, also by another word for it: “de prijs klopt
    niet” is the costs. None when that is not clear."""
    try:
        return answers.one_of(said, labels)
    except (Refusal, ValueError):
        typed = set(words(simple(said)))
    by_label = [at for at, label in enumerate(labels) if label in typed]
    found = by_label or [at for at, label in enumerate(labels) if typed & set(_ALSO.get(label, "").split())]
    return found[0] if len(found) == 1 and len(typed) <= _MOST_WORDS else None


def build(form: type[T], given: Mapping[str, Any]) -> T:
    """The completed form. Questions that do not apply are None."""
    values = {}
    for field in dataclasses.fields(form):  # type: ignore[arg-type]  # T is always a dataclass
        asked = field.metadata.get("question")
        applies = asked is None or asked.applies(given)
        stored = given.get(field.name) if applies else None
        values[field.name] = None if stored is None else _reads_json(form, field.name).validate_python(stored)
    return form(**values)


def summary(form: type[Any], given: Mapping[str, Any], zone: ZoneInfo, today: date) -> list[tuple[str, str]]:
    """Label and answer of each question that applies, as shown (answers escaped) in `zone` on the day `today`."""
    filled = build(form, given)
    return [
        (asked.label, _shown(asked, getattr(filled, name), zone, today))
        for name, asked in questions(form).items()
        if asked.applies(given)
    ]


def _shown(asked: Question, value: Any, zone: ZoneInfo, today: date) -> str:
    if value is None:
        return asked.skip.lower() if asked.skip else "–"
    if asked.show:
        return asked.show(value)
    if isinstance(value, datetime):
        return dutch.moment_text(value, zone, today=today)
    return dutch.day_text(value, today=today) if isinstance(value, date) else escape(str(value))


def answered(given: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The answers with this one added, as the last one given."""
    return {other: kept for other, kept in given.items() if not other.startswith(_FORMER)} | {name: value}


def reopened(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The answers with this question open again; `back` takes that back."""
    return {other: kept for other, kept in given.items() if other != name} | {_FORMER + name: given[name]}


def back(form: type[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without the last one given; what was known beforehand stays.

    Of a question that was opened again the former answer returns, and nothing else changes.
    """
    former = next((name for name in given if name.startswith(_FORMER)), None)
    if former:
        return answered(given, former.removeprefix(_FORMER), given[former])
    asked = questions(form)
    last = next((name for name in reversed(list(given)) if name in asked), None)
    return {name: value for name, value in given.items() if name != last}


def _reads_json(form: Any, name: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(form)[name])
