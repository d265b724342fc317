"""Questions that go to the griffie, and its answers."""

from dataclasses import dataclass

from domain import answers, dutch
from domain.forms import Said, choice_of, option, question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply, Unclear
from domain.roles import COUNCIL, GRIFFIE
from domain.typed import simple
from handlers import forms, griffie, numbers
from handlers.context import Context
from storage import members, outbox, questions
from storage.tables import Question, QuestionState

WITH_NAME, WITHOUT_NAME, NOT = "Ja, met mijn naam", "Ja, zonder mijn naam", "Nee"
LONGEST = 2000
_STATES = {
    QuestionState.OPEN: "ligt bij de griffie",
    QuestionState.ANSWERED: "is beantwoord",
    QuestionState.WITHDRAWN: "is ingetrokken",
}
_ANONYMOUS = frozenset({"anoniem", "graag anoniem", "ja, anoniem", "ja anoniem"})


def _how(said: Said) -> str:
    try:
        return option(said)
    except Refusal:
        if simple(said.text).rstrip(".!") in _ANONYMOUS:
            return WITHOUT_NAME
        if answers.yes_or_no(said.text):
            raise Unclear("Mag uw naam erbij?") from None
        return NOT


@dataclass(frozen=True)
class Offer:
    """Whether a question that the bot cannot answer goes to the griffie, and with whose name."""

    text: str
    how: str = choice_of("Zal ik uw vraag aan de griffie voorleggen?", "hoe", _how)


@dataclass(frozen=True)
class Asked:
    """A question that somebody wants to ask the griffie straight away."""

    text: str = question(
        "Wat is uw vraag aan de griffie?",
        "vraag",
        lambda said: answers.text(said.text, most=LONGEST, least=3),
    )
    how: str = choice_of("Mag de griffie zien dat u dit vraagt?", "met uw naam")


@dataclass(frozen=True)
class Answer:
    """What the griffie answers."""

    number: int
    text: str = question("Wat is uw antwoord?", "antwoord", lambda said: answers.text(said.text, most=3000, least=2))


def ask(said: Incoming, ctx: Context) -> Reply:
    """/vraag, with or without the question behind it."""
    if ctx.member.griffie:
        raise Refusal("U bent zelf de griffie. Met /vragen ziet u welke vragen er openstaan.")
    how = {"how": ["Ja, met mijn naam", "Nee, zonder mijn naam"]}
    given = {"text": answers.text(said.rest, most=LONGEST, least=3)} if said.rest else {}
    return forms.begin(ASKED, ctx, given=given, options=how)


def offered(filled: Offer, said: Incoming, ctx: Context) -> Reply:
    """The person answered whether the griffie may have the question."""
    if filled.how == NOT:
        return Reply("Goed, ik geef uw vraag niet door. U kunt het altijd anders vragen.")
    return _hand_over(filled.text, filled.how == WITHOUT_NAME, said, ctx)


def asked(filled: Asked, said: Incoming, ctx: Context) -> Reply:
    """The person asked the griffie directly."""
    return _hand_over(filled.text, filled.how.startswith("Nee"), said, ctx)


def _hand_over(text: str, anonymous: bool, said: Incoming, ctx: Context) -> Reply:
    stored = questions.hand_over(ctx.session, ctx.member, text, anonymous=anonymous, cause=said.key, now=ctx.now)
    who = "iemand uit de raad of een commissie" if anonymous else escape(ctx.member.name)
    told = griffie.tell(
        ctx,
        f"**Vraag {stored.id}** van {who}:\n\n{escape(text)}",
        subject="question",
        subject_id=stored.id,
        choices=(Choice("Beantwoorden", f"/beantwoord {stored.id}"),),
    )
    name = "Uw naam staat er niet bij." if anonymous else "Uw naam staat erbij."
    ending = "U krijgt het antwoord hier." if told else griffie.absent(ctx)
    return Reply(f"Uw vraag is opgeslagen voor de griffie, met nummer {stored.id}. {name}\n\n{ending}")


