"""What somebody means who chooses something: a button they press, or its number or words that they type."""

from dataclasses import dataclass, replace

from domain.messages import Incoming, Kind
from handlers import forms
from handlers.context import Context
from storage import choices as offered

_LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody means; when it was one of our choices also which one, of which row and which step."""

    said: Incoming
    row_id: int = 0
    label: str = ""
    step: str = ""


def pressed(said: Incoming, ctx: Context) -> Meant | None:
    row_id, _, index = said.text.partition(".")
    if not (row_id.isascii() and row_id.isdigit() and index.isascii() and index.isdigit()):
        return None
    if len(row_id) > 15 or len(index) > 3:
        return None
    found = offered.pressed(ctx.session, said.chat, int(row_id), int(index))
    if found is None:
        return None
    choice, at_step = found
    return Meant(replace(said, text=choice.says, kind=Kind.TEXT), int(row_id), choice.label, at_step)


def chosen(said: Incoming, step: str, ctx: Context) -> Meant:
    """A choice that was typed: its number, or its words, means the same as pressing it."""
    text = said.text.strip()
    if text.startswith("/") or len(text) > _LONGEST_LABEL:
        return Meant(said)
    last = offered.last(ctx.session, said.chat)
    if last is None:
        return Meant(said)
    number = text.rstrip(".)")
    if last.numbered and number.isascii() and number.isdigit() and 0 < int(number) <= len(last.choices):
        choice = last.choices[int(number) - 1]
        return Meant(replace(said, text=choice.says), last.row_id, choice.label, last.step)
    words = forms.plainly(text)
    labelled = next((one for one in last.choices if words in map(forms.plainly, (one.label, one.says))), None)
    if not words or labelled is None or last.step not in ("", step):
        return Meant(said)
    return Meant(replace(said, text=labelled.says), last.row_id, labelled.label, last.step)
