"""What somebody was last told about, for as long as a next question may lean on it: the article and the moment,
nothing of what was asked."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session

from domain.roles import Member
from storage.tables import Subject
from storage.tables.columns import core

_SUBJECT = core(Subject)
KEPT = timedelta(minutes=20)  # a conversation that rests longer begins anew


def told(session: Session, member: Member, article: str, now: datetime) -> None:
    """Remembers that this person was told about an article."""
    row = {"municipality_id": member.municipality.id, "article": article, "at": now}
    session.execute(
        insert(_SUBJECT)
        .values(person_id=member.person_id, **row)
        .on_conflict_do_update(index_elements=["person_id"], set_=row)
    )


def current(session: Session, member: Member, now: datetime) -> str | None:
    """The article this person was told about in this municipality, if that was just now."""
    found: str | None = session.scalar(
        select(_SUBJECT.c.article).where(
            _SUBJECT.c.person_id == member.person_id,
            _SUBJECT.c.municipality_id == member.municipality.id,
            _SUBJECT.c.at > now - KEPT,
        )
    )
    return found


def forget(session: Session, now: datetime) -> None:
    """What no next question can lean on any more goes."""
    session.execute(delete(_SUBJECT).where(_SUBJECT.c.at <= now - KEPT))
