"""Writing down who did what."""

from datetime import datetime

from sqlmodel import Session

from domain.roles import Member
from storage.tables import AuditEntry


def record(session: Session, actor: Member, action: str, subject: str, subject_id: int, now: datetime) -> None:
    """Keeps that `actor` did `action` to a row of `subject`. Ids and codes only; nobody can change it."""
    by(session, actor.municipality.id, actor.id, action, subject, subject_id, now)


def by(
    session: Session,
    municipality_id: int,
    actor_id: int | None,
    action: str,
    subject: str,
    subject_id: int,
    now: datetime,
) -> None:
    """The same, for what may also be done from the command line: nobody has a name there (None)."""
    session.add(
        AuditEntry(
            municipality_id=municipality_id,
            at=now,
            actor_id=actor_id,
            action=action,
            subject=subject,
            subject_id=subject_id,
        )
    )
