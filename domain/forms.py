"""A form is a dataclass whose fields are questions.

The open question is the first that applies and has no answer yet; nothing else remembers where somebody
is. Answers are stored as understood (“morgen” becomes a date), as JSON, in the order in which they were given.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from domain import answers
from domain.markup import escape
from domain.messages import Choice

T = TypeVar("T")


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

    `reads` understands an answer or raises Refusal; `show` writes the understood answer for the summary;
    `skip` is the label of the choice to leave it open (the answer is then None). With `options` the
    choices are given when the form is opened, and the answer is one of them. `numeric`: a number is
    itself an answer, so the choices are not numbered. `applies` looks at the answers so far.
    """

    ask: str
    label: str
    reads: Callable[[Said], Any]
    show: Callable[[Any], str]
    choices: tuple[Choice, ...] = ()
    skip: str | None = None
    options: bool = False
    numeric: bool = False
    applies: Callable[[Mapping[str, Any]], bool] = lambda answers: True


def question(
    ask: str,
    label: str,
    reads: Callable[[Said], Any],
    *,
    show: Callable[[Any], str] = lambda value: escape(str(value)),
    choices: tuple[Choice, ...] = (),
    skip: str | None = None,
    numeric: bool = False,
    applies: Callable[[Mapping[str, Any]], bool] = lambda answers: True,
) -> Any:
    """A field of a form that is asked."""
    asked = Question(ask, label, reads, show, choices, skip, False, numeric, applies)
    return dataclasses.field(metadata={"question": asked})


def choice_of(ask: str, label: str) -> Any:
    """A field whose answer is one of the options that are given when the form is opened."""
    asked = Question(ask, label, _option, escape, options=True)
    return dataclasses.field(metadata={"question": asked})


def _option(said: Said) -> str:
    return said.options[answers.one_of(said.text, said.options)]


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
    if asked.skip and (answers.is_skip(said.text) or said.text.strip().lower() == asked.skip.lower()):
        return None
    return _reads_json(form, name).dump_python(asked.reads(said), mode="json")


def build(form: type[T], given: Mapping[str, Any]) -> T:
    """The completed form. Questions that do not apply are None."""
    values = {}
    for field in dataclasses.fields(form):  # type: ignore[arg-type]  # T is always a dataclass
        asked = field.metadata.get("question")
        applies = asked is None or asked.applies(given)
        stored = given.get(field.name) if applies else None
        values[field.name] = None if stored is None else _reads_json(form, field.name).validate_python(stored)
    return form(**values)


def summary(form: type[Any], given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and answer of each question that applies, as shown to the person (answers escaped)."""
    filled = build(form, given)
    return [
        (asked.label, asked.show(value) if (value := getattr(filled, name)) is not None else "–")
        for name, asked in questions(form).items()
        if asked.applies(given)
    ]


def back(form: type[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without the last one given; what was known beforehand stays."""
    asked = questions(form)
    last = next((name for name in reversed(list(given)) if name in asked), None)
    return {name: value for name, value in given.items() if name != last}


def _reads_json(form: Any, name: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(form)[name])
