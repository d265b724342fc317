"""The chats of people: whose each is, whether they are reached there, and where they want what is sent by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from domain.messages import Address, Choice, Refusal
from storage.tables import Chat, Group, InboxMessage, OutboxMessage, WrongCode
from storage.tables.columns import core, in_chat

_OVERHEARD = "er lezen anderen mee"


def of(session: Session, person_id: int) -> list[Chat]:
    """The chats of a person, in the order in which they were linked."""
    query = select(Chat).where(col(Chat.person_id) == person_id).order_by(col(Chat.linked_at), col(Chat.id))
    return list(session.scalars(query))


def at(session: Session, chat: Address) -> Chat | None:
    """The row of a chat; None when it is nobody's."""
    return session.scalars(select(Chat).where(in_chat(Chat, chat))).first()


def person_in(session: Session, chat: Address) -> int | None:
    """Whose chat this is, by the id of the person; None when it is nobody's."""
    found = at(session, chat)
    return found.person_id if found else None


def overheard(session: Session, chat: Address, now: datetime) -> None:
    """Others have come into somebody's private chat: nothing of theirs is sent there any more."""
    session.execute(_change(chat).values(unreachable_at=now, unreachable_why=_OVERHEARD))


def belongs(session: Session, chat: Address, own: str) -> None:
    """Somebody, `own` to the platform, is alone with the bot in a chat. When it was another's it is nobody's now:
    who lets somebody into their chat and leaves would leave everything of theirs behind for them."""
    row = at(session, chat)
    if row is None or row.own == own:
        return
    if row.own or row.unreachable_why == _OVERHEARD:
        session.delete(row)
    else:
        row.own = own
    session.flush()


def unreachable(session: Session, chat: Address, why: str, now: datetime) -> None:
    """Nothing arrives in this chat any more. The person, their money and their sign-ups stay."""
    session.execute(_change(chat).values(unreachable_at=now, unreachable_why=why))
    session.execute(update(Group).where(in_chat(Group, chat)).values(lost_at=now))


def reached_again(session: Session, chat: Address) -> None:
    """The person let the bot back in."""
    session.execute(_change(chat).values(unreachable_at=None, unreachable_why=None))


def moved(session: Session, old: Address, new: Address) -> None:
    """A conversation goes on in another chat of the platform: its person, what they are owed and its buttons.

    Does nothing when that was recorded before. A link that was made in the new chat meanwhile stands. Whether the
    person is reached there is not known yet.
    """
    if at(session, new):
        session.execute(delete(Chat).where(in_chat(Chat, old)))
    else:
        session.execute(_change(old).values(address=new.chat))
    for table in (OutboxMessage, InboxMessage, WrongCode, Group):
        rows = core(table)
        session.execute(update(rows).where(in_chat(rows.c, old)).values(address=new.chat))


def talk_about(session: Session, chat: Address, municipality_id: int) -> None:
    """From now on the conversation in this chat is about another municipality."""
    session.execute(_change(chat).values(municipality_id=municipality_id))


def _change(chat: Address) -> Any:
    return update(Chat).where(in_chat(Chat, chat))


def unlink(session: Session, chat: Chat) -> None:
    """The chat no longer belongs to anybody; the person, mandates and requests stay."""
    session.delete(chat)


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
