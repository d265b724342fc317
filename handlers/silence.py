"""The griffie switches an answer off and on, or all answers: when something is wrong, silence is better."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import answers
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import GRIFFIE
from handlers import forms, griffie, reading
from handlers.context import Context
from storage import members, silence

EVERYTHING = "alles"  # in a command, where an article's id would stand


@dataclass(frozen=True)
class SwitchedOff:
    """Why an answer, or every answer, must not be given now."""

    article: str
    reason: str = question(
        "Waarom zet u dit uit? Alleen de griffie en de beheerder lezen dit.",
        "reden",
        lambda said: answers.text(said.text, most=300, least=3),
    )


def off(said: Incoming, ctx: Context) -> Reply:
    """/uitzetten motie, or /uitzetten alles."""
    if not said.rest:
        raise Refusal("Zoek eerst het onderwerp en kies daar Beheren. Of typ: /uitzetten alles.")
    article = _named(said.rest, ctx)
    if article in silence.silent(ctx.session, ctx.member.municipality.id):
        raise Refusal("Dit staat al uit.", Choice("De kennisbank", "/kennis"))
    return forms.begin(OFF, ctx, given={"article": article})


def preview(filled: SwitchedOff, ctx: Context) -> str:
    """What will be off, and what people see then."""
    return (
        f"U zet uit: **{_what(filled.article, ctx)}**\n\nReden: {escape(filled.reason)}\n\n"
        "Raadsleden krijgen dit antwoord dan niet meer. Zij kunnen hun vraag wel aan u stellen."
    )


def switched_off(filled: SwitchedOff, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed; colleagues hear it."""
    done = silence.switch_off(
        ctx.session, ctx.member.municipality.id, filled.article, filled.reason, ctx.member.id, ctx.now
    )
    if not done:
        raise Refusal("Een collega heeft dit net al uitgezet.")
    what, back = _what(filled.article, ctx), Choice("Weer aanzetten", f"/aanzetten {filled.article or EVERYTHING}")
    told = f"{escape(ctx.member.name)} heeft uitgezet: **{what}**. Reden: {escape(filled.reason)}"
    griffie.tell(ctx, told, subject="silence", choices=[back])
    return Reply(f"Uitgezet: **{what}**.", (back,))


def on(said: Incoming, ctx: Context) -> Reply:
    """/aanzetten motie, or /aanzetten alles."""
    if not said.rest:
        raise Refusal("Met /kennis ziet u wat er uitstaat.")
    article = _named(said.rest, ctx)
    if silence.switch_on(ctx.session, ctx.member.municipality.id, article, ctx.member.id, ctx.now):
        told = f"{escape(ctx.member.name)} heeft weer aangezet: **{_what(article, ctx)}**."
        griffie.tell(ctx, told, subject="silence")
    left = reading.stopped(article, silence.silent(ctx.session, ctx.member.municipality.id))
    if left and left.municipality_id is None:
        return Reply(
            "De beheerder heeft dit uitgezet, voor alle gemeenten. Alleen de beheerder kan het weer aanzetten."
        )
    return Reply(f"Dit staat aan: **{_what(article, ctx)}**.")


def off_everywhere(session: Session, article: str, title: str, reason: str, now: datetime) -> int | None:
    """The administrator switches an article off for all, or with `storage.silence.ALL` every one. Each griffie hears
    why; returns how many people that are, or None when it was off already."""
    if not silence.switch_off(session, None, article, reason, None, now):
        return None
    told = f"De beheerder heeft uitgezet, voor alle gemeenten: **{escape(title)}**. Reden: {escape(reason)}"
    return _each_griffie(session, told, now)


def on_everywhere(session: Session, article: str, title: str, now: datetime) -> int | None:
    """The administrator switches it on again; returns how many people hear it, or None when it was not off."""
    if not silence.switch_on(session, None, article, None, now):
        return None
    told = f"De beheerder heeft weer aangezet, voor alle gemeenten: **{escape(title)}**."
    return _each_griffie(session, told, now)


def _each_griffie(session: Session, text: str, now: datetime) -> int:
    choices = [Choice("De kennisbank", "/kennis")]
    return sum(
        griffie.tell_all(session, place, text, now, choices=choices, subject="silence")
        for place in members.places(session)
    )


def _named(rest: str, ctx: Context) -> str:
    return silence.ALL if rest.lower() == EVERYTHING else reading.named(rest, ctx).id


def _what(article: str, ctx: Context) -> str:
    return "alle antwoorden" if article == silence.ALL else escape(reading.named(article, ctx).about.titel)


OFF = forms.Form(
    "silence", "het uitzetten", SwitchedOff, switched_off, who=GRIFFIE, preview=preview, send="Ja, uitzetten"
)
