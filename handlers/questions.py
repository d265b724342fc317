"""Asking the griffie: offered where the bot does not know, asked straight away, or as a reaction to a notice."""

from dataclasses import dataclass

from domain import answers
from domain.forms import Said, choice_of, option, question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply, Unclear
from domain.roles import COUNCIL
from domain.typed import simple
from handlers import answering, forms, griffie, numbers
from handlers import question_texts as texts
from handlers.context import Context
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
NAMED = ["Ja, met mijn naam", "Nee, zonder mijn naam"]
_SEND, _OTHER = "Ja, versturen", "Nee, dit is iets anders"
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


def _text(said: Said) -> str:
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
    text: str = question("Wat is uw vraag aan de griffie?", "vraag", _text)
    how: str = choice_of("Mag de griffie zien dat u dit vraagt?", "met uw naam", _asked_how)
    named: str = choice_of(
        "Mag de griffier uw naam zien?", "uw naam", applies=lambda given: given.get("how") == _HOW[2]
    )


@dataclass(frozen=True)
class Reaction:
    """Something more that the asker says about a question."""

    number: int
    text: str = question("Wat wilt u de griffie laten weten?", "uw bericht", _text)


@dataclass(frozen=True)
class Heard:
    """What an asker typed while the griffie waits for an answer: it goes there when they say so."""

    number: int
    text: str
    how: str = choice_of("Zal ik dit naar de griffie sturen?", "hoe")


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
    if not questions.received(ctx.session, ctx.member, notice_id):
        raise Refusal("Dat bericht ken ik niet. Met /vraag stelt u de griffie een vraag.")
    notice = notices.get(ctx.session, ctx.member, notice_id)
    intro = f"U reageert op het bericht “{texts.short(notice.text)}”. Alleen de griffie leest uw reactie."
    return forms.begin(ASKED, ctx, given={"notice": notice_id}, options={"how": _HOW, "named": NAMED}, intro=intro)


def offered(filled: Offer, said: Incoming, ctx: Context) -> Reply:
    """The person answered whether the griffie may have the question."""
    if filled.how == NOT:
        return Reply("Goed, ik geef uw vraag niet door. U kunt het altijd anders vragen.")
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
    told = griffie.tell(
        ctx,
        "",
        subject=questions.SUBJECT,
        subject_id=stored.id,
        choices=(Choice("Oppakken", f"/neem {stored.id}"), Choice("Beantwoorden", f"/beantwoord {stored.id}")),
        held=questions.readers(stored),
    )
    name = "Uw naam staat er niet bij." if anonymous else "Uw naam staat erbij."
    only = " Alleen de griffier kan de vraag lezen." if confidential else ""
    ending = "U krijgt het antwoord hier." if told else griffie.absent(ctx)
    who = "de griffier" if confidential else "de griffie"
    return Reply(f"Uw vraag is opgeslagen voor {who}, met nummer {stored.id}. {name}{only}\n\n{ending}")


def listed(said: Incoming, ctx: Context) -> Reply:
    """/vragen: for the griffie what waits for it, for others what they asked; with a number one of those."""
    return answering.listed(said, ctx) if ctx.member.griffie else _own(said, ctx)


def _own(said: Incoming, ctx: Context) -> Reply:
    if said.rest:
        row = questions.own(ctx.session, ctx.member, numbers.read(said, "/vragen"))
        shown = texts.thread(ctx.session, row, griffie=False)
        if row.state not in (QuestionState.ANSWERED, QuestionState.CLOSED):
            shown += f"\n\nDeze vraag {_STATES[row.state]}."
        return Reply(shown, _actions(row))
    own = questions.asked_by(ctx.session, ctx.member)
    lines = [f"- {row.id}: “{texts.short(row.text)}” {_STATES[row.state]}" for row in own[:10]]
    choices = tuple(Choice(_label(row), f"/vragen {row.id}") for row in own[:5])
    return Reply("\n".join(["**Uw vragen aan de griffie**", *(lines or ["U hebt nog niets gevraagd."])]), choices)


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


def listening(said: Incoming, ctx: Context) -> Reply | None:
    """What is typed while the griffie waits for an answer is kept from the bot's own answers, until it is sent
    or the person says that it is something else. None: nobody waits for it."""
    row = questions.listening(ctx.session, ctx.member)
    if row is None:
        return None
    if ctx.library.emergency(said.text) or not any(character.isalnum() for character in said.text):
        return None
    text = answers.text(said.text, most=LONGEST)
    given = {"number": row.id, "text": text}
    intro = (
        f"Dit is dan uw antwoord aan de griffie, bij uw vraag {row.id} (“{texts.short(row.text)}”):\n\n{escape(text)}"
    )
    return forms.begin(HEARD, ctx, given=given, options={"how": [_SEND, _OTHER]}, intro=intro)


