"""How long a question may wait for the griffie before somebody is told: a moment in its own row, so that nothing is
lost while the program does not run."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from domain.officehours import Hours
from storage import officehours
from storage.officehours import Turns
from storage.tables import Nudge, Question, QuestionState
from storage.tables.columns import core

_QUESTION = core(Question)
# Asked each second, and nearly always answered with no.
_DUE = select(_QUESTION.c.id).where(_QUESTION.c.nudge_at <= bindparam("now")).order_by(_QUESTION.c.id).limit(200)


def begins(session: Session, question: Question, now: datetime) -> None:
    """A question has come to its state now: from here somebody is told in time, or nobody need be."""
    match question.state:
        case QuestionState.OPEN:
            question.nudge = Nudge.DEPUTY
        case QuestionState.TAKEN:  # by somebody who may forget it, or fall ill
            question.nudge = Nudge.DIGEST
        case _:
            question.nudge = None
    _plan(session, question, now)


def goes_on(session: Session, question: Question, told: Nudge, now: datetime) -> None:
    """Somebody was told, for the reason `told`; now it is the next one's turn."""
    question.nudge = Nudge.GRIFFIER if told == Nudge.DEPUTY else Nudge.DIGEST
    _plan(session, question, now)


def listed(session: Session, municipality_id: int, now: datetime) -> None:
    """A griffie gets its list of everything: what was due for it, however much that is, comes in the next one."""
    tomorrow = officehours.hours(session, municipality_id, now).next_day(now)
    session.execute(
        update(_QUESTION)
        .where(
            _QUESTION.c.municipality_id == municipality_id,
            _QUESTION.c.nudge == Nudge.DIGEST,
            _QUESTION.c.nudge_at <= now,
        )
        .values(nudge_at=tomorrow)
    )


def later(session: Session, question: Question, now: datetime) -> None:
    """The griffie does not work now: it hears when it does."""
    question.nudge_at = officehours.hours(session, question.municipality_id, now).opening(now)
    session.add(question)


def due(session: Session, now: datetime) -> list[Question]:
    """The questions of which somebody must be told by now."""
    return [session.get_one(Question, row) for row in session.connection().execute(_DUE, {"now": now}).scalars()]


def anew(session: Session, municipality_id: int, now: datetime) -> None:
    """The hours or the turns of a griffie changed: when it is told of what waits changes with them."""
    query = select(Question).where(col(Question.municipality_id) == municipality_id, col(Question.nudge).is_not(None))
    for question in session.scalars(query).all():
        _plan(session, question, question.waiting_since if question.nudge == Nudge.DEPUTY else now)


def _plan(session: Session, question: Question, since: datetime) -> None:
    hours = officehours.hours(session, question.municipality_id, since)
    turns = officehours.turns(session, question.municipality_id)
    question.nudge_at = _moment(question.nudge, hours, turns, since)
    session.add(question)


def _moment(nudge: Nudge | None, hours: Hours, turns: Turns, since: datetime) -> datetime | None:
    match nudge:
        case Nudge.DEPUTY:
            return hours.after(since, turns.deputy_after)
        case Nudge.GRIFFIER:
            return hours.after(since, turns.griffier_after)
        case Nudge.DIGEST:
            return hours.next_day(since)
        case None:
            return None
