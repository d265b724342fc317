"""What somebody wrote, fit for others to read: without the names of people here and without personal data."""

from domain import personal
from domain.names import without
from handlers.context import Context
from storage import people


def cleaned(text: str, ctx: Context) -> str:
    """A text without the names of anybody in the municipality and without personal data. How to reach the griffie
    stays."""
    here = ctx.member.municipality
    nameless = without(text, people.names(ctx.session, here.id))
    pieces = nameless.split(here.contact) if here.contact else [nameless]
    text = here.contact.join(personal.blanked(piece) for piece in pieces)
    return text[:1].upper() + text[1:]
