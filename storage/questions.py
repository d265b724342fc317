"""Questions that were handed over to the griffie."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from domain.messages import Refusal
from domain.roles import Member
from storage import audit
from storage.tables import Question, QuestionState


def hand_over(session: Session, member: Member, text: str, *, anonymous: bool, cause: str, now: datetime) -> Question:
    """Stores a question for the griffie. `cause`: the key of the message that confirmed it."""
    question = Question(
        municipality_id=member.municipality.id,
        member_id=member.id,
        cause=cause,
        text=text,
        anonymous=anonymous,
        asked_at=now,
    )
    session.add(question)
    session.flush()
    return question


def open_one(session: Session, member: Member, question_id: int) -> Question:
    """A question that still waits for an answer, in this member's municipality. Raises Refusal otherwise."""
    question = session.get(Question, question_id)
    if question is None or question.municipality_id != member.municipality.id:
        raise Refusal("Die vraag ken ik niet. Met /vragen ziet u welke er openstaan.")
    if question.state == QuestionState.ANSWERED:
        raise Refusal("Deze vraag is al beantwoord.")
    if question.state == QuestionState.WITHDRAWN:
        raise Refusal("Deze vraag is ingetrokken. U hoeft niet meer te antwoorden.")
    return question


def answer(session: Session, member: Member, question_id: int, text: str, now: datetime) -> Question:
    """Records the griffie's answer. Raises Refusal when somebody else was first."""
    question = open_one(session, member, question_id)
    question.state, question.answer = QuestionState.ANSWERED, text
    question.answered_by, question.answered_at = member.id, now
    session.add(question)
    audit.record(session, member, "question.answered", "question", question_id, now)
    return question


def unanswered(session: Session, member: Member) -> list[Question]:
    """The open questions of a municipality, the oldest first."""
    query = (
        select(Question)
        .where(
            col(Question.municipality_id) == member.municipality.id,
            col(Question.state) == QuestionState.OPEN,
        )
        .order_by(col(Question.id))
    )
    return list(session.scalars(query))


def asked_by(session: Session, member: Member) -> list[Question]:
    """What a member asked the griffie, the newest first."""
    query = select(Question).where(col(Question.member_id) == member.id).order_by(col(Question.id).desc())
    return list(session.scalars(query))
