"""Telling the griffie, wherever something waits for it or was done by one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from sqlmodel import Session

from domain.markup import escape
from domain.messages import Choice
from domain.roles import GRIFFIE, Municipality
from handlers.context import Context
from storage import edits, members, outbox, questions
from storage.tables import Question


def tell(
    ctx: Context,
    text: str,
    *,
    subject: str,
    subject_id: int | None = None,
    choices: Sequence[Choice] = (),
    besides: int | None = None,
    question: Question | None = None,
    only: int | None = None,
) -> bool:
    """Owes a message to everybody of the griffie but who talks and the member with id `besides`.

    Of a `question` only who may see it is told; with `only` it goes to that member if they still may, and to all
    when not. Returns whether it can reach anybody now.
    """
    held = questions.readers(question) if question else GRIFFIE
    people = [
        person
        for person in members.holding(ctx.session, ctx.member.municipality.id, held, ctx.today)
        if person.id not in (ctx.member.id, besides)
    ]
    people = [person for person in people if person.id == only] or people
    for person in people:
        outbox.tell(ctx.session, person, text, ctx.now, choices=choices, subject=subject, subject_id=subject_id)
    return bool(members.linked(ctx.session, people))


def tell_all(session: Session, place: Municipality, text: str, now: datetime, **about: Unpack[outbox.About]) -> int:
    """Owes a message to everybody of a griffie, where nobody talks: from the clock, a group or the command line.

    Returns how many people that are.
    """
    people = members.holding(session, place.id, GRIFFIE, place.date_at(now))
    for person in people:
        outbox.tell(session, person, text, now, **about)
    return len(people)


def settled(ctx: Context, outcome: str, *, subject: str, subject_id: int | None) -> None:
    """What offered the griffie to decide something says what became of it; `outcome` can stand alone."""
    if subject_id is None:
        return
    place = ctx.member.municipality.id
    people = {person.person_id for person in members.holding(ctx.session, place, GRIFFIE, ctx.today)}
    edits.settled(ctx.session, place, subject, subject_id, outcome, ctx.now, people=people)


def absent(ctx: Context) -> str:
    """What to do when nobody of the griffie is reached."""
    contact = ctx.member.municipality.contact
    how = f": {escape(contact)}" if contact else " met de griffie"
    return f"De griffie is nog niet bereikbaar via Raadsmaat. Neem daarom zelf contact op{how}."
