"""Telling the griffie, wherever something waits for it or was done by one of them."""

from collections.abc import Sequence

from domain.markup import escape
from domain.messages import Choice
from domain.roles import GRIFFIE, Role
from handlers.context import Context
from storage import edits, members, outbox


def tell(
    ctx: Context,
    text: str,
    *,
    subject: str,
    subject_id: int | None,
    choices: Sequence[Choice] = (),
    besides: int | None = None,
    held: frozenset[Role] = GRIFFIE,
    only: int | None = None,
) -> bool:
    """Owes a message to everybody of the griffie but who talks and the member with id `besides`.

    `held` are the roles that may read it; with `only` it goes to that member if they still hold one of those, and
    to all when not. Returns whether it can reach anybody now.
    """
    people = [
        person
        for person in members.holding(ctx.session, ctx.member.municipality.id, held, ctx.today)
        if person.id not in (ctx.member.id, besides)
    ]
    people = [person for person in people if person.id == only] or people
    for person in people:
        outbox.tell(ctx.session, person, text, ctx.now, choices=choices, subject=subject, subject_id=subject_id)
    return bool(members.linked(ctx.session, people))


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
