"""Writing down who did what."""

from datetime import datetime

from sqlmodel import Session

from domain.roles import Member
from storage.tables import AuditEntry


def record(session: Session, actor: Member, action: str, subject: str, subject_id: int, now: datetime) -> None:
    """Keeps that `actor` did `action` to a row of `subject`. Ids and codes only; nobody can change it."""
    session.add(
        AuditEntry(
            municipality_id=actor.municipality.id,
            at=now,
            actor_id=actor.id,
            action=action,
            subject=subject,
            subject_id=subject_id,
        )
    )
