"""Switching a platform off and on for a municipality, and what its people read of that."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import answers, dutch, platforms
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import GRIFFIE, Member, Municipality, Role
from handlers import forms
from handlers.context import Context
from storage import chats, groups, members, outbox, reach, switches
from storage import platforms as running
from storage.tables import Chat, ClosedPlatform

WHO = GRIFFIE | {Role.BEHEERDER}
STILL = frozenset({"/koppel", "/privacy"})  # what somebody can do on a platform that is switched off


@dataclass(frozen=True)
class SwitchedOff:
    """A platform that a municipality does not want to use any more, and why."""

    platform: str
    reason: str = question(
        "Waarom gaat dit platform uit? Iedereen krijgt deze reden te lezen.",
        "reden",
        lambda said: answers.text(said.text, most=300, least=3).rstrip(". "),
    )


def show(said: Incoming, ctx: Context) -> Reply:
    """/platform, /platform uit telegram, /platform aan telegram"""
    verb, _, name = said.rest.lower().partition(" ")
    off = switches.closed(ctx.session, ctx.member.municipality.id)
    names = sorted({row.name for row in running.running(ctx.session)} | set(off))
    if verb in ("uit", "aan") and name not in names:
        raise Refusal("Dat platform ken ik niet. Met /platform ziet u welke er zijn.")
    if verb == "uit":
        return _turn_off(name, off, ctx)
    if verb == "aan":
        return _turned_on(name, ctx)
    lines = [_state(name, off, ctx) for name in names]
    choices = tuple(
        Choice(
            f"{_capital(name)} {'aanzetten' if name in off else 'uitzetten'}", f"/platform {_other(name in off)} {name}"
        )
        for name in names
    )
    return Reply("\n".join([f"**Platforms van {escape(ctx.member.municipality.name)}**", *lines]), choices)


def _other(off: bool) -> str:
    return "aan" if off else "uit"


def _capital(name: str) -> str:
    called = platforms.called(name)
    return called[0].upper() + called[1:]


def _state(name: str, off: Mapping[str, ClosedPlatform], ctx: Context) -> str:
    if name not in off:
        people = {chat.person_id for chat in switches.chats_on(ctx.session, ctx.member.municipality.id, name, ctx.now)}
        return f"- {_capital(name)}: aan, {dutch.plural(len(people), 'persoon', 'mensen')}"
    row = off[name]
    since = dutch.day_text(ctx.member.municipality.date_at(row.closed_at), today=ctx.today)
    return f"- {_capital(name)}: uit sinds {since}. Reden: {escape(row.reason)}."


def _turn_off(name: str, off: Container[str], ctx: Context) -> Reply:
    if name in off:
        raise Refusal("Dat platform staat al uit.")
    if not reach.reached_without(ctx.session, ctx.member.person_id, ctx.member.municipality.id, name):
        raise Refusal(
            "U bent zelf alleen op dit platform bereikbaar. U zou dus ook niet meer met mij kunnen praten. "
            "Koppel eerst een chat op een ander platform.",
            Choice("Chat koppelen", "/koppel"),
        )
    return forms.begin(SWITCHED_OFF, ctx, given={"platform": name})


def preview(filled: SwitchedOff, ctx: Context) -> str:
    """What people will read, and whom the municipality will no longer reach."""
    lost = switches.only_there(ctx.session, ctx.member.municipality.id, filled.platform, ctx.now)
    names = dutch.some([escape(row.name) for row in lost])
    warning = f"\n\nNiet meer bereikbaar, tot zij ergens anders een chat hebben: {names}." if lost else ""
    return (
        f"U zet **{platforms.called(filled.platform)}** uit voor {escape(ctx.member.municipality.name)}.\n"
        f"**Reden:** {escape(filled.reason)}\n\nWie daar een chat heeft, krijgt er nog één bericht, met de reden en "
        f"hoe het verder gaat. Uitnodigingen werken daar niet meer.{warning}"
    )


def turned_off(filled: SwitchedOff, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed."""
    told = close(ctx.session, ctx.member.municipality, filled.platform, filled.reason, ctx.now, ctx.member)
    return Reply(
        f"{_capital(filled.platform)} staat nu uit. {_heard(told)} Weer aanzetten kan met /platform.",
        (Choice("Wie bereik ik nog?", "/leden"),) if ctx.member.griffie else (),
    )


