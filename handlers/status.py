"""What became of a question, shown to who asked it in the very message that said it was stored."""

from domain import dutch
from handlers.context import Context
from storage import edits, members
from storage.tables import Question

SUBJECT = "question-status"  # of that message, with the number of the question


def show(row: Question, outcome: str, ctx: Context) -> bool:
    """Lets the message say what became of a question: “opgepakt door Griet Mulder”, escaped. False: the asker does
    not see it there, because the platform cannot change a message or they are reached elsewhere by now."""
    asker = members.known(ctx.session, row.municipality_id, row.member_id)
    assert row.id is not None
    when = dutch.moment_text(ctx.now, ctx.member.municipality.zone, today=ctx.today)
    return edits.status(
        ctx.session,
        row.municipality_id,
        SUBJECT,
        row.id,
        f"**Stand:** {outcome} ({when}).",
        ctx.now,
        person_id=asker.person_id,
    )
