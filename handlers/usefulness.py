"""“Was dit nuttig?”: counted without a name, and shown to the griffie as numbers."""

from dataclasses import dataclass

from domain import answers, dutch
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import COUNCIL
from handlers import forms, reading
from handlers.context import Context
from storage import usefulness

_WHY = ("Het klopt niet", "Ik begrijp het niet", "Het was niet mijn vraag")
_THANKS = "Dank u. Dit is geteld, zonder uw naam."


@dataclass(frozen=True)
class Reason:
    """Why an answer was not useful, in somebody's own words."""

    article: str
    text: str = question(
        "Wat miste u? Noem geen namen: de griffie leest dit, zonder te zien wie het schreef.",
        "wat u miste",
        lambda said: answers.text(said.text, most=500, least=3),
    )


def rate(said: Incoming, ctx: Context) -> Reply:
    """/nuttig motie ja, /nuttig motie nee, and after that why: /nuttig motie omdat 1, /nuttig motie anders."""
    name, _, opinion = said.rest.partition(" ")
    article, here = reading.named(name, ctx), ctx.member.municipality.id
    match opinion.split():
        case ["ja" | "nee" as verdict]:
            usefulness.count(ctx.session, here, article.id, ctx.today, useful=verdict == "ja")
            if verdict == "ja":
                return Reply(_THANKS)
            why = [Choice(label, f"/nuttig {article.id} omdat {number}") for number, label in enumerate(_WHY, 1)]
            other = [Choice("Iets anders", f"/nuttig {article.id} anders"), reading.ASK_GRIFFIE]
            return Reply(f"{_THANKS} Wilt u zeggen waarom? Dat hoeft niet.", (*why, *other))
        case ["omdat", "1" | "2" | "3" as number]:
            usefulness.keep_reason(ctx.session, here, article.id, ctx.today, _WHY[int(number) - 1])
            return Reply("Dank u. Hiermee kan het antwoord beter worden.", (reading.ASK_GRIFFIE,))
        case ["anders"]:
            return forms.begin(REASON, ctx, given={"article": article.id})
    raise Refusal("Kies onder een antwoord of het nuttig was: Ja of Nee.")


def reasoned(filled: Reason, said: Incoming, ctx: Context) -> Reply:
    """Somebody wrote why."""
    usefulness.keep_reason(ctx.session, ctx.member.municipality.id, filled.article, ctx.today, filled.text)
    return Reply("Dank u. Hiermee kan het antwoord beter worden.", (reading.ASK_GRIFFIE,))


def overview(said: Incoming, ctx: Context) -> Reply:
    """/beoordelingen: what people thought of the answers this month; with an article, why it was not useful."""
    here = ctx.member.municipality.id
    if said.rest:
        article = reading.named(said.rest, ctx)
        why = usefulness.reasons(ctx.session, here, article.id)
        if why is None:
            return Reply(f"Redenen ziet u vanaf {usefulness.FEW} stuks. Anders is te raden van wie ze zijn.")
        given = "\n".join(f"- {escape(line)}" for line in why[:50])
        return Reply(f"**Waarom “{escape(article.about.titel)}” niet nuttig was**\n\n{given}")
    month = dutch.month_text(ctx.today)
    counted = usefulness.counts(ctx.session, here, usefulness.month_of(ctx.today))
    if not counted:
        return Reply(f"In {month} heeft nog niemand een antwoord beoordeeld.")
    reasons = usefulness.reason_counts(ctx.session, here)
    lines = [f"- {_title(row.article, ctx)}: {row.useful} × ja, {row.useless} × nee" for row in counted[:30]]
    choices = [
        Choice(f"Waarom: {_title(row.article, ctx)}", f"/beoordelingen {row.article}")
        for row in counted
        if reasons.get(row.article, 0) >= usefulness.FEW
    ]
    text = "\n".join(lines)
    return Reply(f"**Was dit nuttig? ({month})**\n\n{text}\n\nU ziet nooit wie wat vond.", tuple(choices[:5]))


def _title(article_id: str, ctx: Context) -> str:
    try:
        return escape(reading.named(article_id, ctx).about.titel)
    except Refusal:  # an article that was taken away since
        return article_id


REASON = forms.Form("useless", "uw reden", Reason, reasoned, who=COUNCIL, send="Ja, bewaren")