def _heard(told: int) -> str:
    return f"{dutch.plural(told, 'persoon krijgt', 'mensen krijgen')} bericht."


def _turned_on(name: str, ctx: Context) -> Reply:
    told = reopen(ctx.session, ctx.member.municipality, name, ctx.now, ctx.member)
    return Reply(f"{_capital(name)} staat nu aan. {_heard(told)}")


def close(session: Session, place: Municipality, platform: str, reason: str, now: datetime, by: Member | None) -> int:
    """Switches a platform off and owes everybody there the reason; returns how many people that are.

    On that platform it is the last message. Who is reached elsewhere hears it there as well.
    """
    found = switches.close(session, place.id, platform, reason, now, by.id if by else None)
    people = {member.person_id: member for member in members.everybody(session, place, now)}
    for chat in found:
        text = off(session, place, platform, reason, chat.person_id)
        outbox.post(session, place.id, chats.address(chat), text, now)
    for person_id in {chat.person_id for chat in found} - {by.person_id if by else None}:
        if reach.reached_without(session, person_id, place.id, platform):
            outbox.tell(
                session, people[person_id], f"{gone(place, platform, reason)} Hier gaat alles gewoon door.", now
            )
    for group in groups.of(session, place.id):
        if group.platform == platform:
            outbox.post_in(session, group, gone(place, platform, reason), now)
    return len({chat.person_id for chat in found})


def reopen(session: Session, place: Municipality, platform: str, now: datetime, by: Member | None) -> int:
    """Switches a platform on and tells those who have a chat there; returns how many people that are."""
    found: list[Chat] = switches.reopen(session, place.id, platform, now, by.id if by else None)
    text = f"{escape(place.name)} gebruikt Raadsmaat weer op {platforms.called(platform)}. U kunt hier weer alles doen."
    for chat in found:
        outbox.post(session, place.id, chats.address(chat), text, now)
    return len({chat.person_id for chat in found})


def off(session: Session, place: Municipality, platform: str, reason: str, person_id: int) -> str:
    """What somebody reads on a platform that their municipality does not use: why, and how to go on."""
    others = [platforms.called(row.name) for row in reach.usable(session, place.id) if row.name != platform]
    if reach.reached_without(session, person_id, place.id, platform):
        how = "U krijgt berichten in uw andere chat. Daar kunt u ook verder praten."
    elif others:
        how = (
            f"U kunt verder op {dutch.either(others)}. Stuur hier /koppel: dan krijgt u een code, en leest "
            "u wat u ermee doet."
        )
    else:
        contact = f": {escape(place.contact)}" if place.contact else ""
        how = f"Neem contact op met de griffie{contact}."
    return f"{gone(place, platform, reason)}\n\n{how}"


def gone(place: Municipality, platform: str, reason: str) -> str:
    """That a municipality does not use a platform, and why."""
    return (
        f"{escape(place.name)} gebruikt Raadsmaat niet op {platforms.called(platform)}.\n**Reden:** {escape(reason)}."
    )


def refused(ctx: Context, said: Incoming) -> Reply | None:
    """The answer to somebody who talks on a platform that is switched off; None when they may go on."""
    member = ctx.member
    if member.closed is None or said.word in STILL:
        return None
    return Reply(off(ctx.session, member.municipality, said.chat.platform, member.closed, member.person_id))


SWITCHED_OFF = forms.Form(
    "platform-off",
    "het uitzetten van een platform",
    SwitchedOff,
    turned_off,
    who=WHO,
    send="Ja, uitzetten",
    preview=preview,
)
