"""Questions that were handed over to the griffie, and what is said about each until it is answered."""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select, update
from sqlmodel import Session, col

from domain.messages import Refusal
from domain.roles import GRIFFIE, Member, Role
from storage import audit, members, nudges
from storage.tables import Part, Question, QuestionMessage, QuestionState

SUBJECT, MESSAGE, OVERDUE = "question", "question-message", "question-overdue"
CONFIDENTIAL = "question-confidential"  # the subject in the audit trail of what only the griffier may see
GRIFFIER = frozenset({Role.GRIFFIER})
WITH_GRIFFIE = frozenset({QuestionState.OPEN, QuestionState.TAKEN})
UNFINISHED = WITH_GRIFFIE | {QuestionState.ASKED_BACK}
_TALKED_ABOUT = timedelta(days=1)
_LISTENING = (  # made once: it is asked for everything that somebody types
    select(Question)
    .where(
        col(Question.member_id) == bindparam("member"),
        col(Question.listening),
        or_(
            col(Question.state) == QuestionState.ASKED_BACK,
            and_(col(Question.state) == QuestionState.TAKEN, col(Question.waiting_since) > bindparam("since")),
        ),
    )
    .order_by(col(Question.waiting_since).desc(), col(Question.id).desc())
    .limit(1)
)
_UNKNOWN = "Die vraag ken ik niet. Met /vragen ziet u welke er openstaan."


def hand_over(
    session: Session,
    member: Member,
    text: str,
    *,
    anonymous: bool,
    cause: str,
    now: datetime,
    confidential: bool = False,
    notice_id: int | None = None,
) -> Question:
    """Stores a question for the griffie. `cause`: the key of the message that confirmed it."""
    question = Question(
        municipality_id=member.municipality.id,
        member_id=member.id,
        cause=cause,
        text=text,
        anonymous=anonymous,
        confidential=confidential,
        notice_id=notice_id,
        asked_at=now,
        waiting_since=now,
    )
    nudges.begins(session, question, now)
    session.flush()
    return question


def readers(question: Question) -> frozenset[Role]:
    """The roles that may see a question."""
    return GRIFFIER if question.confidential else GRIFFIE


def one(session: Session, member: Member, question_id: int) -> Question:
    """A question that this member of the griffie may see. Raises Refusal otherwise, the same for every reason."""
    question = session.get(Question, question_id)
    if question is None or question.municipality_id != member.municipality.id or not member.may(readers(question)):
        raise Refusal(_UNKNOWN)
    return question


def unfinished(session: Session, member: Member, question_id: int) -> Question:
    """A question that the griffie may still answer. Raises Refusal otherwise."""
    question = one(session, member, question_id)
    if question.state in (QuestionState.ANSWERED, QuestionState.CLOSED):
        raise Refusal("Deze vraag is al beantwoord.")
    if question.state == QuestionState.WITHDRAWN:
        raise Refusal("Deze vraag is ingetrokken. U hoeft niet meer te antwoorden.")
    return question


def _mine(session: Session, member: Member, question_id: int, now: datetime) -> Question:
    """A question that this member works on from now on, unless a colleague does. Raises Refusal."""
    question = unfinished(session, member, question_id)
    if question.taken_by not in (None, member.id) and question.state != QuestionState.OPEN:
        name = members.known(session, question.municipality_id, question.taken_by or 0).name
        raise Taken(name)
    if question.state == QuestionState.OPEN:
        _turn(session, question, QuestionState.TAKEN, now)
        question.taken_by = member.id
        _record(session, member, "question.taken", question, now)
    return question


class Taken(Refusal):
    """A colleague is at work on the question; `name` is theirs."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is met deze vraag bezig.")
        self.name = name


def take(session: Session, member: Member, question_id: int, now: datetime) -> Question:
    """Takes a question in hand; the colleagues need not. Raises Taken, and Refusal when it is not to be had."""
    question = _mine(session, member, question_id, now)
    session.add(question)
    session.flush()
    return question


def take_over(session: Session, member: Member, question_id: int, now: datetime) -> int | None:
    """Takes a question from a colleague; returns the id of that member, None when nobody had it. Raises Refusal."""
    question = unfinished(session, member, question_id)
    before = question.taken_by if question.state != QuestionState.OPEN else None
    question.taken_by = member.id
    if question.state == QuestionState.OPEN:
        _turn(session, question, QuestionState.TAKEN, now)
    session.add(question)
    session.flush()
    _record(session, member, "question.taken-over", question, now)
    return before if before != member.id else None


def hand_back(session: Session, member: Member, question_id: int, now: datetime) -> Question:
    """Lays down a question that this member had taken: it is anybody's again. Raises Refusal."""
    question = unfinished(session, member, question_id)
    if question.taken_by != member.id or question.state == QuestionState.OPEN:
        raise Refusal("U hebt deze vraag niet opgepakt. Er is niets veranderd.")
    _release(session, question, now)
    _record(session, member, "question.handed-back", question, now)
    session.add(question)
    return question


def answer(session: Session, member: Member, question_id: int, text: str, cause: str, now: datetime) -> QuestionMessage:
    """Records the griffie's answer. Raises Refusal when somebody else was first."""
    question = _mine(session, member, question_id, now)
    _turn(session, question, QuestionState.ANSWERED, now)
    question.answered_at = now
    _record(session, member, "question.answered", question, now)
    return _add(session, question, Part.ANSWER, member.id, text, cause, now)


def ask_back(
    session: Session, member: Member, question_id: int, text: str, cause: str, now: datetime
) -> QuestionMessage:
    """Asks the asker something. What they type from now on belongs to this question. Raises Refusal."""
    question = _mine(session, member, question_id, now)
    _turn(session, question, QuestionState.ASKED_BACK, now)
    _record(session, member, "question.asked-back", question, now)
    return _add(session, question, Part.ASKED_BACK, member.id, text, cause, now)