def heard(filled: Heard, said: Incoming, ctx: Context) -> Reply:
    """The asker said whether what they typed was for the griffie."""
    if filled.how == _SEND:
        return _replied(filled.number, filled.text, said, ctx)
    questions.ignore(ctx.session, ctx.member, filled.number)
    return Reply(
        "Goed, dit gaat niet naar de griffie. Wat u typt, is weer voor mij.",
        (
            Choice("Stel deze vraag aan mij", filled.text),
            Choice("Toch de griffie antwoorden", f"/reageer {filled.number}"),
        ),
    )


def say_more(said: Incoming, ctx: Context) -> Reply:
    """/reageer 3: the asker answers the griffie, or asks on."""
    row = questions.own(ctx.session, ctx.member, numbers.read(said, "/vragen"))
    if row.state == QuestionState.WITHDRAWN:
        raise Refusal("Deze vraag hebt u ingetrokken. Met /vraag stelt u een nieuwe.")
    return forms.begin(REACTION, ctx, given={"number": row.id})


def reaction_preview(filled: Reaction, ctx: Context) -> str:
    """What goes to the griffie, with the question it belongs to."""
    row = questions.own(ctx.session, ctx.member, filled.number)
    return f"Dit gaat naar de griffie, bij uw vraag {row.id} (“{texts.short(row.text)}”):\n\n{escape(filled.text)}"


def reacted(filled: Reaction, said: Incoming, ctx: Context) -> Reply:
    """The asker confirmed."""
    return _replied(filled.number, filled.text, said, ctx)


def _replied(number: int, text: str, said: Incoming, ctx: Context) -> Reply:
    message = questions.reply(ctx.session, ctx.member, number, text, said.key, ctx.now)
    row = questions.own(ctx.session, ctx.member, number)
    told = griffie.tell(
        ctx,
        "",
        subject=questions.MESSAGE,
        subject_id=message.id,
        choices=answering.actions(row),
        held=questions.readers(row),
        only=row.taken_by,
    )
    ending = "" if told else f"\n\n{griffie.absent(ctx)}"
    return Reply(f"Uw bericht is opgeslagen bij vraag {number}. De griffie krijgt het te lezen.{ending}")


def not_now(said: Incoming, ctx: Context) -> Reply:
    """/nietnu 3: what the asker types is for the bot again."""
    row = questions.ignore(ctx.session, ctx.member, numbers.read(said, "/vragen"))
    return Reply(
        "Goed. Wat u typt, gaat niet naar de griffie. Antwoorden kan later ook.",
        (Choice("Toch antwoorden", f"/reageer {row.id}"),),
    )


def done(said: Incoming, ctx: Context) -> Reply:
    """/afsluiten 3"""
    row = questions.close(ctx.session, ctx.member, numbers.read(said, "/vragen"))
    return Reply(f"Vraag {row.id} is afgesloten.", (Choice("Toch nog iets vragen", f"/reageer {row.id}"),))


def withdraw(said: Incoming, ctx: Context) -> Reply:
    """/terugtrekken 3"""
    row = questions.own(ctx.session, ctx.member, numbers.read(said, "/vragen"))
    taken_by, name = row.taken_by, texts.asker(ctx.session, row)
    questions.withdraw(ctx.session, ctx.member, numbers.read(said, "/vragen"), ctx.now)
    text = f"{texts.number(row)} is ingetrokken door {name}. U hoeft niet meer te antwoorden."
    griffie.tell(ctx, text, subject="question-end", subject_id=row.id, held=questions.readers(row), only=taken_by)
    return Reply(f"Vraag {row.id} is ingetrokken. De tekst is gewist.")


OFFER = forms.Form("offer", "uw vraag", Offer, offered, confirmed=False, yields=True)
ASKED = forms.Form("question", "uw vraag aan de griffie", Asked, asked, who=COUNCIL)
REACTION = forms.Form("reaction", "uw bericht aan de griffie", Reaction, reacted, who=COUNCIL, preview=reaction_preview)
HEARD = forms.Form("heard", "uw antwoord aan de griffie", Heard, heard, who=COUNCIL, confirmed=False, yields=True)
