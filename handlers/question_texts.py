"""What people read about a question: made when it goes out, so that a withdrawn question is not told any more."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from domain import dutch
from domain.markup import escape
from storage import members, outbox, questions
from storage.tables import Notice, Part, Question, QuestionMessage, QuestionState

_QUOTED = 100  # characters of a question by which its asker recognises it


def short(text: str) -> str:
    """The beginning of a text on one line, escaped."""
    return escape(dutch.shortened(text, _QUOTED) or "(gewist)")


def number(question: Question) -> str:
    """“Vraag 3”, or that it is a confidential one."""
    return f"{'Vertrouwelijke vraag' if question.confidential else 'Vraag'} {question.id}"


def asker(session: Session, question: Question) -> str:
    """The name of who asked; without one a name that holds for this question only, and tells nothing."""
    if question.anonymous:
        return f"vrager {question.id} (zonder naam)"
    return escape(members.known(session, question.municipality_id, question.member_id).name)


def heading(session: Session, question: Question) -> str:
    """Which question it is, of whom, and what it reacts to."""
    lines = [f"**{number(question)}** van {asker(session, question)}:"]
    if question.notice_id:
        notice = session.get_one(Notice, question.notice_id)
        lines.append(f"Reactie op bericht {notice.id} (“{short(notice.text)}”)")
    return "\n".join(lines)


def thread(session: Session, question: Question, *, griffie: bool) -> str:
    """Everything that was said about a question, as the griffie or as the asker reads it."""
    begin = heading(session, question) if griffie else f"**Uw vraag {question.id}:**"
    text = escape(question.text or "(gewist)")
    parts = [f"{begin}\n{text}" if not griffie else f"{begin}\n\n{text}"]
    who = asker(session, question) if griffie else "U"
    for message in questions.thread(session, question):
        name = ""
        if message.author_id:
            name = escape(members.known(session, question.municipality_id, message.author_id).name)
        by = {
            Part.REPLY: f"**{who[0].upper()}{who[1:]}:**",
            Part.ASKED_BACK: f"**Vraag van {name if griffie else 'de griffie'}:**",
            Part.ANSWER: f"**Antwoord van {name if griffie else 'de griffie'}:**",
        }[message.part]
        parts.append(f"{by}\n{escape(message.text)}")
    return "\n\n".join(parts)


def arrived(session: Session, question_id: int, person_id: int, now: datetime) -> str | None:
    """A new question, for the griffie; None when it need not be told any more."""
    question = session.get_one(Question, question_id)
    if question.state == QuestionState.WITHDRAWN or not may_read(session, question, person_id, now):
        return None
    only = "\n\nAlleen de griffier ziet deze vraag." if question.confidential else ""
    return f"{heading(session, question)}\n\n{escape(question.text)}{only}"


def said(session: Session, message_id: int, person_id: int, now: datetime) -> str | None:
    """What was said about a question, for the other side; None when it need not be told any more."""
    message = session.get_one(QuestionMessage, message_id)
    question = session.get_one(Question, message.question_id)
    if question.state == QuestionState.WITHDRAWN:
        return None
    if message.part == Part.REPLY:
        if not may_read(session, question, person_id, now):
            return None
        who = asker(session, question)
        return (
            f"**{number(question)}:** {who} schrijft:\n\n{escape(message.text)}\n\n"
            f"De vraag was: “{short(question.text)}”"
        )
    about = f"uw vraag “{short(question.text)}”"
    if message.part == Part.ANSWER:
        return f"**Antwoord van de griffie** op {about}:\n\n{escape(message.text)}"
    return (
        f"**De griffie vraagt u iets** over {about}:\n\n{escape(message.text)}\n\n"
        "Typ hier uw antwoord. U ziet eerst wat er naar de griffie gaat."
    )


def taken(question: Question, name: str) -> str:
    """That somebody of the griffie, whose name is escaped, has a question in hand."""
    return f"{name} van de griffie heeft uw vraag {question.id} opgepakt: “{short(question.text)}”."


def stands(session: Session, question_id: int, person_id: int, now: datetime) -> str | None:
    """How a question stands, for its asker; None when they are told in another way."""
    question = session.get_one(Question, question_id)
    if members.known(session, question.municipality_id, question.member_id).person_id != person_id:
        return None
    if question.state == QuestionState.OPEN:
        return f"Uw vraag {question.id} ligt weer open bij de griffie: “{short(question.text)}”."
    if question.state != QuestionState.TAKEN or question.taken_by is None:
        return None
    return taken(question, escape(members.known(session, question.municipality_id, question.taken_by).name))


def may_read(session: Session, question: Question, person_id: int, now: datetime) -> bool:
    """Whether this person may see the question today: a mandate may have ended since it was queued."""
    place = members.place(session, question.municipality_id)
    holders = members.holding(session, place.id, questions.readers(question), place.date_at(now))
    return person_id in {person.person_id for person in holders}


TEXTS: dict[str, Callable[[Session, int, int, datetime], str | None]] = {
    questions.SUBJECT: arrived,
    questions.MESSAGE: said,
    outbox.STATUS: stands,
}
