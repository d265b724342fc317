"""Asking the griffie: offered where the bot does not know, asked straight away, or as a reaction to a notice."""

from dataclasses import dataclass

from sqlmodel import Session

from domain import answers
from domain.forms import Said, choice_of, option, question
from domain.messages import Choice, Incoming, Refusal, Reply, Unclear
from domain.roles import COUNCIL
from domain.typed import simple
from handlers import answering, forms, griffie, numbers, status, unanswered
from handlers import question_texts as texts
from handlers.context import Context
from handlers.officehours import when_read
from storage import notices, questions
from storage.tables import Question, QuestionState

WITH_NAME, WITHOUT_NAME, CONFIDENTIAL, NOT = (
    "Ja, met mijn naam",
    "Ja, zonder mijn naam",
    "Ja, alleen de griffier",
    "Nee",
)
OFFERED = [WITH_NAME, WITHOUT_NAME, CONFIDENTIAL, NOT]
LONGEST = 2000
_HOW = ["Ja, met mijn naam", "Nee, zonder mijn naam", "Alleen de griffier mag het lezen"]
_READERS = dict(zip(_HOW, ("de griffie, met uw naam", "de griffie, zonder uw naam", "alleen de griffier"), strict=True))
NAMED = ["Ja, met mijn naam", "Nee, zonder mijn naam"]
_STATES = {
    QuestionState.OPEN: "ligt bij de griffie",
    QuestionState.TAKEN: "is opgepakt door de griffie",
    QuestionState.ASKED_BACK: "wacht op uw antwoord",
    QuestionState.ANSWERED: "is beantwoord",
    QuestionState.CLOSED: "is beantwoord en afgesloten",
    QuestionState.WITHDRAWN: "is ingetrokken",
}
_ANONYMOUS = frozenset({"anoniem", "graag anoniem", "ja, anoniem", "ja anoniem"})
_ONLY_GRIFFIER = frozenset({"vertrouwelijk", "ja, vertrouwelijk", "ja vertrouwelijk", "alleen de griffier"})


def _how(said: Said) -> str:
    try:
        return option(said)
    except Refusal:
        words = simple(said.text).rstrip(".!")
        if words in _ANONYMOUS:
            return WITHOUT_NAME
        if words in _ONLY_GRIFFIER:
            return CONFIDENTIAL
        if answers.yes_or_no(said.text):
            raise Unclear("Mag uw naam erbij?") from None
        return NOT


def _asked_how(said: Said) -> str:
    words = simple(said.text).rstrip(".!")
    if words in _ANONYMOUS:
        return _HOW[1]
    return _HOW[2] if words in _ONLY_GRIFFIER else option(said)


def written(said: Said) -> str:
    """What somebody writes to the griffie. Raises Refusal."""
    return answers.text(said.text, most=LONGEST, least=3)


@dataclass(frozen=True)
class Offer:
    """Whether a question that the bot cannot answer goes to the griffie, and with whose name."""

    text: str
    how: str = choice_of("Zal ik uw vraag aan de griffie voorleggen?", "hoe", _how)
    named: str = choice_of(
        "Mag de griffier uw naam zien?", "met uw naam", applies=lambda given: given.get("how") == CONFIDENTIAL
    )


@dataclass(frozen=True)
class Asked:
    """A question that somebody wants to ask the griffie straight away; `notice` is what it reacts to."""

    notice: int | None
    text: str = question("Wat is uw vraag aan de griffie?", "vraag", written)
    how: str = choice_of(
        "Mag de griffie zien dat u dit vraagt?", "wie leest het", _asked_how, show=_READERS.__getitem__
    )
    named: str = choice_of(
        "Mag de griffier uw naam zien?",
        "uw naam",
        show=lambda named: "staat erbij" if named == NAMED[0] else "staat er niet bij",
        applies=lambda given: given.get("how") == _HOW[2],
    )


@dataclass(frozen=True)
class Reacted(Asked):
    """What somebody wants to say about a notice: for the griffie a question like any other."""

    text: str = question("Wat wilt u de griffie laten weten?", "reactie", written)
    how: str = choice_of(
        "Mag de griffie zien dat u dit schrijft?", "wie leest het", _asked_how, show=_READERS.__getitem__
    )


def ask(said: Incoming, ctx: Context) -> Reply:
    """/vraag, with or without the question behind it."""
    if ctx.member.griffie:
        raise Refusal("U bent zelf de griffie. Met /vragen ziet u welke vragen er openstaan.")
    given = {"text": answers.text(said.rest, most=LONGEST, least=3)} if said.rest else {}
    return forms.begin(ASKED, ctx, given=given, options={"how": _HOW, "named": NAMED})


