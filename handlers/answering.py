"""The griffie's side of a question: what waits, taking it, asking back, answering."""

from dataclasses import dataclass

from domain import answers, dutch
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import GRIFFIE
from handlers import answer_articles, forms, griffie, numbers, status
from handlers import question_texts as texts
from handlers.context import Context
from storage import members, outbox, questions
from storage.tables import Question, QuestionMessage, QuestionState

_MOST = 20
_HEADINGS = {
    QuestionState.OPEN: "**Open vragen** (hoe lang ze wachten)",
    QuestionState.TAKEN: "**Opgepakt**",
    QuestionState.ASKED_BACK: "**Wacht op wie het vroeg**",
}


@dataclass(frozen=True)
class Answer:
    """What the griffie answers."""

    number: int
    text: str = question("Wat is uw antwoord?", "antwoord", lambda said: answers.text(said.text, most=3000, least=2))


@dataclass(frozen=True)
class Back:
    """What the griffie wants to know first."""

    number: int
    text: str = question("Wat wilt u weten?", "vraag", lambda said: answers.text(said.text, most=2000, least=3))


def listed(said: Incoming, ctx: Context) -> Reply:
    """/vragen: what is not finished, by whose turn it is; with a number that question and what can be done."""
    if said.rest:
        row = questions.one(ctx.session, ctx.member, numbers.read(said, "/vragen"))
        return _shown(row, ctx)
    waiting = questions.waiting(ctx.session, ctx.member)
    if not waiting:
        return Reply("Er staan geen vragen open.")
    parts = []
    for state, heading in _HEADINGS.items():
        rows = [row for row in waiting if row.state == state]
        if rows:
            more = [f"- en nog {len(rows) - _MOST}"] if len(rows) > _MOST else []
            parts.append("\n".join([heading, *(_line(row, ctx) for row in rows[:_MOST]), *more]))
    choices = tuple(Choice(f"Vraag {row.id}", f"/vragen {row.id}") for row in waiting[:8])
    return Reply("\n\n".join(parts), choices)


def _line(row: Question, ctx: Context) -> str:
    by = f", door {_taker(row, ctx)}" if row.state != QuestionState.OPEN else ""
    secret = "vertrouwelijk: " if row.confidential else ""
    return f"- {row.id} ({dutch.duration_text(ctx.now - row.waiting_since)}{by}): {secret}{texts.short(row.text)}"


def _taker(row: Question, ctx: Context) -> str:
    if row.taken_by == ctx.member.id:
        return "u"
    return escape(members.known(ctx.session, row.municipality_id, row.taken_by or 0).name)


def _shown(row: Question, ctx: Context) -> Reply:
    told = {
        QuestionState.OPEN: "Nog niemand heeft deze vraag opgepakt.",
        QuestionState.TAKEN: "Opgepakt door {}.",
        QuestionState.ASKED_BACK: "{} wacht op een antwoord van wie het vroeg.",
        QuestionState.ANSWERED: "Deze vraag is beantwoord.",
        QuestionState.CLOSED: "Deze vraag is beantwoord en afgesloten.",
        QuestionState.WITHDRAWN: "Deze vraag is ingetrokken. De tekst is gewist.",
    }[row.state]
    if "{}" in told:
        taker = _taker(row, ctx)
        told = told.format(taker[0].upper() + taker[1:] if told.startswith("{") else taker)
    mine = row.taken_by == ctx.member.id
    choices = actions(row) if mine or row.state == QuestionState.OPEN else _other(row)
    if row.state in (QuestionState.ANSWERED, QuestionState.CLOSED):
        choices = answer_articles.offered(row)
    if mine and row.state in (QuestionState.TAKEN, QuestionState.ASKED_BACK):
        choices = (*choices, Choice("Teruggeven", f"/teruggeven {row.id}"))
    return Reply(f"{texts.thread(ctx.session, row, griffie=True)}\n\n{told}", choices)


def actions(row: Question) -> tuple[Choice, ...]:
    """What somebody of the griffie can do with a question that is open, or theirs."""
    if row.state not in questions.UNFINISHED:
        return ()
    take = (Choice("Oppakken", f"/neem {row.id}"),) if row.state == QuestionState.OPEN else ()
    return *take, Choice("Beantwoorden", f"/beantwoord {row.id}"), Choice("Doorvragen", f"/doorvraag {row.id}")


def _other(row: Question) -> tuple[Choice, ...]:
    return (Choice("Overnemen", f"/overneem {row.id}"),) if row.state in questions.UNFINISHED else ()


def take(said: Incoming, ctx: Context) -> Reply:
    """/neem 3: the others see that it is taken, and so does the asker."""
    number = numbers.read(said, "/vragen")
    before = questions.one(ctx.session, ctx.member, number).state
    row = _taken(number, ctx)
    if before == QuestionState.OPEN:
        _tell_taken(row, ctx)
    return _shown(row, ctx)


def _taken(number: int, ctx: Context) -> Question:
    try:
        return questions.take(ctx.session, ctx.member, number, ctx.now)
    except questions.Taken as taken:
        raise Refusal(
            f"{escape(taken.name)} is met deze vraag bezig.", Choice("Overnemen", f"/overneem {number}")
        ) from None


def _tell_taken(row: Question, ctx: Context) -> None:
    name = escape(ctx.member.name)
    told = f"{texts.number(row)} is opgepakt door {name}."
    griffie.tell(ctx, told, subject="question-taken", subject_id=row.id, question=row)
    if not status.show(row, f"opgepakt door {name} van de griffie", ctx, told=False):
        _tell_asker(row, ctx, texts.taken(row, name))