def reply(session: Session, member: Member, question_id: int, text: str, cause: str, now: datetime) -> QuestionMessage:
    """What the asker says more: the griffie's turn again. Raises Refusal."""
    question = own(session, member, question_id)
    if question.state == QuestionState.WITHDRAWN:
        raise Refusal("Deze vraag hebt u ingetrokken. Met /vraag stelt u een nieuwe.")
    if question.state not in WITH_GRIFFIE:
        _back(session, question, now)
    question.listening = question.state == QuestionState.TAKEN
    return _add(session, question, Part.REPLY, None, text, cause, now)


def _back(session: Session, question: Question, now: datetime) -> None:
    """Back to who had it, or to everybody when that person may no longer see it."""
    if _taker_may(session, question, now):
        _turn(session, question, QuestionState.TAKEN, now)
    else:
        _release(session, question, now)


def _taker_may(session: Session, question: Question, now: datetime) -> bool:
    """Whether who took a question may still see it."""
    place = members.place(session, question.municipality_id)
    holders = members.holding(session, place.id, readers(question), place.date_at(now))
    return question.taken_by in {person.id for person in holders}


def _release(session: Session, question: Question, now: datetime) -> None:
    question.taken_by = None
    _turn(session, question, QuestionState.OPEN, now)


def close(session: Session, member: Member, question_id: int) -> Question:
    """The asker needs nothing more. Raises Refusal when there is no answer yet."""
    question = own(session, member, question_id)
    if question.state not in (QuestionState.ANSWERED, QuestionState.CLOSED):
        raise Refusal("Deze vraag is nog niet beantwoord. U kunt haar wel intrekken.")
    question.state, question.listening = QuestionState.CLOSED, False
    session.add(question)
    return question


def withdraw(session: Session, member: Member, question_id: int, now: datetime) -> Question:
    """The asker takes a question back; what was said about it is erased. Raises Refusal."""
    question = own(session, member, question_id)
    if question.state not in UNFINISHED:
        raise Refusal("Deze vraag is al beantwoord of ingetrokken. Er is niets veranderd.")
    _turn(session, question, QuestionState.WITHDRAWN, now)
    question.text = ""
    session.add(question)
    session.execute(update(QuestionMessage).where(col(QuestionMessage.question_id) == question.id).values(text=""))
    return question


def ignore(session: Session, member: Member, question_id: int) -> Question:
    """What the asker types is for the bot again; the griffie's question stays. Raises Refusal."""
    question = own(session, member, question_id)
    question.listening = False
    session.add(question)
    return question


def listening(session: Session, member: Member, now: datetime) -> Question | None:
    """The question to which what this asker types belongs: the one about which somebody of the griffie talks with
    them, the last one if there are several. A question that the griffie asked waits for as long as it takes; one
    that was only taken in hand is talked about for a day."""
    return session.scalars(_LISTENING, {"member": member.id, "since": now - _TALKED_ABOUT}).first()


def own(session: Session, member: Member, question_id: int) -> Question:
    """A question that this member asked. Raises Refusal otherwise."""
    question = session.get(Question, question_id)
    if question is None or question.member_id != member.id:
        raise Refusal("Die vraag ken ik niet. Met /vragen ziet u uw vragen.")
    return question


def orphaned(session: Session, question: Question, now: datetime) -> bool:
    """Opens a question again that was taken by somebody who may not see it any more; returns whether it was."""
    if question.state != QuestionState.TAKEN or _taker_may(session, question, now):
        return False
    _release(session, question, now)
    return True


def thread(session: Session, question: Question) -> list[QuestionMessage]:
    """What was said about a question, in order."""
    query = (
        select(QuestionMessage).where(col(QuestionMessage.question_id) == question.id).order_by(col(QuestionMessage.id))
    )
    return list(session.scalars(query))


def unfinished_in(session: Session, municipality_id: int) -> list[Question]:
    """The questions of a municipality that are not finished, the longest waiting first."""
    query = (
        select(Question)
        .where(col(Question.municipality_id) == municipality_id, col(Question.state).in_(UNFINISHED))
        .order_by(col(Question.waiting_since), col(Question.id))
    )
    return list(session.scalars(query))


def waiting(session: Session, member: Member) -> list[Question]:
    """The unfinished questions that this member of the griffie may see, the longest waiting first."""
    return [row for row in unfinished_in(session, member.municipality.id) if member.may(readers(row))]


def asked_by(session: Session, member: Member) -> list[Question]:
    """What a member asked the griffie, the newest first."""
    query = select(Question).where(col(Question.member_id) == member.id).order_by(col(Question.id).desc())
    return list(session.scalars(query))


def _turn(session: Session, question: Question, state: QuestionState, now: datetime) -> None:
    question.state, question.waiting_since = state, now
    question.listening = state in (QuestionState.TAKEN, QuestionState.ASKED_BACK)
    nudges.begins(session, question, now)


def _add(
    session: Session, question: Question, part: Part, author_id: int | None, text: str, cause: str, now: datetime
) -> QuestionMessage:
    assert question.id is not None
    session.add(question)
    message = QuestionMessage(
        municipality_id=question.municipality_id,
        question_id=question.id,
        cause=cause,
        part=part,
        author_id=author_id,
        text=text,
        said_at=now,
    )
    session.add(message)
    session.flush()
    return message


def _record(session: Session, member: Member, action: str, question: Question, now: datetime) -> None:
    assert question.id is not None
    audit.record(session, member, action, CONFIDENTIAL if question.confidential else SUBJECT, question.id, now)