def open_questions(said: Incoming, ctx: Context) -> Reply:
    """/vragen: for the griffie what waits for an answer, for others what they asked; with a number one of those."""
    if not ctx.member.griffie:
        return _own(said, ctx)
    waiting = questions.unanswered(ctx.session, ctx.member)
    if not waiting:
        return Reply("Er staan geen vragen open.")
    lines = [f"- {row.id} ({dutch.duration_text(ctx.now - row.asked_at)}): {_short(row)}" for row in waiting[:20]]
    choices = tuple(Choice(f"{row.id} beantwoorden", f"/beantwoord {row.id}") for row in waiting[:5])
    return Reply("\n".join(["**Open vragen** (hoe lang ze wachten)", *lines]), choices)


def _short(row: Question) -> str:
    line = " ".join(row.text.split())
    return escape(line if len(line) <= 100 else line[:99] + "…")


def _own(said: Incoming, ctx: Context) -> Reply:
    own = questions.asked_by(ctx.session, ctx.member)
    if said.rest:
        number = numbers.read(said, "/vragen")
        row = next((row for row in own if row.id == number), None)
        if row is None:
            raise Refusal("Die vraag ken ik niet. Met /vragen ziet u uw vragen.")
        told = (
            f"**Antwoord van de griffie:**\n{escape(row.answer)}" if row.answer else f"Deze vraag {_STATES[row.state]}."
        )
        return Reply(f"**Uw vraag {row.id}:**\n{escape(row.text)}\n\n{told}")
    lines = [f"- {row.id}: “{_short(row)}” {_STATES[row.state]}" for row in own[:10]]
    choices = (Choice(f"Antwoord op {row.id}", f"/vragen {row.id}") for row in own[:5] if row.answer)
    return Reply(
        "\n".join(["**Uw vragen aan de griffie**", *(lines or ["U hebt nog niets gevraagd."])]), tuple(choices)
    )


def answer(said: Incoming, ctx: Context) -> Reply:
    """/beantwoord 3"""
    row = questions.open_one(ctx.session, ctx.member, numbers.read(said, "/vragen"))
    return forms.begin(ANSWER, ctx, given={"number": row.id}, intro=f"**Vraag {row.id}:** {escape(row.text)}")


def answer_preview(filled: Answer, ctx: Context) -> str:
    """The answer with the question it is for."""
    row = questions.open_one(ctx.session, ctx.member, filled.number)
    return f"Uw antwoord op vraag {row.id} (“{_short(row)}”):\n\n{escape(filled.text)}"


def answered(filled: Answer, said: Incoming, ctx: Context) -> Reply:
    """The griffie's answer goes to whoever asked, also when nobody may know who that is."""
    row = questions.answer(ctx.session, ctx.member, filled.number, filled.text, ctx.now)
    asker = members.known(ctx.session, ctx.member.municipality.id, row.member_id)
    outbox.tell(
        ctx.session,
        asker,
        f"**Antwoord van de griffie** op uw vraag “{_short(row)}”:\n\n{escape(filled.text)}",
        ctx.now,
        subject="question",
        subject_id=row.id,
    )
    told = f"Vraag {row.id} is beantwoord door {escape(ctx.member.name)}."
    griffie.settled(ctx, told, subject="question", subject_id=row.id)
    griffie.tell(ctx, told, subject="question", subject_id=row.id)
    if not members.linked(ctx.session, [asker]):
        return Reply(
            f"Uw antwoord op vraag {row.id} is opgeslagen, maar komt nu niet aan: "
            "wie het vroeg, is niet bereikbaar via Raadsmaat."
        )
    return Reply(f"Uw antwoord op vraag {row.id} is verstuurd.")


OFFER = forms.Form("offer", "uw vraag", Offer, offered, confirmed=False, yields=True)
ASKED = forms.Form("question", "uw vraag aan de griffie", Asked, asked, who=COUNCIL)
ANSWER = forms.Form("answer", "uw antwoord", Answer, answered, who=GRIFFIE, preview=answer_preview)
