"""When the griffie works: shown to everybody, set by the griffie, and said to who waits for it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from domain import answers, dutch
from domain.forms import Said, question, read
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.officehours import Closed, Hours, Span, reads
from domain.openingtimes import Opening, openings, openings_text, span, span_text, week_text
from domain.roles import GRIFFIE
from handlers import forms, numbers
from handlers.context import Context
from storage import nudges, officehours

_BACK = Choice("Openingstijden", "/openingstijden")


def when_read(ctx: Context, who: str = "de griffie") -> str:
    """When somebody reads what is asked now: “De griffie leest dit maandag.” Empty when they work now."""
    hours = officehours.hours(ctx.session, ctx.member.municipality.id, ctx.now)
    day = reads(hours, ctx.now)
    if not day:
        return ""
    why = hours.why_closed(ctx.today)
    reason = f" Reden: {escape(why)}." if why else ""
    return f"{who[0].upper()}{who[1:]} leest dit {day}.{reason}"


def shown(said: Incoming, ctx: Context) -> Reply:
    """/openingstijden"""
    here = ctx.member.municipality
    hours = officehours.hours(ctx.session, here.id, ctx.now)
    parts = [
        "\n".join([f"**De griffie van {escape(here.name)} werkt**", *(f"- {line}" for line in week_text(hours.week))])
    ]
    periods = officehours.periods(ctx.session, here.id, ctx.today)
    if periods:
        parts.append("\n".join(["**Dan niet**", *(f"- {_period(Closed(p.first, p.last, p.name))}" for p in periods)]))
    parts.append("Op feestdagen werkt de griffie niet.")
    if here.contact:
        parts.append(f"Bereikbaar via: {escape(here.contact)}")
    if not ctx.member.griffie:
        return Reply("\n\n".join(parts))
    again = (Choice(f"Toch open: {period.name}", f"/gesloten weg {period.id}") for period in periods[:6])
    choices = (Choice("Dagen en uren wijzigen", "/werktijd"), Choice("Reces toevoegen", "/gesloten"))
    return Reply("\n\n".join(parts), (*choices, *again, Choice("Waarneming", "/waarneming")))


def _period(period: Closed) -> str:
    return f"{escape(period.name)}: {_days(period)}"


def _days(period: Closed) -> str:
    first, last = dutch.full_day_text(period.first), dutch.full_day_text(period.last)
    return first if period.first == period.last else f"{first} tot en met {last}"


@dataclass(frozen=True)
class Worked:
    """Weekdays on which the griffie works from when until when."""

    when: list[Opening] = question(
        "Welke dagen wilt u instellen? Bijvoorbeeld: maandag tot en met donderdag. "
        "De tijden mogen er meteen achter: ma t/m do 9-17, vr 9-12.",
        "dagen",
        lambda said: openings(said.text),
        show=openings_text,
        numeric=True,
    )
    times: Span | None = question(
        "Van hoe laat tot hoe laat werkt de griffie dan? Bijvoorbeeld: 9.00 tot 17.00 uur.",
        "tijden",
        lambda said: span(said.text),
        show=span_text,
        skip="Gesloten",
        numeric=True,
        applies=lambda given: not all(one["told"] for one in given.get("when", [])),
    )


@dataclass(frozen=True)
class Away:
    """A period in which the griffie does not work."""

    name: str = question(
        "Hoe heet deze periode? Bijvoorbeeld: kerstreces.",
        "periode",
        lambda said: answers.text(said.text, most=40, least=3),
    )
    first: date = question(
        "Wat is de eerste dag dat de griffie niet werkt?",
        "eerste dag",
        lambda said: answers.day(said.text, at=said.at, zone=said.zone),
    )
    last: date = question(
        "En wat is de laatste dag?",
        "laatste dag",
        lambda said: answers.day(said.text, at=said.at, zone=said.zone),
    )


def set_hours(said: Incoming, ctx: Context) -> Reply:
    """/werktijd, with or without days and times behind it"""
    if not said.rest:
        return forms.begin(WORKED, ctx)
    when = read(Worked, "when", Said(said.rest, said.at, ctx.member.municipality.zone))
    return forms.begin(WORKED, ctx, given={"when": when})


def worked(filled: Worked, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed days and hours; what waits already is planned anew."""
    for one in filled.when:
        officehours.work(ctx.session, ctx.member, one.days, one.times if one.told else filled.times, ctx.now)
    return _changed(ctx, "Dat is opgeslagen.")


def close(said: Incoming, ctx: Context) -> Reply:
    """/gesloten; /gesloten weg 3"""
    verb, _, number = said.rest.partition(" ")
    if verb != "weg":
        return forms.begin(AWAY, ctx)
    text = f"/gesloten {number}".strip()
    period = officehours.reopen(
        ctx.session, ctx.member, numbers.read(replace(said, text=text), "/openingstijden"), ctx.now
    )
    return _changed(ctx, f"De griffie werkt gewoon in deze periode: {escape(period.name)}.")


def away_preview(filled: Away, ctx: Context) -> str:
    """What askers will read in that period. Raises Refusal for a period that ends before it begins."""
    period = _closed(filled)
    hours = officehours.hours(ctx.session, ctx.member.municipality.id, ctx.now)
    hours = Hours(hours.zone, hours.week, (*hours.closed, period))
    begin = datetime.combine(period.first, time(), hours.zone).astimezone(UTC)
    return (
        f"**{escape(period.name)}:** {_days(period)}.\n\n"
        f"Wie in deze periode iets vraagt, leest: “De griffie leest dit {reads(hours, begin)}.”"
    )


def went_away(filled: Away, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed a closed period."""
    officehours.close(ctx.session, ctx.member, _closed(filled), ctx.now)
    return _changed(ctx, "Dat is opgeslagen.")


def _closed(filled: Away) -> Closed:
    if filled.last < filled.first:
        raise Refusal("De laatste dag ligt vóór de eerste.", Choice("Opnieuw", "/gesloten"))
    return Closed(filled.first, filled.last, filled.name)


def _changed(ctx: Context, told: str) -> Reply:
    nudges.anew(ctx.session, ctx.member.municipality.id, ctx.now)
    return Reply(told, (_BACK,))


WORKED = forms.Form("office-hours", "uw keuze", Worked, worked, who=GRIFFIE, send="Ja, opslaan")
AWAY = forms.Form(
    "office-closed", "deze periode", Away, went_away, who=GRIFFIE, send="Ja, opslaan", preview=away_preview
)
