"""What became of a question, shown to who asked it in the very message that said it was stored."""

from domain import dutch
from handlers.context import Context
from storage import edits, members, outbox
from storage.tables import Question

SUBJECT = outbox.STATUS  # of that message, with the number of the question


def show(row: Question, outcome: str, ctx: Context, *, told: bool = True) -> bool:
    """Lets the message say what became of a question: “opgepakt door Griet Mulder”, escaped. False: the asker does
    not see it there, because the platform cannot change a message or they are reached elsewhere by now.

    Not `told`: they hear of it in no other way. When the message turns out not to be there any more, they are then
    told in one of its own (`handlers.question_texts.stands`).
    """
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
        told=told,
    )
