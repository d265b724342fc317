"""What an asker says more about a question: answering the griffie, asking on, closing it, taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain import answers
from domain.forms import choice_of, question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import COUNCIL
from handlers import answering, forms, griffie, numbers, small_talk, status, unanswered
from handlers import question_texts as texts
from handlers.context import Context
from handlers.officehours import when_read
from handlers.questions import LONGEST, written
from storage import questions
from storage.tables import OpenForm, QuestionState

_SEND, _OTHER = "Ja, versturen", "Nee, dit is iets anders"


@dataclass(frozen=True)
class Reaction:
    """Something more that the asker says about a question."""

    number: int
    text: str = question("Wat wilt u de griffie laten weten?", "uw bericht", written)


@dataclass(frozen=True)
class Heard:
    """What an asker typed while the griffie waits for an answer: it goes there when they say so."""

    number: int
    text: str
    how: str = choice_of("Zal ik dit naar de griffie sturen?", "hoe")


def unsent(row: OpenForm) -> dict[str, Any] | None:
    """What was typed for the griffie and waits for a yes; None when the open form is about something else."""
    return row.answers if row.form == HEARD.name else None


def listening(said: Incoming, ctx: Context, before: Mapping[str, Any] | None = None) -> Reply | None:
    """What is typed while the griffie talks with somebody is kept from the bot's own answers, until it is sent or
    the person says that it is something else. None: nobody talks with them.

    `before`: what was typed just before, and has not been sent either; people write in pieces.
    """
    row = questions.listening(ctx.session, ctx.member, ctx.now)
    taken = row is not None and row.state == QuestionState.TAKEN
    if row is None or (taken and small_talk.answer(said.text)):
        return None
    if ctx.library.emergency(said.text) or not any(character.isalnum() for character in said.text):
        return None
    pieces = [before["text"]] if before and before["number"] == row.id else []
    text = answers.text("\n".join([*pieces, said.text]), most=LONGEST)
    about = f"uw vraag {row.id} (“{texts.short(row.text)}”)"
    intro = (
        f"De griffie is bezig met {about}. Dit komt er dan bij:"
        if taken
        else f"Dit is dan uw antwoord aan de griffie, bij {about}:"
    )
    given = {"number": row.id, "text": text}
    return forms.begin(HEARD, ctx, given=given, options={"how": [_SEND, _OTHER]}, intro=f"{intro}\n\n{escape(text)}")


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
    status.show(row, "uw bericht ligt bij de griffie", ctx)
    told = griffie.tell(
        ctx,
        "",
        subject=questions.MESSAGE,
        subject_id=message.id,
        choices=answering.actions(row),
        question=row,
        only=row.taken_by,
    )
    ending = when_read(ctx) or "De griffie krijgt het te lezen." if told else griffie.absent(ctx)
    return Reply(f"Uw bericht is opgeslagen bij vraag {number}. {ending}")


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
    status.show(row, "beantwoord en afgesloten", ctx)
    return Reply(f"Vraag {row.id} is afgesloten.", (Choice("Toch nog iets vragen", f"/reageer {row.id}"),))


def withdraw(said: Incoming, ctx: Context) -> Reply:
    """/terugtrekken 3"""
    row = questions.own(ctx.session, ctx.member, numbers.read(said, "/vragen"))
    taken_by, name = row.taken_by, texts.asker(ctx.session, row)
    unanswered.taken_back(row.text, ctx)
    questions.withdraw(ctx.session, ctx.member, numbers.read(said, "/vragen"), ctx.now)
    text = f"{texts.number(row)} is ingetrokken door {name}. U hoeft niet meer te antwoorden."
    griffie.tell(ctx, text, subject="question-end", subject_id=row.id, question=row, only=taken_by)
    status.show(row, "ingetrokken", ctx)
    return Reply(f"Vraag {row.id} is ingetrokken. De tekst is gewist.")


REACTION = forms.Form("reaction", "uw bericht aan de griffie", Reaction, reacted, who=COUNCIL, preview=reaction_preview)
HEARD = forms.Form("heard", "uw antwoord aan de griffie", Heard, heard, who=COUNCIL, confirmed=False, yields=True)
