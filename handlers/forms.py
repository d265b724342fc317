"""Every form is filled in the same way: asked, corrected with “terug”, left with “stop”, confirmed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from domain import forms
from domain.answers import yes_or_no
from domain.choosing import words
from domain.dutch import either
from domain.messages import Choice, Incoming, Puzzled, Refusal, Reply, Unclear
from domain.roles import EVERYONE, Role
from domain.typed import simple
from handlers.context import Context
from storage import forms as stored
from storage.tables import OpenForm

T = TypeVar("T")

STOP = frozenset({"stop", "/stop", "stoppen", "annuleer", "/annuleer", "annuleren", "/annuleren", "/cancel"})
NEVER_MIND = frozenset({"laat maar", "laat maar zitten", "nee laat maar", "nee laat maar zitten", "nee toch maar niet"})
BACK = frozenset({"terug", "/terug"})
CHANGE = frozenset({"wijzig", "wijzigen"})
DETACH = frozenset({"zonder bestand"})
NOTHING = frozenset({"toch niets", "niets", "niks"})
_CHANGING = "changing:"  # beside the answers: which of them to give anew was asked

_NOTHING_CHOICE = Choice("Toch niets", "toch niets")
_DETACH_CHOICE = Choice("Zonder bestand", "zonder bestand")
_STOP_CHOICE = Choice("Stoppen", "stop")
_BACK_CHOICE = Choice("Terug", "terug")


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """A form and what happens with it.

    `what` names it in a sentence (“uw aanvraag voor een training”). `done` is called once, in the
    transaction in which the person confirmed. `preview` replaces the list of answers before the
    confirmation. `who` may fill it in, also when their mandate changes half-way. With `confirmed` false
    there is no confirmation: the last answer completes it.
    `file` names the field in which it takes a file, sent at any moment; the summary then asks for one.
    A form that `yields` keeps nobody in: words that are no answer to it end it and are taken by themselves.
    """

    name: str
    what: str
    questions: type[T]
    done: Callable[[T, Incoming, Context], Reply]
    who: frozenset[Role] = EVERYONE
    send: str = "Ja, versturen"
    preview: Callable[[T, Context], str] | None = None
    confirmed: bool = True
    yields: bool = False
    file: str = ""


def begin(
    form: Form[Any],
    ctx: Context,
    *,
    given: Mapping[str, Any] | None = None,
    options: Mapping[str, Sequence[str]] | None = None,
    intro: str = "",
) -> Reply:
    """Opens a form and asks its first question. Raises Refusal while another form is open."""
    if stored.opened(ctx.session, [ctx.member.person_id]):
        raise Refusal("Eén ding tegelijk, alstublieft. Maak dit eerst af, of stop ermee.")
    row = stored.open_form(
        ctx.session,
        ctx.member.person_id,
        ctx.member.municipality.id,
        form.name,
        dict(given or {}),
        {name: list(labels) for name, labels in (options or {}).items()},
        ctx.now,
    )
    asked = ask(form, row, ctx)
    return replace(asked, text=f"{intro}\n\n{asked.text}") if intro else asked


def or_again(form: Form[Any], ctx: Context, attempt: Callable[[], Reply]) -> Reply:
    """What somebody who was named leads to. A name that is of nobody is asked again; of several, one is chosen."""
    try:
        return attempt()
    except Refusal as refusal:
        if refusal.choices:
            return Reply(refusal.sentence, refusal.choices)
        return begin(form, ctx, intro=refusal.sentence)


def step(form: Form[Any], row: OpenForm) -> str:
    """Names the question that is open now, so that a button of an earlier one is recognised."""
    return f"{row.id}:{forms.current(form.questions, row.answers) or 'klopt'}:{row.answers.get(stored.TURN, 0)}"


def ask(form: Form[Any], row: OpenForm, ctx: Context, *, before: str = "") -> Reply:
    """The open question, or the summary when nothing is open; `before` comes first."""
    name = forms.current(form.questions, row.answers)
    at_step = step(form, row)
    try:
        reply = _summary(form, row, ctx) if name is None else _question(form, row, name)
    except Refusal as refusal:  # what it was about is gone, or somebody else was first
        stored.close(ctx.session, row)
        reply, at_step = Reply(refusal.sentence, refusal.choices), ""
    text = f"{before}\n\n{reply.text}" if before else reply.text
    return replace(reply, text=text, step=at_step)


def _question(form: Form[Any], row: OpenForm, name: str) -> Reply:
    question = forms.questions(form.questions)[name]
    choices = [Choice(label, label) for label in row.options.get(name, ())] if question.options else []
    choices += question.choices
    if question.skip:
        choices.append(Choice(question.skip, "overslaan"))
    if not form.yields:
        if forms.back(form.questions, row.answers) != row.answers:
            choices.append(_BACK_CHOICE)
        choices.append(_STOP_CHOICE)
    return Reply(question.ask, tuple(choices), numbered=not question.numeric)


def _summary(form: Form[Any], row: OpenForm, ctx: Context) -> Reply:
    if form.preview:
        text = form.preview(forms.build(form.questions, row.answers), ctx)
    else:
        lines = forms.summary(form.questions, row.answers, ctx.member.municipality.zone, ctx.today)
        text = "\n".join(
            [
                "Dit is " + form.what + ":",
                "",
                *(f"**{label.capitalize()}:** {value}" for label, value in lines),
            ]
        )
    change = (Choice("Wijzigen", "wijzigen"),) if _labels(form, row) else ()
    loose: tuple[Choice, ...] = ()
    if form.file and row.answers.get(form.file):
        loose = (_DETACH_CHOICE,)
    elif form.file:
        text += "\n\nWilt u een bestand meesturen? Stuur dan nu een PDF of een foto."
    return Reply(f"{text}\n\nKlopt dit?", (Choice(form.send, "ja"), *loose, *change, _STOP_CHOICE))


def _labels(form: Form[Any], row: OpenForm) -> dict[str, str]:
    """The questions that can be answered anew, by their labels."""
    return {
        question.label.lower(): name
        for name, question in forms.questions(form.questions).items()
        if name in row.answers and question.applies(row.answers)
    }


def attach(form: Form[Any], row: OpenForm, file_id: int, ctx: Context) -> Reply:
    """A file came for a form that takes one; a former one gives way to it."""
    stored.keep(ctx.session, row, {**row.answers, form.file: file_id}, ctx.now)
    return ask(form, row, ctx, before="Ik heb uw bestand ontvangen. Het gaat mee.")


def plainly(typed: str) -> str:
    """Words as they are compared: without capitals, and without the full stop that a phone adds."""
    return simple(typed).rstrip(".!")


def command(said: Incoming) -> str:
    """What was said, when that is to be a word of command: “Stop.” is “stop”, “/stop alles” is “/stop”."""
    return plainly(said.word.partition("@")[0] if said.text.lstrip().startswith("/") else said.text)


def go_on(form: Form[Any], row: OpenForm, said: Incoming, ctx: Context) -> Reply | None:
    """What happens with a form when its person says something.

    None: the words were no answer, and the form, which yields, is closed.
    """
    word = command(said)
    changing = bool(row.answers.get(_CHANGING))
    if word in STOP or (not form.yields and not changing and " ".join(words(word)) in NEVER_MIND):
        stored.close(ctx.session, row)
        return Reply("Gestopt. Er is niets verstuurd. U kunt later opnieuw beginnen.")
    if word in BACK and not form.yields:
        before = row.answers if changing else forms.back(form.questions, row.answers)
        stored.keep(ctx.session, row, _unchanging(before), ctx.now)
        return ask(form, row, ctx)
    name = forms.current(form.questions, row.answers)
    if name is None:
        return _confirm(form, row, said, ctx)
    zone = ctx.member.municipality.zone
    try:
        value = forms.read(form.questions, name, forms.Said(said.text, said.at, zone, row.options.get(name, ())))
    except Refusal as refusal:
        if form.yields and word in {plainly(str(value)) for value in row.answers.values()}:
            return ask(form, row, ctx)  # said once more while the answer was under way: both offers hold
        if form.yields and not isinstance(refusal, Unclear):
            stored.close(ctx.session, row)
            return None
        asked = _question(form, row, name)
        choices = (*refusal.choices, *asked.choices)
        text = f"{refusal.sentence}\n\n{asked.text}" if isinstance(refusal, Puzzled) else refusal.sentence
        return replace(asked, text=text, choices=choices, step=step(form, row))
    stored.keep(ctx.session, row, forms.answered(row.answers, name, value), ctx.now)
    if not form.confirmed and forms.current(form.questions, row.answers) is None:
        return _finish(form, row, said, ctx)
    return ask(form, row, ctx)


def unread(form: Form[Any], row: OpenForm, said: Incoming, ctx: Context) -> bool:
    """Whether a question is open to which this is no answer."""
    name = forms.current(form.questions, row.answers)
    if name is None or form.yields:
        return False
    asked = forms.Said(said.text, said.at, ctx.member.municipality.zone, row.options.get(name, ()))
    try:
        forms.read(form.questions, name, asked)
    except Refusal as refusal:
        return not refusal.choices
    return False


def _unchanging(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name != _CHANGING}


def _confirm(form: Form[Any], row: OpenForm, said: Incoming, ctx: Context) -> Reply:
    word = command(said)
    labels = _labels(form, row)
    changing = bool(row.answers.get(_CHANGING))
    if word in labels:
        return _anew(form, row, labels[word], ctx)
    if form.file and row.answers.get(form.file) and word in DETACH:
        stored.keep(ctx.session, row, {**row.answers, form.file: None}, ctx.now)
        return ask(form, row, ctx, before="Het bestand gaat niet mee.")
    if word in NOTHING or (changing and " ".join(words(word)) in NEVER_MIND):
        return _unchanged(form, row, ctx)
    try:
        agreed = word not in CHANGE and (word == plainly(form.send.removeprefix("Ja, ")) or yes_or_no(said.text))
    except Refusal:
        return _change(form, row, said, ctx)
    if changing:  # a yes to “Wat wilt u wijzigen?” is no yes to what was asked before it
        return _which(form, row, ctx) if agreed else _unchanged(form, row, ctx)
    return _finish(form, row, said, ctx) if agreed else _which(form, row, ctx)


def _unchanged(form: Form[Any], row: OpenForm, ctx: Context) -> Reply:
    stored.keep(ctx.session, row, _unchanging(row.answers), ctx.now)
    return ask(form, row, ctx)


def _which(form: Form[Any], row: OpenForm, ctx: Context, *, before: str = "") -> Reply:
    """Asks which answer to give anew; the summary above offers nothing any more."""
    stored.keep(ctx.session, row, {**row.answers, _CHANGING: True}, ctx.now)
    choices = tuple(Choice(label.capitalize(), label) for label in _labels(form, row))
    return Reply(f"{before}Wat wilt u wijzigen?", (*choices, _NOTHING_CHOICE, _STOP_CHOICE), step=step(form, row))


def _anew(form: Form[Any], row: OpenForm, name: str, ctx: Context) -> Reply:
    stored.keep(ctx.session, row, _unchanging(forms.reopened(row.answers, name)), ctx.now)
    return ask(form, row, ctx)


def _change(form: Form[Any], row: OpenForm, said: Incoming, ctx: Context) -> Reply:
    """Neither yes nor no: perhaps what they want to answer anew, in their own words."""
    labels = _labels(form, row)
    place = forms.named(said.text, list(labels))
    if place is not None:
        return _anew(form, row, list(labels.values())[place], ctx)
    if row.answers.get(_CHANGING):
        return _which(form, row, ctx, before="Dat staat er niet bij. ")
    what = f" Of noem wat u wilt wijzigen: {either(list(labels))}." if labels else ""
    return ask(form, row, ctx, before=f"Dat begrijp ik niet. Zeg ja, of stop.{what}")


def _finish(form: Form[Any], row: OpenForm, said: Incoming, ctx: Context) -> Reply:
    filled = forms.build(form.questions, row.answers)
    stored.close(ctx.session, row)
    try:
        with ctx.session.begin_nested():
            return form.done(filled, said, ctx)
    except Refusal as refusal:
        # Somebody else was first, or it cannot be any more: asking again would not help, so the form is over.
        return Reply(f"{refusal.sentence} Er is niets verstuurd of opgeslagen.", refusal.choices)