def _tell_asker(
    row: Question, ctx: Context, text: str, *, message: QuestionMessage | None = None, choices: tuple[Choice, ...] = ()
) -> bool:
    """Owes the asker a message, also when nobody may know who that is; whether it can arrive now."""
    asker = members.known(ctx.session, row.municipality_id, row.member_id)
    outbox.tell(
        ctx.session,
        asker,
        text,
        ctx.now,
        subject=questions.MESSAGE if message else "question-taken",
        subject_id=message.id if message else row.id,
        choices=choices,
    )
    return bool(members.linked(ctx.session, [asker]))


def take_over(said: Incoming, ctx: Context) -> Reply:
    """/overneem 3: a colleague is ill, or asked for it."""
    number = numbers.read(said, "/vragen")
    before = questions.take_over(ctx.session, ctx.member, number, ctx.now)
    row = questions.one(ctx.session, ctx.member, number)
    if before is not None:
        text = f"{escape(ctx.member.name)} heeft {texts.number(row).lower()} van u overgenomen."
        griffie.tell(ctx, text, subject="question-taken", subject_id=row.id, question=row, only=before)
    status.show(row, f"opgepakt door {escape(ctx.member.name)} van de griffie", ctx, told=False)
    return _shown(row, ctx)


def hand_back(said: Incoming, ctx: Context) -> Reply:
    """/teruggeven 3"""
    row = questions.hand_back(ctx.session, ctx.member, numbers.read(said, "/vragen"), ctx.now)
    status.show(row, "ligt weer open bij de griffie", ctx, told=False)
    griffie.tell(
        ctx,
        f"{escape(ctx.member.name)} heeft {texts.number(row).lower()} teruggegeven. Wie pakt haar op?",
        subject="question-taken",
        subject_id=row.id,
        question=row,
        choices=(Choice("Oppakken", f"/neem {row.id}"), Choice("Vraag lezen", f"/vragen {row.id}")),
    )
    return Reply(f"{texts.number(row)} staat weer open voor iedereen die haar mag lezen.")


def answer(said: Incoming, ctx: Context) -> Reply:
    """/beantwoord 3"""
    return _begin(ANSWER, said, ctx)


def ask_back(said: Incoming, ctx: Context) -> Reply:
    """/doorvraag 3"""
    return _begin(BACK, said, ctx)


def _begin(form: forms.Form[Answer] | forms.Form[Back], said: Incoming, ctx: Context) -> Reply:
    row = _taken(numbers.read(said, "/vragen"), ctx)
    return forms.begin(form, ctx, given={"number": row.id}, intro=f"**{texts.number(row)}:** {escape(row.text)}")


def _preview(what: str, filled: Answer | Back, ctx: Context) -> str:
    row = questions.unfinished(ctx.session, ctx.member, filled.number)
    return f"{what} vraag {row.id} (“{texts.short(row.text)}”):\n\n{escape(filled.text)}"


def answered(filled: Answer, said: Incoming, ctx: Context) -> Reply:
    """The griffie's answer goes to whoever asked."""
    message = questions.answer(ctx.session, ctx.member, filled.number, filled.text, said.key, ctx.now)
    row = questions.one(ctx.session, ctx.member, filled.number)
    more = (Choice("Reageren", f"/reageer {row.id}"), Choice("Afsluiten", f"/afsluiten {row.id}"))
    arrives = _tell_asker(row, ctx, "", message=message, choices=more)
    status.show(row, "beantwoord", ctx)
    told = f"{texts.number(row)} is beantwoord door {escape(ctx.member.name)}."
    for offered in (questions.SUBJECT, questions.OVERDUE):
        griffie.settled(ctx, told, subject=offered, subject_id=row.id)
    griffie.tell(ctx, told, subject="question-end", subject_id=row.id, question=row)
    return Reply(_outcome(f"Uw antwoord op vraag {row.id}", arrives), answer_articles.offered(row))


def asked_back(filled: Back, said: Incoming, ctx: Context) -> Reply:
    """The griffie's question goes to whoever asked; what they type next is the answer to it."""
    message = questions.ask_back(ctx.session, ctx.member, filled.number, filled.text, said.key, ctx.now)
    row = questions.one(ctx.session, ctx.member, filled.number)
    status.show(row, "de griffie heeft u iets gevraagd", ctx)
    more = (Choice("Antwoorden", f"/reageer {row.id}"), Choice("Nu niet", f"/nietnu {row.id}"))
    return Reply(_outcome(f"Uw vraag over vraag {row.id}", _tell_asker(row, ctx, "", message=message, choices=more)))


def _outcome(what: str, arrives: bool) -> str:
    if arrives:
        return f"{what} is verstuurd."
    return f"{what} is opgeslagen, maar komt nu niet aan: wie het vroeg, is niet bereikbaar via Raadsmaat."


ANSWER = forms.Form(
    "answer",
    "uw antwoord",
    Answer,
    answered,
    who=GRIFFIE,
    preview=lambda filled, ctx: _preview("Uw antwoord op", filled, ctx),
)
BACK = forms.Form(
    "ask-back",
    "uw vraag aan wie het vroeg",
    Back,
    asked_back,
    who=GRIFFIE,
    preview=lambda filled, ctx: _preview("Uw vraag over", filled, ctx),
)
