"""Files that people sent: in the database, so that they are stored, copied and erased with what they belong to."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from domain.messages import Attachment, Refusal
from domain.roles import Member
from storage import audit, database
from storage.tables import StoredFile
from storage.tables.columns import core

_FILE = core(StoredFile)
_WITHOUT_CONTENT = [column for column in _FILE.c if column.name != "content"]
_UNKNOWN = "Dat bestand ken ik niet, of het is gewist. Met /bestand ziet u welke er zijn."
GONE = "Dat bestand is er niet meer. Stuur het opnieuw."


def keep(session: Session, member: Member, attachment: Attachment, content: bytes, cause: str, now: datetime) -> int:
    """Stores a file of a member, which belongs to nothing yet; `cause` is the key of its message. Returns its id."""
    row = StoredFile(
        municipality_id=member.municipality.id,
        member_id=member.id,
        cause=cause,
        name=attachment.name,
        media_type=attachment.media_type,
        size=attachment.size,
        content=content,
        sent_at=now,
    )
    return database.add(session, row)


def belongs(session: Session, member: Member, file_id: int, subject: str, subject_id: int | None) -> Attachment:
    """A file that this member sent belongs to something from now on. Raises Refusal when it is not there."""
    row = session.execute(
        update(_FILE)
        .where(
            _FILE.c.id == file_id,
            _FILE.c.municipality_id == member.municipality.id,
            _FILE.c.member_id == member.id,
            _FILE.c.subject == "",
        )
        .values(subject=subject, subject_id=subject_id)
        .returning(*_WITHOUT_CONTENT)
    ).first()
    if row is None:
        raise Refusal(GONE)
    return _attachment(row)


def get(session: Session, member: Member, file_id: int, now: datetime) -> Attachment:
    """A file that this member may open: their own, or for the griffie any of their municipality. Raises Refusal.

    That somebody of the griffie opened a file is recorded.
    """
    row = session.execute(select(*_WITHOUT_CONTENT).where(_FILE.c.id == file_id)).first()
    if row is None or row.municipality_id != member.municipality.id:
        raise Refusal(_UNKNOWN)
    if row.member_id != member.id:
        if not member.griffie:
            raise Refusal(_UNKNOWN)
        audit.record(session, member, "file.opened", "file", file_id, now)
    return _attachment(row)


def latest(session: Session, member: Member, most: int = 5) -> list[Any]:
    """What this member may open, the newest first: rows with id, name, size, subject, subject_id and sent_at."""
    query = select(*_WITHOUT_CONTENT).where(_FILE.c.municipality_id == member.municipality.id, _FILE.c.subject != "")
    if not member.griffie:
        query = query.where(_FILE.c.member_id == member.id)
    return list(session.execute(query.order_by(_FILE.c.id.desc()).limit(most)))


def described(session: Session, municipality_id: int, file_id: int) -> Attachment | None:
    """What a file is, without its content; None when this municipality has no such file."""
    query = select(*_WITHOUT_CONTENT).where(_FILE.c.id == file_id, _FILE.c.municipality_id == municipality_id)
    row = session.execute(query).first()
    return _attachment(row) if row else None


def content(session: Session, file_id: int) -> bytes | None:
    """What is in a file; None when it was erased."""
    found: bytes | None = session.scalar(select(_FILE.c.content).where(_FILE.c.id == file_id))
    return found


def forget(session: Session, before: datetime) -> None:
    """Erases files that were sent before a moment and never came to belong to anything."""
    session.execute(delete(_FILE).where(_FILE.c.subject == "", _FILE.c.sent_at < before))


def _attachment(row: Any) -> Attachment:
    return Attachment(row.name, row.media_type, row.size, file_id=row.id)
