"""What the server remembers: people, chats, messages, pressed buttons, files, and every call the bot made."""

from dataclasses import dataclass, field
from typing import Any

from tests.botapi.errors import Json


@dataclass(slots=True)
class User:
    user_id: int
    first_name: str
    username: str = ""
    language_code: str = "nl"

    def json(self) -> Json:
        body: Json = {"id": self.user_id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            body["username"] = self.username
        return {**body, "language_code": self.language_code}


@dataclass(slots=True, frozen=True)
class Button:
    label: str
    data: str | None
    url: str | None


@dataclass(slots=True)
class Message:
    """A message as it now stands. `text` is what was given, `plain` what a person reads."""

    message_id: int
    chat_id: int
    sender: int
    """User id; the bot's own for what the bot wrote."""
    from_bot: bool
    date: int
    at: float
    """Monotonic seconds, for measuring."""
    text: str = ""
    plain: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    content: Json = field(default_factory=dict)
    """What is not text, as it stands in the message: {"document": {…}}, or a service message."""
    reply_to: int | None = None
    options: Json = field(default_factory=dict)
    """disable_notification, protect_content and the like, as the bot gave them."""
    earlier: list[str] = field(default_factory=list)
    """The texts it had before it was edited, as they were given, the first one first."""
    edits: int = 0
    edit_date: int = 0
    deleted: bool = False
    update_id: int | None = None
    """The update in which the bot is told of it; None when it is not."""

    @property
    def kind(self) -> str:
        return next(iter(self.content), "text")

    @property
    def sent_as(self) -> str:
        """The text as it was given at first."""
        return self.earlier[0] if self.earlier else self.text

    @property
    def buttons(self) -> list[list[Button]]:
        markup = self.markup or {}
        return [
            [Button(key["text"], key.get("callback_data"), key.get("url")) for key in row]
            for row in markup.get("inline_keyboard", [])
        ]

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.buttons for button in row]


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's), a basic group or a supergroup."""

    chat_id: int
    kind: str
    title: str
    bot_status: str = "never"
    """never (the person has not started the bot, the bot was not added), member, kicked, left."""
    username: str = ""
    members: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    migrated_to: int | None = None
    deactivated: bool = False
    last_id: int = 0
    """Supergroups count their own messages; other chats use the counter of the bot's account."""

    def json(self) -> Json:
        body: Json = {"id": self.chat_id, "type": self.kind}
        body["first_name" if self.kind == "private" else "title"] = self.title
        if self.username:
            body["username"] = self.username
        return body


@dataclass(slots=True)
class Pressed:
    """A callback query and every answer the bot gave to it."""

    query_id: str
    chat_id: int
    message_id: int
    data: str
    at: float
    expired: bool = False
    answers: list[Json] = field(default_factory=list)
    update_id: int | None = None


@dataclass(slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    path: str
    content: bytes
    name: str
    mime_type: str


@dataclass(slots=True)
class Upload:
    """A file in a multipart request."""

    name: str
    content: bytes
    mime_type: str


@dataclass(slots=True)
class Call:
    """One call of the bot and what it was answered.

    `status` 0 means that the bot got no answer at all (a reset or a stall), `applied` whether the call took
    effect all the same. `fault` names what was injected.
    """

    number: int
    method: str
    at: float
    chat_id: int | None
    params: Json
    status: int = 200
    description: str = ""
    message_id: int | None = None
    applied: bool = False
    fault: str = ""
    result: Any = None
