"""Whom the griffie reaches and whom not, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import answers, dutch, platforms
from domain.delivery import BLOCKED
from domain.forms import Said, question
from domain.markup import escape
from domain.messages import Address, Choice, Incoming, Refusal, Reply
from domain.roles import GRIFFIE
from handlers import forms
from handlers.context import Context
from storage import askedin, audit, invitations, members, outbox, people, reach
from storage import platforms as running
from storage.people import Trouble
from storage.tables import AskedIn, Member

_SHOWN = 25
_MOST_CHOSEN = 8
_TROUBLES: dict[str, str] = {
    Trouble.CLOSED: "staat uit in uw gemeente",
    Trouble.NOT_RUNNING: "draait niet meer bij Raadsmaat",
}


def overview(said: Incoming, ctx: Context) -> Reply:
    """/leden: how many are reached, who is not and why."""
    found = people.overview(ctx.session, members.everybody(ctx.session, ctx.member.municipality, ctx.now))
    missed = [one for one in found if not one.reached]
    partly = [one for one in found if one.reached and one.troubles]
    uninvited = [one for one in missed if not _blocked(one)]
    whom = "hun" if len(uninvited) == len(missed) else "de anderen"
    lines = [
        f"**Bereikbaar via Raadsmaat:** {len(found) - len(missed)} van {dutch.plural(len(found), 'persoon', 'mensen')}."
    ]
    if missed:
        lines += ["", "**Niet bereikbaar**", *(f"- {_line(one)}" for one in missed[:_SHOWN])]
        if len(missed) > _SHOWN:
            lines.append(f"En nog {dutch.plural(len(missed) - _SHOWN, 'ander', 'anderen')}.")
        if uninvited:
            lines += ["", f"Geef {whom} een nieuwe code met /uitnodigen en de naam, of bel even."]
        if len(uninvited) < len(missed):
            lines += [
                "",
                "Wie Raadsmaat heeft geblokkeerd, kan dat zelf opheffen in de app: een nieuwe code is "
                "niet nodig. Bel even.",
            ]
    if partly:
        lines += ["", "**Bereikbaar, maar niet in elke chat**", *(f"- {_line(one)}" for one in partly[:_SHOWN])]
    choices = tuple(Choice(f"{one.person.name} uitnodigen", f"/uitnodigen {one.person.name}") for one in uninvited[:5])
    return Reply("\n".join(lines), choices)


def _blocked(one: people.Reached) -> bool:
    """Whether it is only for them to let the bot in again; on Matrix they left the room, and a new one needs a code."""
    return bool(one.troubles) and all(what == BLOCKED and name != "matrix" for name, what in one.troubles)


def _line(one: people.Reached) -> str:
    why = [
        f"{platforms.called(name)} {_TROUBLES[what]}"
        if what in _TROUBLES
        else f"{escape(what)} op {platforms.called(name)}"
        for name, what in one.troubles
    ]
    return f"{escape(one.person.name)}: {dutch.listing(why) if why else 'nog niet aangemeld'}"


@dataclass(frozen=True)
class Whom:
    """Who is invited, with a Matrix address behind the name or without."""

    name: str = question(
        "Wie wilt u uitnodigen? Typ de naam. Met het Matrix-adres erachter nodigt Raadsmaat zelf uit.",
        "naam",
        lambda said: _name(said),
        contact=True,
    )


def invite(said: Incoming, ctx: Context) -> Reply:
    """/uitnodigen Emre Visser: a code to hand on; with a Matrix address behind it the bot asks them itself."""
    return _invited(said.rest, ctx) if said.rest else forms.begin(WHOM, ctx)


def chosen(filled: Whom, said: Incoming, ctx: Context) -> Reply:
    """The griffie typed a name; one that is not known is asked again."""
    return forms.or_again(WHOM, ctx, lambda: _invited(filled.name, ctx))


def _invited(who: str, ctx: Context) -> Reply:
    place = ctx.member.municipality
    name, address = platforms.with_address(who)
    if address and not name:
        raise Refusal(f"Van wie is dit adres? Typ de naam ervoor: /uitnodigen Jan Jansen {address}")
    found = invitations.named(ctx.session, place.id, name, ctx.now)
    if not found:
        # A new code ends an earlier one, so nobody gets one because a part of their name was said.
        likely = invitations.near(ctx.session, place.id, name, ctx.now)[:_MOST_CHOSEN]
        if likely:
            # The names stand in the sentence: while something else is open, its choices are shown and not these.
            meant = dutch.either(list(dict.fromkeys(escape(row.name) for row in likely)))
            raise Refusal(f"Ik ken niemand met precies die naam. Bedoelt u {meant}?", *_to_choose(likely, address, ctx))
        raise Refusal("Ik ken niemand met die naam. Met /leden ziet u wie niet bereikbaar is.")
    if len(found) > 1:
        raise Refusal("Er is meer dan één persoon met die naam. Wie bedoelt u?", *_to_choose(found, address, ctx))
    [row] = found
    assert row.id is not None
    if address:
        return _ask(row, Address("matrix", address), ctx)
    code = invitations.invite(ctx.session, row, ctx.now)
    audit.record(ctx.session, ctx.member, "invitation.made", "member", row.id, ctx.now)
    until = dutch.day_text(place.date_at(ctx.now + invitations.VALID_FOR), today=ctx.today)
    ways = [
        f"- Op {platforms.called(one.name)}: {escape(platforms.how(one.name, one.handle, code))}."
        for one in reach.usable(ctx.session, place.id)
    ]
    return Reply(
        "\n".join(
            [
                f"Dit is de code voor {escape(row.name)}:",
                "",
                code,
                "",
                *ways,
                "",
                f"De code werkt één keer, tot en met {until}. Geef hem alleen aan {escape(row.name)} zelf. "
                "Een eerdere code werkt niet meer.",
            ]
        )
    )


def _to_choose(rows: list[Member], address: str | None, ctx: Context) -> list[Choice]:
    return [
        Choice(people.told_apart(ctx.session, row), f"/uitnodigen {row.id} {address or ''}".strip())
        for row in rows[:_MOST_CHOSEN]
    ]


def _name(said: Said) -> str:
    if said.text.strip().isdigit():
        raise Refusal("Typ een naam, geen nummer.")
    return answers.text(said.text, most=300)


def _ask(row: Member, to: Address, ctx: Context) -> Reply:
    place = ctx.member.municipality
    if to.platform not in [one.name for one in running.running(ctx.session)]:
        raise Refusal("Raadsmaat draait hier niet op Matrix. Geef een code, met alleen de naam.")
    if not reach.allows(ctx.session, place.id, to.platform):
        raise Refusal(f"{escape(place.name)} gebruikt Raadsmaat niet op Matrix. Met /platform zet u het aan.")
    askedin.ask(ctx.session, ctx.member, row, to, ctx.now)
    return Reply(
        f"Ik nodig {escape(row.name)} uit voor een privéchat op Matrix, op {escape(to.chat)}. "
        f"Neemt {escape(row.name)} de uitnodiging aan, dan werkt Raadsmaat meteen, zonder code. "
        "Klopt het adres niet, dan krijgt u bericht."
    )


def not_asked(session: Session, key: str, now: datetime) -> None:
    """The platform does not take an invitation: who gave the address hears so."""
    _tell(session, askedin.refused(session, key, now), "lukt niet. Klopt het adres?", now)


def declined(session: Session, chat: Address, now: datetime) -> None:
    """Nobody is left in a chat; who asked somebody there in vain hears so."""
    if row := askedin.declined(session, chat, now):
        _tell(session, row, "is niet aangenomen.", now)


def _tell(session: Session, row: AskedIn, what: str, now: datetime) -> None:
    griffie, member = (members.known(session, row.municipality_id, one) for one in (row.asked_by, row.member_id))
    outbox.tell(
        session,
        griffie,
        f"De uitnodiging aan {escape(member.name)} op {escape(row.address)} {what} "
        f"Nodig opnieuw uit, of geef een code: /uitnodigen {escape(member.name)}",
        now,
    )


WHOM = forms.Form("invited", "een uitnodiging", Whom, chosen, who=GRIFFIE, confirmed=False)
