"""Meetings: entered, moved and cancelled by the griffie; the agenda; and the messages about them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import answers, dutch, times
from domain.forms import choice_of, question
from domain.markup import escape
from domain.messages import Choice, Incoming, Reply
from domain.roles import GRIFFIE, Municipality
from handlers import forms, numbers
from handlers.context import Context
from storage import group_reminders, meetings, members, outbox
from storage.tables import Meeting

MOVED, CANCELLED = "meeting-moved", "meeting-cancelled"

_OFFERED = 8  # meetings to choose from in one message
_PLACE_HINT = "Waar is de vergadering? Bijvoorbeeld: raadzaal."


@dataclass(frozen=True)
class Entered:
    """A meeting as the griffie enters it. Of a closed one the topic is not asked and not kept."""

    gremium: str = choice_of("Wie vergadert er?", "wie")
    starts_at: datetime = question(
        "Wanneer begint de vergadering? Bijvoorbeeld: dinsdag 8 december 19.30 uur.",
        "wanneer",
        lambda said: times.moment(said.text, at=said.at, zone=said.zone),
    )
    place: str = question(_PLACE_HINT, "waar", lambda said: answers.text(said.text, most=150, least=2))
    closed: bool = question(
        "Is de vergadering besloten?",
        "besloten",
        lambda said: answers.yes_or_no(said.text),
        show=lambda closed: "ja" if closed else "nee",
        choices=(Choice("Nee, openbaar", "nee"), Choice("Ja, besloten", "ja")),
    )
    topic: str | None = question(
        "Waar gaat de vergadering over? Eén regel is genoeg.",
        "onderwerp",
        lambda said: answers.text(said.text, most=200, least=3),
        skip="Geen onderwerp",
        applies=lambda given: not given.get("closed"),
    )


@dataclass(frozen=True)
class Moved:
    """The new moment of a meeting, and the new place where that changes too."""

    meeting: int
    starts_at: datetime = question(
        "Wat is het nieuwe moment? Bijvoorbeeld: woensdag 9 december 20.00 uur.",
        "nieuw moment",
        lambda said: times.moment(said.text, at=said.at, zone=said.zone),
    )
    place: str | None = question(
        "Is de plaats ook anders? Typ dan de nieuwe plaats.",
        "nieuwe plaats",
        lambda said: answers.text(said.text, most=150, least=2),
        skip="Zelfde plaats",
    )


@dataclass(frozen=True)
class Cancelled:
    """Why a meeting does not take place, if the griffie wants to say. Of a closed one it is not asked."""

    meeting: int
    closed: bool
    reason: str | None = question(
        "U gelast deze vergadering af. Wilt u zeggen waarom?",
        "reden",
        lambda said: answers.text(said.text, most=500, least=3),
        skip="Geen reden",
        applies=lambda given: not given.get("closed"),
    )


def enter(said: Incoming, ctx: Context) -> Reply:
    """/vergadering"""
    gremia = [row.name for row in members.gremia(ctx.session, ctx.member.municipality.id)]
    if not gremia:
        return Reply("Er zijn nog geen raad en commissies bekend. Importeer eerst de ledenlijst.")
    return forms.begin(ENTERED, ctx, options={"gremium": gremia})


def entered(filled: Entered, said: Incoming, ctx: Context) -> Reply:
    """The meeting is confirmed."""
    meeting = meetings.enter(
        ctx.session,
        ctx.member,
        gremium=filled.gremium,
        topic=filled.topic or "",
        starts_at=filled.starts_at,
        place=filled.place,
        closed=filled.closed,
        cause=said.key,
        now=ctx.now,
    )
    people = meetings.attending(ctx.session, meeting, ctx.member)
    return Reply(
        f"De vergadering staat in de agenda, met nummer {meeting.id}.\n\n"
        f"{_reached(people, 'krijgt herinneringen', 'krijgen herinneringen', ctx)} "
        "Verplaatsen of afgelasten kan via /agenda.",
        _changes(meeting),
    )


def _reached(people: list[members.Known], one: str, many: str, ctx: Context) -> str:
    """How many are reached, and by name who is not: those the griffie has to tell."""
    reached = members.linked(ctx.session, people)
    missing = [escape(person.name) for person in people if person.id not in reached]
    text = f"{dutch.plural(len(reached), f'persoon {one}', f'mensen {many}')}."
    return f"{text} Niet bereikbaar via Raadsmaat: {dutch.some(missing)}." if missing else text


def _changes(meeting: Meeting) -> tuple[Choice, ...]:
    return Choice("Verplaatsen", f"/verplaats {meeting.id}"), Choice("Afgelasten", f"/afgelasten {meeting.id}")


def move(said: Incoming, ctx: Context) -> Reply:
    """/verplaats 3; without a number it shows what can be moved"""
    if not said.rest:
        return agenda(said, ctx)
    meeting = meetings.planned(ctx.session, ctx.member, numbers.read(said, "/agenda"), ctx.now)
    return forms.begin(MOVED_FORM, ctx, given={"meeting": meeting.id}, intro=describe(meeting, ctx))


def move_preview(filled: Moved, ctx: Context) -> str:
    """The meeting as it was and as it will be."""
    meeting = meetings.planned(ctx.session, ctx.member, filled.meeting, ctx.now)
    when = dutch.moment_text(filled.starts_at, ctx.member.municipality.zone, today=ctx.today)
    return f"{describe(meeting, ctx)}\n\nwordt **verplaatst** naar:\n\n{when}\n{escape(filled.place or meeting.place)}"


def moved(filled: Moved, said: Incoming, ctx: Context) -> Reply:
    """The new moment is confirmed: everybody who belongs to it hears at once."""
    meeting = meetings.move(ctx.session, ctx.member, filled.meeting, filled.starts_at, filled.place, ctx.now)
    told = _tell(meeting, MOVED, ctx)
    return Reply(f"De vergadering is verplaatst. De herinneringen zijn aangepast.\n\n{told}")


def cancel(said: Incoming, ctx: Context) -> Reply:
    """/afgelasten 3; without a number it shows what can be cancelled"""
    if not said.rest:
        return agenda(said, ctx)
    meeting = meetings.planned(ctx.session, ctx.member, numbers.read(said, "/agenda"), ctx.now)
    given = {"meeting": meeting.id, "closed": meeting.closed}
    return forms.begin(CANCELLED_FORM, ctx, given=given, intro="" if meeting.closed else describe(meeting, ctx))


def cancel_preview(filled: Cancelled, ctx: Context) -> str:
    """What is cancelled, and what people will read."""
    meeting = meetings.planned(ctx.session, ctx.member, filled.meeting, ctx.now)
    reason = f"\nReden: {escape(filled.reason)}" if filled.reason else ""
    return f"Deze vergadering **gaat niet door**:\n\n{describe(meeting, ctx)}{reason}"


def cancelled(filled: Cancelled, said: Incoming, ctx: Context) -> Reply:
    """The cancellation is confirmed: everybody who belongs to it hears at once."""
    meeting = meetings.cancel(ctx.session, ctx.member, filled.meeting, filled.reason, ctx.now)
    told = _tell(meeting, CANCELLED, ctx)
    return Reply(f"De vergadering is afgelast. Er komen geen herinneringen meer.\n\n{told}")


def _tell(meeting: Meeting, subject: str, ctx: Context) -> str:
    people = [person for person in meetings.attending(ctx.session, meeting, ctx.member) if person.id != ctx.member.id]
    for person in people:
        outbox.tell(ctx.session, person, "", ctx.now, subject=subject, subject_id=meeting.id)
    for group in group_reminders.attending(ctx.session, meeting):
        outbox.post_in(ctx.session, group, "", ctx.now, subject=subject, subject_id=meeting.id)
    return _reached(people, "krijgt nu bericht", "krijgen nu bericht", ctx)


def describe(meeting: Meeting, ctx: Context) -> str:
    """A meeting in a few lines. Of a closed one: who, when, where, and nothing else."""
    return facts(ctx.session, meeting, ctx.member.municipality, ctx.now)


def facts(session: Session, meeting: Meeting, place: Municipality, now: datetime) -> str:
    """The lines about a meeting, for every message in which it is named."""
    gremium = meetings.gremium(session, meeting)
    when = dutch.moment_text(meeting.starts_at, place.zone, today=place.date_at(now))
    topic = f"\nOnderwerp: {escape(meeting.topic)}" if meeting.topic and not meeting.closed else ""
    closed = " (besloten)" if meeting.closed else ""
    return f"**{escape(gremium)}**{closed}\n{when}\n{escape(meeting.place)}{topic}"


def agenda(said: Incoming, ctx: Context) -> Reply:
    """/agenda; for the griffie with a number that meeting, to move or cancel it"""
    if said.rest and ctx.member.griffie:
        chosen = meetings.planned(ctx.session, ctx.member, numbers.read(said, "/agenda"), ctx.now)
        return Reply(describe(chosen, ctx), _changes(chosen))
    coming = meetings.coming(ctx.session, ctx.member, ctx.now)
    if not coming:
        return Reply("Er staan geen vergaderingen in uw agenda.")
    if not ctx.member.griffie:
        return Reply("\n\n".join(["Dit komt er aan:", *(describe(meeting, ctx) for meeting in coming)]))
    lines = (f"Nummer {meeting.id}: {describe(meeting, ctx)}" for meeting in coming)
    choices = tuple(Choice(_named(meeting, ctx), f"/agenda {meeting.id}") for meeting in coming[:_OFFERED])
    asked = "Wilt u een vergadering verplaatsen of afgelasten? Kies welke."
    return Reply("\n\n".join(["Dit komt er aan:", *lines, asked]), choices)


def _named(meeting: Meeting, ctx: Context) -> str:
    """“Commissie Ruimte, 1 december”"""
    day = dutch.local(meeting.starts_at, ctx.member.municipality.zone).date()
    return f"{dutch.shortened(meetings.gremium(ctx.session, meeting), 30)}, {dutch.date_text(day).rpartition(' ')[0]}"


ENTERED = forms.Form("meeting", "de vergadering", Entered, entered, who=GRIFFIE, send="Ja, opslaan")
MOVED_FORM = forms.Form(
    "meeting-moved", "de verplaatsing", Moved, moved, who=GRIFFIE, send="Ja, verplaatsen", preview=move_preview
)
CANCELLED_FORM = forms.Form(
    "meeting-cancelled",
    "de afgelasting",
    Cancelled,
    cancelled,
    who=GRIFFIE,
    send="Ja, afgelasten",
    preview=cancel_preview,
)
