"""The other side of the conversation: what a person does in the Telegram app, and what the bot is told of it.

Everything here goes through the account as Telegram would do it: a person who blocked the bot cannot write, a
group message that the privacy mode hides makes no update.
"""

import random
import time
from dataclasses import dataclass
from typing import Any

from tests.botapi.account import member_json
from tests.botapi.entities import find_entities
from tests.botapi.errors import Json
from tests.botapi.files import media_json, store
from tests.botapi.limits import START_CODE
from tests.botapi.records import Chat, Message, Pressed, Upload, User
from tests.botapi.world import World, now

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True)
class Group:
    """A group or supergroup; `id` is its chat id, which changes when it becomes a supergroup."""

    world: World
    id: int

    @property
    def chat(self) -> Chat:
        return self.world.chats[self.id]

    def adds_bot(self, by: "Person") -> int | None:
        """Someone adds the bot; the id of the my_chat_member update."""
        told = change_status(self.world, self.chat, by.user, "member")
        service(self.world, self.chat, by.user, {"new_chat_members": [self.world.bot_json()]})
        return told

    def removes_bot(self, by: "Person") -> int | None:
        return change_status(self.world, self.chat, by.user, "kicked")

    def becomes_supergroup(self) -> "Group":
        """Telegram gives a basic group a new id; both chats get a service message that names the other."""
        old = self.chat
        new_id = -1_000_000_000_000 + old.chat_id
        new = Chat(new_id, "supergroup", old.title, old.bot_status, members=set(old.members))
        self.world.chats[new_id] = new
        anyone = self.world.users[next(iter(old.members))]
        service(self.world, old, anyone, {"migrate_to_chat_id": new_id})
        service(self.world, new, anyone, {"migrate_from_chat_id": old.chat_id})
        old.migrated_to = new_id
        return Group(self.world, new_id)


@dataclass(frozen=True)
class Person:
    """Somebody with Telegram; `id` is their user id and that of their private chat with the bot.

    `chat` in the verbs is the group they write in; without it, the private chat. `date` (Unix seconds) sets
    the moment of writing back, as after an outage of the bot.
    """

    world: World
    user: User

    @property
    def id(self) -> int:
        return self.user.user_id

    @property
    def chat(self) -> Chat:
        return self.world.chats[self.id]

    def starts(self, code: str = "", date: int | None = None) -> Message:
        """Opens the chat, or a deep link t.me/bot?start=code. A bot that was blocked is unblocked by it."""
        if code and not START_CODE.fullmatch(code):
            raise ValueError(f"{code!r} cannot be in a deep link: 1-64 of A-Z, a-z, 0-9, _ and -")
        if self.chat.bot_status == "kicked":
            self.unblocks()
        self.chat.bot_status = "member"
        return self.writes(f"/start {code}".rstrip(), date=date)

    def writes(
        self, text: str, *, reply_to: int | None = None, chat: Group | None = None, date: int | None = None
    ) -> Message:
        message = self._message(chat, date)
        message.text = message.plain = text
        message.entities = find_entities(text)
        message.reply_to = reply_to
        return self._deliver(message)

    def edits(self, message_id: int, text: str, *, chat: Group | None = None) -> Message:
        message = self._place(chat).messages[message_id]
        if message.sender != self.id:
            raise ValueError("a person can only edit their own messages")
        message.text = message.plain = text
        message.entities = find_entities(text)
        message.edits += 1
        message.edit_date = now()
        return self._deliver(message, "edited_message")

    def sends(self, kind: str, content: Any, *, caption: str = "", chat: Group | None = None) -> Message:
        """Anything else, as it stands in a Bot API message: sends("location", {"latitude": …, …})."""
        message = self._message(chat, None)
        message.content = {kind: content}
        message.text = message.plain = caption
        return self._deliver(message)

    def sends_file(
        self, kind: str, content: bytes, name: str, *, caption: str = "", chat: Group | None = None
    ) -> Message:
        """`kind`: photo, voice, document or sticker. The bot can download it with getFile."""
        stored = store(self.world, kind, Upload(name, content, ""))
        return self.sends(kind, media_json(kind, stored), caption=caption, chat=chat)

    def sends_photo(self, content: bytes = PICTURE, *, caption: str = "", chat: Group | None = None) -> Message:
        return self.sends_file("photo", content, "foto.png", caption=caption, chat=chat)

    def sends_voice(self, content: bytes = b"OggS", *, chat: Group | None = None) -> Message:
        return self.sends_file("voice", content, "spraak.ogg", chat=chat)

    def sends_sticker(self, *, chat: Group | None = None) -> Message:
        return self.sends_file("sticker", b"RIFF", "sticker.webp", chat=chat)

    def sends_document(
        self,
        content: bytes = b"%PDF-1.4",
        name: str = "stuk.pdf",
        *,
        caption: str = "",
        chat: Group | None = None,
    ) -> Message:
        return self.sends_file("document", content, name, caption=caption, chat=chat)

    def presses(
        self,
        label: str = "",
        *,
        data: str | None = None,
        message_id: int | None = None,
        chat: Group | None = None,
        expired: bool = False,
        inaccessible: bool = False,
    ) -> Pressed:
        """Presses a button, by its label on the newest message that has it, or on `message_id`.

        `data`: whatever is in there instead, as with a button of an older version or a forged one. `expired`:
        the bot is too late to answer. `inaccessible`: a message too old for Telegram to show it to the bot.
        """
        place = self._place(chat)
        message, found = find_button(place, label, data, message_id)
        pressed = Pressed(
            str(random.getrandbits(62)), place.chat_id, message.message_id, found, time.monotonic(), expired
        )
        self.world.pressed[pressed.query_id] = pressed
        shown = self.world.message_json(message)
        if inaccessible:
            shown = {"chat": place.json(), "message_id": message.message_id, "date": 0}
        body = {
            "id": pressed.query_id,
            "from": self.user.json(),
            "message": shown,
            "chat_instance": str(-place.chat_id * 7919),
            "data": found,
        }
        pressed.update_id = self.world.updates.push("callback_query", body, place.chat_id)
        return pressed

    def blocks(self) -> int | None:
        """From now on the bot gets 403; the id of the my_chat_member update."""
        return change_status(self.world, self.chat, self.user, "kicked")

    def unblocks(self) -> int | None:
        return change_status(self.world, self.chat, self.user, "member")

    def deactivates(self) -> None:
        """Deletes the account, of which no bot is told."""
        self.chat.deactivated = True

    def _place(self, chat: Group | None) -> Chat:
        return self.chat if chat is None else chat.chat

    def _message(self, chat: Group | None, date: int | None) -> Message:
        place = self._place(chat)
        if chat is None and place.bot_status != "member":
            raise ValueError(f"{self.user.first_name} cannot write to the bot: {place.bot_status}")
        return Message(
            message_id=self.world.next_id(place),
            chat_id=place.chat_id,
            sender=self.id,
            from_bot=False,
            date=now() if date is None else date,
            at=time.monotonic(),
        )

    def _deliver(self, message: Message, kind: str = "message") -> Message:
        chat = self.world.chats[message.chat_id]
        self.world.add_message(chat, message)
        if sees(self.world, chat, message):
            message.update_id = self.world.updates.push(kind, self.world.message_json(message), chat.chat_id)
        return message


