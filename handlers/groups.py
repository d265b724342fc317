"""Groups where several people read along: linked by the griffie, reminded, and answered with nothing private."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import platforms
from domain.forms import choice_of
from domain.markup import escape
from domain.messages import Address, Choice, Incoming, Kind, Refusal, Reply
from domain.roles import GRIFFIE
from domain.typed import figures
from handlers import access, forms, griffie, switching
from handlers import meetings as meeting_texts
from handlers.context import Context
from storage import groups, invitations, meetings, members, outbox, switches
from storage.tables import Group

LINK = "/koppel"
_COMMAND = re.compile(r"/[a-z]{2,30}")


@dataclass(frozen=True)
class Coupled:
    """What a group chat that is about to be linked is of."""

    audience: str = choice_of("Voor wie is de groep?", "voor wie")


def overview(said: Incoming, ctx: Context) -> Reply:
    """/groepen, /groepen koppelen, /groepen ontkoppel 3"""
    verb, _, number = said.rest.lower().partition(" ")
    if verb == "koppelen":
        return forms.begin(
            COUPLED, ctx, options={"audience": groups.audiences(ctx.session, ctx.member.municipality.id)}
        )
    if verb == "ontkoppel":
        return _unlinked(number, ctx)
    linked = groups.of(ctx.session, ctx.member.municipality.id)
    lines = [
        f"- {group.id}: {escape(groups.called(ctx.session, group))}, op {platforms.called(group.platform)}"
        for group in linked
    ]
    return Reply(
        "\n".join(
            [
                "**Groepen die herinneringen en berichten krijgen**",
                *(lines or ["Er is nog geen groep gekoppeld."]),
                "",
                "In een groep staat nooit iets van één persoon: geen vragen, aanvragen of budgetten.",
            ]
        ),
        (
            Choice("Groep koppelen", "/groepen koppelen"),
            *(
                Choice(f"{groups.called(ctx.session, group)} ontkoppelen", f"/groepen ontkoppel {group.id}")
                for group in linked[:5]
            ),
        ),
    )


def coupled(filled: Coupled, said: Incoming, ctx: Context) -> Reply:
    """A code to be said in the group."""
    code = groups.invite(ctx.session, ctx.member, filled.audience, ctx.now)
    return Reply(
        f"Zo koppelt u de groep van {escape(filled.audience)}:\n\n"
        "1. Voeg Raadsmaat toe aan de groep of kamer.\n"
        f"2. Stuur daar: /koppel {code}\n\n"
        "De code werkt één keer, een dag lang. Kijk vooraf wie er in de groep zitten: iedereen daar leest mee."
    )


def _unlinked(number: str, ctx: Context) -> Reply:
    group = groups.unlink(ctx.session, ctx.member, figures(number) or 0, ctx.now)
    outbox.post_in(ctx.session, group, "Deze groep is ontkoppeld. U krijgt hier niets meer.", ctx.now)
    return Reply("De groep is ontkoppeld. Er komen daar geen herinneringen en berichten meer.")


def answer(said: Incoming, session: Session, now: datetime) -> Reply | None:
    """What is answered in a group: linking it and its agenda, and otherwise that the rest is private."""
    if said.kind in (Kind.BLOCKED, Kind.UNBLOCKED):
        return None
    word = said.word.partition("@")[0]
    if word == LINK and said.rest:
        return link(said, session, now)
    group = groups.at(session, said.chat)
    if group is None:
        return _privately(said, session, now)
    if closed := switches.closed(session, group.municipality_id).get(group.platform):
        place = members.place(session, group.municipality_id)
        return Reply(switching.gone(place, group.platform, closed.reason))
    return _agenda(group, session, now) if word == "/agenda" else _privately(said, session, now)


def _privately(said: Incoming, session: Session, now: datetime) -> Reply:
    """Goes on in the sender's own chat, if that is a member's. What they asked is not repeated there, but for a
    command without anything behind it: words are kept of nobody."""
    chat = Address(said.chat.platform, said.own)
    member = members.at(session, [chat], now).get(chat) if said.own else None
    if member and not member.closed:
        word = said.word.partition("@")[0]
        choices = (Choice("Ja, hier graag", word),) if _COMMAND.fullmatch(word) and not said.rest else ()
        text = "U vroeg mij iets in een groep. Daar lezen anderen mee, dus ik antwoord hier. "
        text += "Wilt u dat nu?" if choices else "Stel uw vraag hier nog eens."
        outbox.post(session, member.municipality.id, chat, text, now, choices=choices, subject="group")
    return Reply(access.GROUP)


def link(said: Incoming, session: Session, now: datetime) -> Reply:
    """/koppel CODE: this group is the one that the griffie got the code for."""
    if invitations.blocked(session, said.chat, now):
        return Reply(access.BLOCKED)
    group = groups.link(session, invitations.as_typed(said.rest), said.chat, now)
    if group is None:
        return Reply("Deze code werkt niet. De griffie krijgt met /groepen een nieuwe.")
    place = members.place(session, group.municipality_id)
    if not_used := switches.closed(session, place.id).get(group.platform):
        raise Refusal(switching.gone(place, group.platform, not_used.reason))
    what = escape(groups.called(session, group))
    griffie.tell_all(
        session,
        place,
        f"Een groep op {platforms.called(group.platform)} is gekoppeld aan {what}. "
        "Was dat niet de bedoeling? Ontkoppel haar met /groepen.",
        now,
        subject="group",
    )
    return Reply(
        f"Deze groep is gekoppeld aan **{what}** van {escape(place.name)}. Hier komen herinneringen en berichten "
        "van de griffie. Met /agenda ziet u wat er komt. Vragen beantwoord ik in een eigen gesprek."
    )


def _agenda(group: Group, session: Session, now: datetime) -> Reply:
    place = members.place(session, group.municipality_id)
    coming = meetings.coming_for(session, group.municipality_id, [group.gremium_id] if group.gremium_id else None, now)
    if not coming:
        return Reply("Er staan geen vergaderingen in de agenda.")
    shown = (meeting_texts.facts(session, meeting, place, now) for meeting in coming)
    return Reply("\n\n".join([f"**{escape(groups.called(session, group))}**: dit komt er aan.", *shown]))


def tell_lost(session: Session, now: datetime) -> None:
    """Tells the griffie which groups the bot was removed from; they are linked no longer."""
    for place, platform, what in groups.lost(session, now):
        text = (
            f"Raadsmaat is uit de groep van {escape(what)} op {platforms.called(platform)} gehaald. "
            "De groep is ontkoppeld. Opnieuw koppelen kan met /groepen."
        )
        griffie.tell_all(session, members.place(session, place), text, now, subject="group")


COUPLED = forms.Form("group", "het koppelen van een groep", Coupled, coupled, who=GRIFFIE, confirmed=False)
