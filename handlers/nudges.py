"""Questions that nobody picks up: the deputy hears of it, then the griffier, and then all of the griffie each day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from domain import answers, dutch
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import GRIFFIE
from handlers import forms, griffie
from handlers import question_texts as texts
from handlers.context import Context
from storage import members, nudges, officehours, outbox, questions
from storage.officehours import Turns
from storage.tables import Nudge, Question, QuestionState

DIGEST = "question-digest"
_HOUR = timedelta(hours=1)
_MOST_HOURS = 80  # two weeks
_MOST_LINES = 20


def tell_due(session: Session, now: datetime) -> None:
    """Owes a message to whoever must hear by now that a question waits; outside office hours it waits for those."""
    places: set[int] = set()
    for row in nudges.due(session, now):
        if officehours.hours(session, row.municipality_id, now).opening(now) > now:
            nudges.later(session, row, now)
        elif not questions.orphaned(session, row, now):
            if row.nudge == Nudge.DIGEST:
                places.add(row.municipality_id)
            nudges.goes_on(session, row, _told(session, row, now), now)
    for place in sorted(places):
        nudges.listed(session, place, now)
        here, choices = members.place(session, place), (Choice("Alle vragen", "/vragen"),)
        griffie.tell_all(session, here, "", now, choices=choices, subject=DIGEST, subject_id=place)


def _told(session: Session, row: Question, now: datetime) -> Nudge:
    """Tells the deputy or else the griffier of a question; returns whose turn that was."""
    if row.nudge == Nudge.DIGEST:
        return Nudge.DIGEST
    today = members.place(session, row.municipality_id).date_at(now)
    readers = members.holding(session, row.municipality_id, questions.readers(row), today)
    griffiers = members.holding(session, row.municipality_id, questions.GRIFFIER, today) or readers
    turns = officehours.turns(session, row.municipality_id)
    deputy = [person for person in readers if person.id == turns.deputy]
    if row.nudge == Nudge.DEPUTY and members.linked(session, deputy):
        turn, people = Nudge.DEPUTY, deputy
    else:
        turn, people = Nudge.GRIFFIER, [one for one in griffiers if row.nudge == Nudge.DEPUTY or one not in deputy]
    for person in people:
        choices = (Choice("Oppakken", f"/neem {row.id}"), Choice("Beantwoorden", f"/beantwoord {row.id}"))
        outbox.tell(session, person, "", now, choices=choices, subject=questions.OVERDUE, subject_id=row.id)
    return turn


def _overdue(session: Session, question_id: int, person_id: int, now: datetime) -> str | None:
    row = session.get_one(Question, question_id)
    if row.state != QuestionState.OPEN or not texts.may_read(session, row, person_id, now):
        return None
    waited = officehours.hours(session, row.municipality_id, row.waiting_since).between(row.waiting_since, now)
    only = "\n\nAlleen de griffier ziet deze vraag." if row.confidential else ""
    return (
        f"**Nog niemand heeft vraag {row.id} opgepakt.** Zij wacht al {dutch.duration_text(waited)} (gerekend in "
        f"uren dat de griffie werkt).\n\n{texts.heading(session, row)}\n\n{escape(row.text)}{only}"
    )


def _digest(session: Session, municipality_id: int, person_id: int, now: datetime) -> str | None:
    waiting = [row for row in questions.unfinished_in(session, municipality_id) if row.state in questions.WITH_GRIFFIE]
    # Whether somebody may read a question depends on one thing of it only.
    kinds = {row.confidential: row for row in waiting}
    readable = {secret for secret, row in kinds.items() if texts.may_read(session, row, person_id, now)}
    rows = [row for row in waiting if row.confidential in readable]
    if not rows:
        return None
    lines = [_line(session, row, now) for row in rows[:_MOST_LINES]]
    more = [f"- en nog {len(rows) - _MOST_LINES}"] if len(rows) > _MOST_LINES else []
    return "\n".join(["**Vragen die op de griffie wachten**", *lines, *more])


def _line(session: Session, row: Question, now: datetime) -> str:
    taken = ""
    if row.taken_by and row.state == QuestionState.TAKEN:
        taken = f", opgepakt door {escape(members.known(session, row.municipality_id, row.taken_by).name)}"
    text = "vertrouwelijk" if row.confidential else texts.short(row.text)
    return f"- {row.id} ({dutch.duration_text(now - row.waiting_since)}{taken}): {text}"


TEXTS: dict[str, Callable[[Session, int, int, datetime], str | None]] = {questions.OVERDUE: _overdue, DIGEST: _digest}


def _hours(said: str) -> int:
    return answers.count(said, least=1, most=_MOST_HOURS, of=("uur", "uren"))


@dataclass(frozen=True)
class Waits:
    """How long a question may wait, in hours in which the griffie works."""

    deputy: int = question(
        "Na hoeveel uur hoort de waarnemer dat een vraag nog niet is opgepakt?",
        "naar de waarnemer na",
        lambda said: _hours(said.text),
        show=lambda hours: f"{hours} uur",
        numeric=True,
    )
    griffier: int = question(
        "En hoeveel uur daarna de griffier?",
        "daarna naar de griffier na",
        lambda said: _hours(said.text),
        show=lambda hours: f"{hours} uur",
        numeric=True,
    )


def stand_in(said: Incoming, ctx: Context) -> Reply:
    """/waarneming, with a name to choose who stands in, or “geen”."""
    if not said.rest:
        return _shown(ctx)
    people = members.holding(ctx.session, ctx.member.municipality.id, GRIFFIE, ctx.today)
    if said.rest.lower().rstrip(".!") in ("geen", "niemand"):
        officehours.stand_in(ctx.session, ctx.member, None, ctx.now)
        griffie.tell(ctx, "Er is geen waarnemer meer voor vragen aan de griffie.", subject="deputy")
        return _shown(ctx, "Er is nu geen waarnemer.")
    found = [person for person in people if str(person.id) == said.rest]
    found = found or [people[at] for at in answers.named(said.rest, [person.name for person in people])]
    if not found:
        raise Refusal("Die persoon hoort niet bij de griffie.", Choice("Wie kan het zijn?", "/waarneming"))
    if len(found) > 1:
        raise Refusal("Wie bedoelt u?", *(Choice(person.name, f"/waarneming {person.id}") for person in found[:8]))
    name = escape(found[0].name)
    officehours.stand_in(ctx.session, ctx.member, found[0].id, ctx.now)
    griffie.tell(ctx, f"{name} is nu waarnemer voor vragen aan de griffie.", subject="deputy")
    return _shown(ctx, f"{name} is nu waarnemer.")


def _shown(ctx: Context, before: str = "") -> Reply:
    here = ctx.member.municipality.id
    people = members.holding(ctx.session, here, GRIFFIE, ctx.today)
    turns = officehours.turns(ctx.session, here)
    deputy = next((person for person in people if person.id == turns.deputy), None)
    now = before or (f"De waarnemer is {escape(deputy.name)}." if deputy else "Er is nog geen waarnemer.")
    choices = [Choice(f"{person.name} neemt waar", f"/waarneming {person.id}") for person in people if person != deputy]
    if deputy:
        choices.append(Choice("Geen waarnemer", "/waarneming geen"))
    return Reply(
        f"**Waarneming**\n\n{now}\n\n{_explained(turns)}",
        (*choices[:8], Choice("Tijden wijzigen", "/wachttijd"), Choice("Openingstijden", "/openingstijden")),
    )


def _explained(turns: Turns) -> str:
    first, then = (each // _HOUR for each in (turns.deputy_after, turns.griffier_after))
    return (
        f"Pakt niemand een vraag op, dan hoort na {first} uur de waarnemer het, en {then} uur daarna de griffier. "
        "Zonder waarnemer hoort de griffier het meteen. Daarna krijgt de hele griffie elke werkdag een lijst, tot "
        "alles is beantwoord. Een vertrouwelijke vraag gaat alleen naar de griffier.\n\n"
        "Alleen de uren dat de griffie werkt, tellen."
    )


def wait(said: Incoming, ctx: Context) -> Reply:
    """/wachttijd"""
    return forms.begin(WAITS, ctx)


def waits(filled: Waits, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed; what waits already is planned anew."""
    officehours.wait(ctx.session, ctx.member, filled.deputy * _HOUR, filled.griffier * _HOUR, ctx.now)
    nudges.anew(ctx.session, ctx.member.municipality.id, ctx.now)
    return _shown(ctx, "Dat is opgeslagen.")


WAITS = forms.Form("waits", "uw keuze", Waits, waits, who=GRIFFIE, send="Ja, opslaan")
