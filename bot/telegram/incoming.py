"""What Telegram delivers, as something said; or nothing, when it is not for us."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from telegram import Bot, Chat, ChatMember, Message, Update
from telegram.constants import ChatType, MessageEntityType

from bot.logs import where
from domain.messages import Address, Attachment, Incoming, Kind, readable, slashed
from storage.inbox import Mark

log = structlog.get_logger()

NAME = "telegram"
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]

_SHUT_OUT = frozenset({ChatMember.BANNED, ChatMember.LEFT})


def heard(updates: list[dict[str, Any]], bot: Bot) -> tuple[list[Incoming], Mark | None]:
    """What was said in updates, and the chats that were found to have moved."""
    batch = [said for update in settled(updates) if (said := _readable(update, bot))]
    moves = tuple(move for update in updates if (move := moved(update)))
    return batch, Mark(NAME, str(updates[-1]["update_id"]), moves) if moves else None


def settled(updates: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Updates that arrived together, as they stand now: a message that was changed before anybody read it counts as
    it was left."""
    kept: list[dict[str, Any]] = []
    places: dict[tuple[int, int], int] = {}
    for update in updates:
        match update:
            case {"message": {"chat": {"id": int() as chat}, "message_id": int() as number}}:
                places[chat, number] = len(kept)
            case {"edited_message": {"chat": {"id": int() as chat}, "message_id": int() as number} as new} if (
                place := places.get((chat, number))
            ) is not None:
                kept[place] = {**kept[place], "message": new}
                continue
        kept.append(update)
    return kept


def _readable(update: dict[str, Any], bot: Bot) -> Incoming | None:
    try:
        return read(update, bot)
    except Exception as error:
        # Something new in the service, or nonsense; waiting for it would keep everybody else out.
        log.error("an update cannot be read and is passed over", error=type(error).__name__, at=where(error))
        return None


def read(raw: dict[str, Any], bot: Bot) -> Incoming | None:
    """An update as the service delivers it; None for what is not for us.

    A plain text in a private chat, which is nearly everything, is read as it stands: making the library's
    objects of it costs as much as storing and answering it. All else goes by way of those objects.
    """
    match raw:
        case {
            "update_id": int() as update_id,
            "message": {
                "chat": {"type": "private", "id": int() as chat},
                "from": {"is_bot": False},
                "date": int() as date,
                "message_id": int() as message_id,
                "text": str() as text,
            },
        } if text:
            return Incoming(
                text=readable(text),
                chat=Address(NAME, str(chat)),
                at=datetime.fromtimestamp(date, UTC),
                key=f"{NAME}:{update_id}",
                message_id=str(message_id),
            )
    return to_incoming(Update.de_json(raw, bot), bot.username)


def to_incoming(update: Update, username: str) -> Incoming | None:
    """An update as it is to be handled; None for what is not for us. `username` is the bot's own, without @."""
    if update.callback_query:
        return _pressed(update)
    if update.my_chat_member:
        return _membership(update)
    if update.edited_message:
        return _changed(update, update.edited_message)
    message = update.message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    group = message.chat.type != ChatType.PRIVATE
    if group and not _addressed(message, username):
        return None
    attachment = _attachment(message)
    kind = Kind.TEXT if message.text else Kind.UNREADABLE
    return Incoming(
        text=slashed(readable(message.text or "")),  # what was written below a file is not kept: it answers nothing
        chat=_address(message.chat),
        at=message.date,
        key=_key(update),
        kind=Kind.FILE if attachment else kind,
        group=group,
        message_id=str(message.message_id),
        attachment=attachment,
        own=str(message.from_user.id) if group else "",  # Telegram numbers a private chat as its person
    )


def _attachment(message: Message) -> Attachment | None:
    if message.document and not message.animation:
        sent = message.document
        name, media = readable(sent.file_name or "bestand")[:200], readable(sent.mime_type or "")[:100]
        return Attachment(name, media, sent.file_size or 0, sent.file_id)
    if message.photo:
        photo = message.photo[-1]  # the largest
        return Attachment("foto.jpg", "image/jpeg", photo.file_size or 0, photo.file_id)
    return None


def _pressed(update: Update) -> Incoming | None:
    query = update.callback_query
    if query is None or query.message is None or query.data is None:
        return None
    chat = query.message.chat
    return Incoming(
        text=readable(query.data),
        chat=_address(chat),
        # The moment of the press is not in the update; the message's own may be months ago. What a press
        # says holds no words like “morgen”, so any moment will do that is not in the future.
        at=query.message.date,
        key=_key(update),
        kind=Kind.PRESSED,
        group=chat.type != ChatType.PRIVATE,
    )


def _changed(update: Update, message: Message) -> Incoming | None:
    """Also a place that somebody shares while moving is changed all the time: that was no words to begin with."""
    if message.from_user is None or message.from_user.is_bot or message.chat.type != ChatType.PRIVATE:
        return None
    return Incoming(
        text=str(message.message_id),
        chat=_address(message.chat),
        at=message.edit_date or message.date,
        key=_key(update),
        kind=Kind.CHANGED,
    )


def _membership(update: Update) -> Incoming | None:
    change = update.my_chat_member
    if change is None or change.chat.type == ChatType.CHANNEL:
        return None
    kind = Kind.BLOCKED if change.new_chat_member.status in _SHUT_OUT else Kind.UNBLOCKED
    group = change.chat.type != ChatType.PRIVATE
    return Incoming(text="", chat=_address(change.chat), at=change.date, key=_key(update), kind=kind, group=group)


def moved(raw: dict[str, Any]) -> tuple[Address, Address] | None:
    """A group that became a supergroup has another number from now on: the old one and the new."""
    match raw:
        case {"message": {"chat": {"id": int() as old}, "migrate_to_chat_id": int() as new}}:
            return Address(NAME, str(old)), Address(NAME, str(new))
        case {"message": {"chat": {"id": int() as new}, "migrate_from_chat_id": int() as old}}:
            return Address(NAME, str(old)), Address(NAME, str(new))
    return None


def _address(chat: Chat) -> Address:
    return Address(NAME, str(chat.id))


def _key(update: Update) -> str:
    return f"{NAME}:{update.update_id}"


def _addressed(message: Message, username: str) -> bool:
    """In a group the bot listens to commands and to its name, and to nothing else."""
    wanted = f"@{username.lower()}"
    for entity, text in message.parse_entities().items():
        if entity.type == MessageEntityType.MENTION and text.lower() == wanted:
            return True
        if entity.type == MessageEntityType.BOT_COMMAND and ("@" not in text or text.lower().endswith(wanted)):
            return True
    return False
