"""The chats of one person: which there are, and where they want to get what is sent by itself."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from domain.messages import Address, Choice, Refusal
from storage.tables import Chat


def of(session: Session, person_id: int) -> list[Chat]:
    """The chats of a person, in the order in which they were linked."""
    query = select(Chat).where(col(Chat.person_id) == person_id).order_by(col(Chat.linked_at), col(Chat.id))
    return list(session.scalars(query))


def person_in(session: Session, chat: Address) -> int | None:
    """Whose chat this is, by the id of the person; None when it is nobody's."""
    query = select(col(Chat.person_id)).where(col(Chat.platform) == chat.platform, col(Chat.address) == chat.chat)
    return session.scalars(query).first()


def overheard(session: Session, chat: Address, now: datetime) -> None:
    """Others have come into somebody's private chat: nothing of theirs is sent there any more."""
    theirs = update(Chat).where(col(Chat.platform) == chat.platform, col(Chat.address) == chat.chat)
    session.execute(theirs.values(unreachable_at=now, unreachable_why="er lezen anderen mee"))


def own(session: Session, person_id: int, chat_id: int) -> Chat:
    """A chat of this person. Raises Refusal when they have none with this id."""
    chat = session.get(Chat, chat_id)
    if chat is None or chat.person_id != person_id:
        raise Refusal("Die chat is niet (meer) van u. Kijk in /instellingen.", Choice("Instellingen", "/instellingen"))
    return chat


def prefer(session: Session, person_id: int, chat: Chat | None) -> None:
    """From now on what is sent by itself goes to this chat; None: to the one that was used last."""
    session.execute(update(Chat).where(col(Chat.person_id) == person_id).values(preferred=False))
    if chat:
        chat.preferred = True
        session.add(chat)


def address(chat: Chat) -> Address:
    """Where a chat takes place."""
    return Address(chat.platform, chat.address)
