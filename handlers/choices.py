"""What somebody means who chooses something: a button they press, or its number or words that they type."""

from dataclasses import dataclass, replace

from domain.choosing import names_one, only_yes, place_of, words
from domain.messages import Choice, Incoming, Kind
from domain.times import which_time
from domain.typed import figures, simple
from handlers import forms, routes
from handlers.context import Context
from storage import choices as offered

_LONGEST_LABEL = 200
_LONGEST_PUSHED = 40


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody means; when it was one of our choices also which one, of which row and which step."""

    said: Incoming
    row_id: int = 0
    label: str = ""
    step: str = ""


def pressed(said: Incoming, ctx: Context) -> Meant | None:
    row, _, place = said.text.partition(".")
    row_id, index = figures(row, 15), figures(place, 3)
    if row_id is None or index is None:
        return None
    found = offered.pressed(ctx.session, said.chat, row_id, index)
    if found is None:
        return None
    choice, at_step = found
    return Meant(replace(said, text=choice.says, kind=Kind.TEXT), row_id, choice.label, at_step)


def chosen(said: Incoming, step: str, ctx: Context) -> Meant:
    """A choice that was typed: its number, or its words, means the same as pressing it."""
    text = said.text.strip()
    if text.startswith("/") or len(text) > _LONGEST_LABEL:
        return Meant(said)
    last = offered.last(ctx.session, said.chat)
    number, plain = figures(text.rstrip(".)")) or 0, forms.plainly(text)
    if last and last.numbered and 0 < number <= len(last.choices):
        return _meant(said, last, last.choices[number - 1])
    if last and plain and last.step in ("", step) and (choice := _labelled(plain, last) or _described(said, last)):
        return _meant(said, last, choice)
    if step or not plain or len(plain) > _LONGEST_PUSHED:
        return Meant(said)
    # A message that came by itself has no numbers, since an answer may come after it; its words work.
    came = offered.last(ctx.session, said.chat, unasked=True)
    found = next((one for one in came.choices if plain == forms.plainly(one.label)), None) if came else None
    return _meant(said, came, found) if came and found else Meant(said)


def _meant(said: Incoming, of: offered.Offered, choice: Choice) -> Meant:
    return Meant(replace(said, text=choice.says), of.row_id, choice.label, of.step)


def _labelled(plain: str, last: offered.Offered) -> Choice | None:
    """The choice with these words; outside a form half of “Nee, vraag het de griffie” will do, when one fits."""
    exact = (one for one in last.choices if plain in map(forms.plainly, (one.label, one.says)))
    if last.step:
        return next(exact, None)
    partly = [one for one in last.choices if plain in _parts(forms.plainly(one.label))]
    return next(exact, partly[0] if len(partly) == 1 else None)


def _described(said: Incoming, last: offered.Offered) -> Choice | None:
    """The choice that is told in other words: “de tweede”, “de commissie ruimte” or “'s avonds”.

    In a form only a time is: there the question itself reads what is said, and “de tweede” may be its answer.
    """
    labels = [one.label for one in last.choices]
    at = which_time(said.text, labels)
    if at is None and not last.step:
        typed = words(simple(said.text))
        if len(labels) == 2 and labels[1].startswith("Nee, ") and only_yes(said.text):
            return last.choices[0]  # “Gaat uw vraag hierover?”
        at = place_of(typed, len(labels))
        if at is None and not routes.find(said):
            at = names_one(typed, labels)
    return None if at is None else last.choices[at]


def _parts(label: str) -> tuple[str, ...]:
    """How a label that begins with yes or no is said as well."""
    first, _, rest = label.partition(", ")
    return (first, rest, f"{first} {rest}") if rest and first in ("ja", "nee") else ()