def find_button(chat: Chat, label: str, data: str | None, message_id: int | None) -> tuple[Message, str]:
    shown = [message for message in chat.messages.values() if message.from_bot and not message.deleted]
    if message_id is not None:
        shown = [chat.messages[message_id]]  # also one that was deleted or has lost its buttons: apps lag behind
    if data is not None:
        if not shown:
            raise LookupError("the bot has written nothing there, so there is nothing to press")
        return shown[-1], data
    for message in reversed(shown):
        for row in message.buttons:
            for button in row:
                if button.label == label and button.data is not None:
                    return message, button.data
    seen = [label for message in shown for label in message.labels]
    raise LookupError(f"there is no button {label!r}; there are {seen}")


def sees(world: World, chat: Chat, message: Message) -> bool:
    """Privacy mode: in a group a bot sees commands, mentions of itself and replies to itself."""
    if chat.kind == "private" or world.reads_all:
        return chat.bot_status == "member"
    if chat.bot_status != "member":
        return False
    replied = chat.messages.get(message.reply_to or 0)
    if replied is not None and replied.from_bot:
        return True
    words = message.plain.split()
    to_others = [word for word in words if word.startswith("/") and "@" in word and not names(world, word)]
    is_command = any(entity["type"] == "bot_command" for entity in message.entities)
    return any(names(world, word) for word in words) or (is_command and not to_others)


def names(world: World, word: str) -> bool:
    return f"@{world.username}".lower() in word.lower()


def service(world: World, chat: Chat, by: User, content: Json) -> None:
    """A message that Telegram writes itself, such as "Griet added Raadsmaat"."""
    message = Message(world.next_id(chat), chat.chat_id, by.user_id, False, now(), time.monotonic(), content=content)
    world.add_message(chat, message)
    message.update_id = world.updates.push("message", world.message_json(message), chat.chat_id)


def change_status(world: World, chat: Chat, by: User, status: str) -> int | None:
    """The bot's place in a chat changes, and it is told so at once if it asks for my_chat_member."""
    body = {
        "chat": chat.json(),
        "from": by.json(),
        "date": now(),
        "old_chat_member": member_json(world.bot_json(), chat.bot_status),
        "new_chat_member": member_json(world.bot_json(), status),
    }
    chat.bot_status = status
    world.changed()
    return world.updates.push("my_chat_member", body, chat.chat_id)