def react(said: Incoming, ctx: Context) -> Reply:
    """/opbericht 3: a reaction to a notice becomes a question with that notice beside it."""
    if ctx.member.griffie or not ctx.member.may(COUNCIL):
        raise Refusal("Reageren kunnen raadsleden en commissieleden. Spreek de griffie zelf aan.")
    notice_id = numbers.read(said, "/vragen")
    if not notices.received(ctx.session, ctx.member, notice_id):
        raise Refusal("Dat bericht ken ik niet. Met /vraag stelt u de griffie een vraag.")
    notice = notices.get(ctx.session, ctx.member, notice_id)
    intro = f"U reageert op het bericht “{texts.short(notice.text)}”. Alleen de griffie leest uw reactie."
    return forms.begin(REACTED, ctx, given={"notice": notice_id}, options={"how": _HOW, "named": NAMED}, intro=intro)


def offered(filled: Offer, said: Incoming, ctx: Context) -> Reply:
    """The person answered whether the griffie may have the question."""
    if filled.how == NOT:
        return Reply(
            "Goed, ik geef uw vraag niet door. U kunt het altijd anders vragen.", unanswered.offer(filled.text)
        )
    anonymous = filled.how == WITHOUT_NAME or filled.named == NAMED[1]
    return _hand_over(filled.text, said, ctx, anonymous=anonymous, confidential=filled.how == CONFIDENTIAL)


def asked(filled: Asked, said: Incoming, ctx: Context) -> Reply:
    """The person asked the griffie directly."""
    anonymous = filled.how == _HOW[1] or filled.named == NAMED[1]
    confidential = filled.how == _HOW[2]
    return _hand_over(filled.text, said, ctx, anonymous=anonymous, confidential=confidential, notice_id=filled.notice)


def _hand_over(
    text: str, said: Incoming, ctx: Context, *, anonymous: bool, confidential: bool, notice_id: int | None = None
) -> Reply:
    stored = questions.hand_over(
        ctx.session,
        ctx.member,
        text,
        anonymous=anonymous,
        confidential=confidential,
        notice_id=notice_id,
        cause=said.key,
        now=ctx.now,
    )
    if not confidential and notice_id is None:
        unanswered.counted(text, ctx)
    told = griffie.tell(
        ctx,
        "",
        subject=questions.SUBJECT,
        subject_id=stored.id,
        choices=(Choice("Oppakken", f"/neem {stored.id}"), Choice("Beantwoorden", f"/beantwoord {stored.id}")),
        question=stored,
    )
    name = "Uw naam staat er niet bij." if anonymous else "Uw naam staat erbij."
    only = " Alleen de griffier kan de vraag lezen." if confidential else ""
    who = "de griffier" if confidential else "de griffie"
    ending = f"U krijgt het antwoord hier. {when_read(ctx, who)}".rstrip() if told else griffie.absent(ctx)
    what = "vraag" if notice_id is None else "reactie"
    text = f"Uw {what} is opgeslagen voor {who}, met nummer {stored.id}. {name}{only}\n\n{ending}"
    return Reply(text, subject=status.SUBJECT, subject_id=stored.id)


def listed(said: Incoming, ctx: Context) -> Reply:
    """/vragen: for the griffie what waits for it, for others what they asked; with a number one of those."""
    return answering.listed(said, ctx) if ctx.member.griffie else _own(said, ctx)


def _own(said: Incoming, ctx: Context) -> Reply:
    if said.rest:
        row = questions.own(ctx.session, ctx.member, numbers.read(said, "/vragen"))
        return Reply(shown(ctx.session, row), _actions(row))
    own = questions.asked_by(ctx.session, ctx.member)
    lines = [f"- {row.id}: “{texts.short(row.text)}” {_STATES[row.state]}" for row in own[:10]]
    choices = tuple(Choice(_label(row), f"/vragen {row.id}") for row in own[:5])
    return Reply("\n".join(["**Uw vragen aan de griffie**", *(lines or ["U hebt nog niets gevraagd."])]), choices)


def shown(session: Session, row: Question) -> str:
    """All that was said about a question, for who asked it, and whose turn it is."""
    standing = "" if row.state in (QuestionState.ANSWERED, QuestionState.CLOSED) else _STATES[row.state]
    told = texts.thread(session, row, griffie=False)
    return f"{told}\n\nDeze vraag {standing}." if standing else told


def _label(row: Question) -> str:
    answered = row.state in (QuestionState.ANSWERED, QuestionState.CLOSED)
    return f"Antwoord op {row.id}" if answered else f"Vraag {row.id}"


def _actions(row: Question) -> tuple[Choice, ...]:
    if row.state == QuestionState.WITHDRAWN:
        return ()
    say = Choice("Antwoorden" if row.state == QuestionState.ASKED_BACK else "Reageren", f"/reageer {row.id}")
    if row.state in questions.UNFINISHED:
        return say, Choice("Intrekken", f"/terugtrekken {row.id}")
    return (say,) if row.state == QuestionState.CLOSED else (say, Choice("Afsluiten", f"/afsluiten {row.id}"))


OFFER = forms.Form("offer", "uw vraag", Offer, offered, confirmed=False, yields=True)
REACTED = forms.Form("reaction-to-notice", "uw reactie", Reacted, asked, who=COUNCIL)
ASKED = forms.Form("question", "uw vraag aan de griffie", Asked, asked, who=COUNCIL)
