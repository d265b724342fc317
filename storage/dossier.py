"""Everything that is kept about one member of a municipality."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from storage.tables import (
    Chat,
    Fractie,
    Gremium,
    LedgerEntry,
    Mandate,
    Member,
    NoticeRecipient,
    OpenForm,
    OutboxMessage,
    Person,
    Question,
    Reminder,
    Seat,
    StoredFile,
    Subject,
    TrainingRequest,
)
from storage.tables.columns import core

_OUTBOX, _FILE = core(OutboxMessage), core(StoredFile)
_T = TypeVar("_T", Question, TrainingRequest, LedgerEntry)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is kept. `held`: role, fractie, first and last day; `seats`: gremium, first and last day; `files`: rows
    with id, name and sent_at; `texts`: messages to them of which the text is still there; `leads`: the reminders they
    chose, in minutes ahead; `half`: what they answered in a form that is still open; `about`: the article that they
    were last told about."""

    member: Member
    held: Sequence[Any]
    seats: Sequence[Any]
    chats: Sequence[Chat]
    questions: Sequence[Question]
    requests: Sequence[TrainingRequest]
    entries: Sequence[LedgerEntry]
    files: Sequence[Any]
    reminders: int
    notices: int
    texts: int
    leads: Sequence[int] | None
    half: Sequence[str]
    about: str | None


def of(session: Session, member: Member) -> Dossier:
    """What is kept about a member."""
    assert member.id is not None
    held = (
        select(col(Mandate.role), col(Fractie.name), col(Mandate.begins), col(Mandate.ends))
        .join(Fractie, col(Fractie.id) == Mandate.fractie_id, isouter=True)
        .where(col(Mandate.member_id) == member.id)
        .order_by(col(Mandate.begins), col(Mandate.id))
    )
    seats = (
        select(col(Gremium.name), col(Seat.begins), col(Seat.ends))
        .join(Gremium, col(Gremium.id) == Seat.gremium_id)
        .where(col(Seat.member_id) == member.id)
        .order_by(col(Seat.begins), col(Seat.id))
    )
    files = select(_FILE.c.id, _FILE.c.name, _FILE.c.sent_at).where(_FILE.c.member_id == member.id)
    kept = select(func.count()).select_from(_OUTBOX).where(sent_to(session, member), _OUTBOX.c.text != "")
    return Dossier(
        member,
        session.execute(held).all(),
        session.execute(seats).all(),
        list(session.scalars(select(Chat).where(col(Chat.person_id) == member.person_id).order_by(col(Chat.id)))),
        _theirs(session, Question, member.id),
        _theirs(session, TrainingRequest, member.id),
        _theirs(session, LedgerEntry, member.id),
        session.execute(files.order_by(_FILE.c.id)).all(),
        _counted(session, Reminder, member.id),
        _counted(session, NoticeRecipient, member.id),
        session.scalar(kept) or 0,
        session.get_one(Person, member.person_id).leads,
        _half(session, member),
        session.scalar(_here(select(col(Subject.article)), Subject, member)),
    )


def _here(query: Any, table: type[OpenForm] | type[Subject], member: Member) -> Any:
    return query.where(col(table.person_id) == member.person_id, col(table.municipality_id) == member.municipality_id)


def _half(session: Session, member: Member) -> list[str]:
    form = session.scalars(_here(select(OpenForm), OpenForm, member)).first()
    return [value for value in form.answers.values() if isinstance(value, str)] if form else []


def sent_to(session: Session, member: Member) -> ColumnElement[bool]:
    """Which messages went, or are to go, to a member about this municipality: by name, or as an answer in a chat."""
    chats = session.scalars(select(Chat).where(col(Chat.person_id) == member.person_id)).all()
    here = or_(_OUTBOX.c.municipality_id == member.municipality_id, _OUTBOX.c.municipality_id.is_(None))
    in_chats = [and_(_OUTBOX.c.platform == chat.platform, _OUTBOX.c.address == chat.address) for chat in chats]
    return and_(here, or_(_OUTBOX.c.person_id == member.person_id, *in_chats))


def _theirs(session: Session, table: type[_T], member_id: int) -> Sequence[_T]:
    return session.scalars(select(table).where(col(table.member_id) == member_id).order_by(col(table.id))).all()


def _counted(session: Session, table: type[Reminder] | type[NoticeRecipient], member_id: int) -> int:
    return session.scalar(select(func.count()).select_from(table).where(col(table.member_id) == member_id)) or 0
