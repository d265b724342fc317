"""The chats of one person: which there are, and where they want to get what is sent by itself."""

from sqlalchemy import select
from sqlmodel import Session, col

from storage.tables import Chat


def of(session: Session, person_id: int) -> list[Chat]:
    """The chats of a person, in the order in which they were linked."""
    query = select(Chat).where(col(Chat.person_id) == person_id).order_by(col(Chat.linked_at), col(Chat.id))
    return list(session.scalars(query))
