"""The account of the bot and everything in it. Every other file here reads or changes this."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.botapi.errors import (
    BLOCKED,
    DEACTIVATED,
    KICKED,
    NOT_A_MEMBER,
    NOT_STARTED,
    Json,
    bad_request,
    forbidden,
)
from tests.botapi.records import Call, Chat, Message, Pressed, StoredFile, User
from tests.botapi.updates import UpdateQueue


@dataclass
class World:
    token: str
    strict: bool = True
    """Off: texts and keyboards are taken as they come, for benchmarks."""
    username: str = "raadsmaat_bot"
    first_name: str = "Raadsmaat"
    reads_all: bool = False
    """The bot's privacy mode is off: it sees every message in a group."""
    callback_seconds: float = 900.0
    """How long a pressed button can be answered. Telegram does not publish its figure."""
    last_id: int = 0
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    pressed: dict[str, Pressed] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    profile: Json = field(default_factory=dict)
    """Commands (by scope and language), name, descriptions and webhook, as the bot set them."""
    calls: list[Call] = field(default_factory=list)
    on_sent: list[Callable[[Message], None]] = field(default_factory=list)
    """Called with each message of the bot as it is accepted."""
    bot_id: int = field(init=False)
    _encoded_bot: str = field(init=False)
    _watchers: set[asyncio.Future[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bot_id = int(self.token.partition(":")[0])
        self._encoded_bot = json.dumps(self.bot_json())
        self.updates.on_wait = self.changed

    def bot_json(self) -> Json:
        return {"id": self.bot_id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def next_id(self, chat: Chat) -> int:
        """One counter for all private chats and basic groups of an account; a supergroup has its own."""
        if chat.kind == "supergroup":
            chat.last_id += 1
            return chat.last_id
        self.last_id += 1
        return self.last_id

    def sender_json(self, message: Message) -> Json:
        return self.bot_json() if message.from_bot else self.users[message.sender].json()

    def message_json(self, message: Message, *, nested: bool = False) -> Json:
        """The message as the Bot API shows it; `nested`: without the message that it replies to."""
        chat = self.chats[message.chat_id]
        body: Json = {
            "message_id": message.message_id,
            "from": self.sender_json(message),
            "chat": chat.json(),
            "date": message.date,
        }
        if message.edit_date:
            body["edit_date"] = message.edit_date
        replied = None if nested or message.reply_to is None else chat.messages.get(message.reply_to)
        if replied is not None and not replied.deleted:
            body["reply_to_message"] = self.message_json(replied, nested=True)
        body |= message.content
        prefix = "caption" if message.content else "text"
        if message.plain:
            body[prefix] = message.plain
        if message.entities:
            body["caption_entities" if message.content else "entities"] = message.entities
        if message.markup and "inline_keyboard" in message.markup:
            body["reply_markup"] = message.markup
        return body

    def encode_message(self, message: Message) -> bytes:
        """Its JSON for an answer; in fast mode only what every client library insists on."""
        if self.strict or message.content:
            return json.dumps(self.message_json(message)).encode()
        chat, kind = self.chats[message.chat_id], "private" if message.chat_id > 0 else "group"
        return (
            f'{{"message_id":{message.message_id},"date":{message.date},"from":{self._encoded_bot},'
            f'"chat":{{"id":{chat.chat_id},"type":"{kind}"}},"text":{json.dumps(message.plain)}}}'
        ).encode()

    def add_message(self, chat: Chat, message: Message) -> Message:
        chat.messages[message.message_id] = message
        self.changed()
        return message

    def find_chat(self, chat_id: int | str | None) -> Chat:
        """The chat a call is about; the errors are those of a chat the bot cannot know."""
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@")
            named = (chat for chat in self.chats.values() if chat.username == name and chat.kind == "supergroup")
            chat = next(named, None)
        else:
            chat = self.chats.get(chat_id or 0)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, chat_id: int | str | None) -> Chat:
        """The chat, or why nothing can be sent to it (any more)."""
        chat = self.find_chat(chat_id)
        if chat.migrated_to is not None:
            moved = {"migrate_to_chat_id": chat.migrated_to}
            raise bad_request("group chat was upgraded to a supergroup chat", moved)
        if chat.bot_status == "member" and not chat.deactivated:
            return chat
        if chat.kind != "private" and chat.bot_status == "never":
            raise bad_request("chat not found")
        if chat.kind != "private":
            raise forbidden((KICKED if chat.bot_status == "kicked" else NOT_A_MEMBER)[chat.kind])
        if chat.deactivated:
            raise forbidden(DEACTIVATED)
        raise forbidden(BLOCKED if chat.bot_status == "kicked" else NOT_STARTED)

    def changed(self) -> None:
        """Wake whoever waits for the bot to do something."""
        if self._watchers:
            for watcher in self._watchers:
                if not watcher.done():
                    watcher.set_result(None)
            self._watchers.clear()

    async def wait_until(self, happened: Callable[[], bool], timeout: float) -> bool:
        """Whether it happened within `timeout` seconds; looked at after every change, so never late."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while not happened():
                    watcher = asyncio.get_running_loop().create_future()
                    self._watchers.add(watcher)
                    await watcher
        return happened()


def now() -> int:
    """Telegram's dates are whole seconds."""
    return int(time.time())
