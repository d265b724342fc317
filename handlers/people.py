"""Whom the griffie reaches and whom not, and what to do about it."""

from domain import dutch, platforms
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from handlers.context import Context
from storage import audit, invitations, members, people, reach
from storage import platforms as running
from storage.people import Trouble

_SHOWN = 25
_TROUBLES: dict[str, str] = {
    Trouble.CLOSED: "staat uit in uw gemeente",
    Trouble.NOT_RUNNING: "draait niet meer bij Raadsmaat",
}


def overview(said: Incoming, ctx: Context) -> Reply:
    """/leden: how many are reached, who is not and why."""
    found = people.overview(ctx.session, members.everybody(ctx.session, ctx.member.municipality, ctx.now))
    missed = [one for one in found if not one.reached]
    partly = [one for one in found if one.reached and one.troubles]
    lines = [
        f"**Bereikbaar via Raadsmaat:** {len(found) - len(missed)} van {dutch.plural(len(found), 'persoon', 'mensen')}."
    ]
    if missed:
        lines += ["", "**Niet bereikbaar**", *(f"- {_line(one)}" for one in missed[:_SHOWN])]
        if len(missed) > _SHOWN:
            lines.append(f"En nog {dutch.plural(len(missed) - _SHOWN, 'ander', 'anderen')}.")
        lines += ["", "Geef hun een nieuwe code met /uitnodigen en de naam, of bel even."]
    if partly:
        lines += ["", "**Bereikbaar, maar niet in elke chat**", *(f"- {_line(one)}" for one in partly[:_SHOWN])]
    choices = tuple(Choice(f"{one.person.name} uitnodigen", f"/uitnodigen {one.person.name}") for one in missed[:5])
    return Reply("\n".join(lines), choices)


def _line(one: people.Reached) -> str:
    why = [
        f"{platforms.called(name)} {_TROUBLES[what]}"
        if what in _TROUBLES
        else f"{escape(what)} op {platforms.called(name)}"
        for name, what in one.troubles
    ]
    return f"{escape(one.person.name)}: {dutch.listing(why) if why else 'nog niet aangemeld'}"


def invite(said: Incoming, ctx: Context) -> Reply:
    """/uitnodigen Emre Visser: a code to hand on."""
    if not said.rest:
        raise Refusal("Zet de naam erachter, bijvoorbeeld: /uitnodigen Jan Jansen. Met /leden ziet u wie er zijn.")
    place = ctx.member.municipality
    found = invitations.named(ctx.session, place.id, said.rest, ctx.now)
    if not found:
        raise Refusal("Ik ken niemand met precies die naam. Met /leden ziet u wie niet bereikbaar is.")
    if len(found) > 1:
        raise Refusal("Er is meer dan één persoon met die naam. Vraag uw beheerder om een code.")
    [row] = found
    assert row.id is not None
    code = invitations.invite(ctx.session, row, ctx.now)
    audit.record(ctx.session, ctx.member, "invitation.made", "member", row.id, ctx.now)
    until = dutch.day_text(dutch.local(ctx.now + invitations.VALID_FOR, place.zone).date(), today=ctx.today)
    ways = [
        f"- Op {platforms.called(one.name)}: {escape(platforms.how(one.name, one.handle, code))}."
        for one in running.running(ctx.session)
        if reach.allows(ctx.session, place.id, one.name)
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
