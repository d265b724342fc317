"""Somebody who left is erased: what the municipality must account for stays, and is of nobody."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from domain import roles
from domain.messages import Refusal
from storage import audit, dossier, unanswered
from storage.members import Known
from storage.questions import UNFINISHED
from storage.tables import (
    AskedIn,
    Chat,
    Invitation,
    Mandate,
    Member,
    Office,
    OpenForm,
    OutboxMessage,
    Question,
    QuestionMessage,
    QuestionState,
    Reminder,
    Seat,
    State,
    StoredFile,
    Subject,
    TrainingRequest,
)
from storage.tables.columns import core

GONE = "(gewist)"
"""The name of somebody who was erased, and what stands where they wrote something that must be filled in."""

_OUTBOX = core(OutboxMessage)


def left(session: Session, municipality_id: int, today: date) -> list[Known]:
    """The members of whom every function has ended, and who were not erased, by name."""
    holding = select(col(Mandate.member_id)).where(or_(col(Mandate.ends).is_(None), col(Mandate.ends) >= today))
    rows = session.scalars(
        select(Member)
        .where(col(Member.municipality_id) == municipality_id, col(Member.name) != GONE)
        .where(col(Member.id).not_in(holding))
        .order_by(col(Member.name))
    )
    return [Known(row.id, row.person_id, row.municipality_id, row.name) for row in rows if row.id is not None]


def erase(session: Session, by: roles.Member, member_id: int, now: datetime) -> None:
    """Erases the name of somebody who left, what they wrote and sent, and how they were reached.

    Their functions, seats and reminders go as well. What stays: that there was a request and for how much, and the
    rows that nobody may change. What they wrote for the griffie (a notice, an answer, an article) is the
    municipality's, and stays. Who is known in another municipality too keeps their chats. Raises Refusal when they
    hold a function, or were erased before.
    """
    place = by.municipality
    if member_id not in {one.id for one in left(session, place.id, place.date_at(now))}:
        raise Refusal("Dat kan niet meer: deze persoon heeft weer een functie, of is al gewist.")
    member = session.get_one(Member, member_id)
    _erase_words(session, member_id)
    _erase_messages(session, member)
    unanswered.erase(session, member.municipality_id, member.person_id)
    for table in (Mandate, Seat, Reminder, Invitation, AskedIn):
        session.execute(delete(table).where(_of(table, member_id)))
    session.execute(update(Office).where(col(Office.deputy_id) == member_id).values(deputy_id=None))
    member.name, member.email = GONE, None
    session.add(member)
    audit.record(session, by, "member.erased", "member", member_id, now)


def _of(table: Any, member_id: int) -> Any:
    return table.member_id == member_id


def _erase_words(session: Session, member_id: int) -> None:
    asked = _of(Question, member_id)
    said = col(QuestionMessage.question_id).in_(select(col(Question.id)).where(asked))
    session.execute(update(QuestionMessage).where(said).values(text=""))
    session.execute(
        update(Question).where(asked, col(Question.state).in_(UNFINISHED)).values(state=QuestionState.WITHDRAWN)
    )
    session.execute(update(Question).where(asked).values(text="", listening=False, nudge=None, nudge_at=None))
    wished = {"title": GONE, "provider": GONE, "why": GONE, "reason": None}
    session.execute(update(TrainingRequest).where(_of(TrainingRequest, member_id)).values(wished))
    session.execute(delete(StoredFile).where(_of(StoredFile, member_id), col(StoredFile.subject) != "notice"))


def _erase_messages(session: Session, member: Member) -> None:
    """The messages to them and about their requests; and, unless another municipality needs them, their chats."""
    requests = select(col(TrainingRequest.id)).where(_of(TrainingRequest, member.id or 0))
    about = (_OUTBOX.c.subject == "training") & _OUTBOX.c.subject_id.in_(requests)
    for messages in (dossier.sent_to(session, member), about):
        owed = update(_OUTBOX).where(messages, _OUTBOX.c.state == State.WAITING)
        session.execute(owed.values(state=State.WITHDRAWN, reason="gewist"))
        settled = _OUTBOX.c.state.not_in((State.CLAIMED, State.SENDING))
        session.execute(update(_OUTBOX).where(messages, settled).values(text="", choices=None))
    person = member.person_id
    here = col(OpenForm.municipality_id) == member.municipality_id
    session.execute(delete(OpenForm).where(col(OpenForm.person_id) == person, here))
    session.execute(delete(Subject).where(col(Subject.person_id) == person))
    elsewhere = select(col(Member.id)).where(
        col(Member.person_id) == person, col(Member.id) != member.id, col(Member.name) != GONE
    )
    if session.scalar(elsewhere.limit(1)) is None:
        session.execute(delete(Chat).where(col(Chat.person_id) == person))
