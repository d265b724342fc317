"""What goes back and forth between a person and the bot, without any platform in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation takes place: a platform, and that platform's own name for the chat."""

    platform: str
    chat: str


class Kind(StrEnum):
    """What happened in a chat."""

    TEXT = "text"
    PRESSED = "pressed"  # the text is a token: which choice of which message
    UNREADABLE = "unreadable"  # a photo, a voice message, a sticker: something that is not words
    CHANGED = "changed"  # an earlier message was edited or removed; the text is the platform's id of that message
    SEALED = "sealed"  # something that could not be decrypted
    BLOCKED = "blocked"  # the person shut the bot out
    OVERHEARD = "overheard"  # others came into a private chat
    UNBLOCKED = "unblocked"
    FILE = "file"  # a document or a photo: what it is stands in the attachment
    PERSONAL = "personal"  # words that held personal data: they are gone, and the text says of which kinds


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes or goes with a message. `size` in bytes.

    Of one that comes in, name, type and size are what its sender says; `source` is what the platform fetches
    it with (its own words, which nobody else reads). `file_id` is where it is kept, once it is.
    """

    name: str
    media_type: str
    size: int
    source: str = ""
    file_id: int | None = None

    def as_json(self) -> dict[str, str | int]:
        return {"name": self.name, "media_type": self.media_type, "size": self.size, "source": self.source}

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> "Attachment":
        return Attachment(stored["name"], stored["media_type"], stored["size"], stored["source"])


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that somebody said.

    `at` is when they said it (UTC) and gives words like “morgen” their meaning; it may be hours ago.
    `key` is unique for each delivery that the platform considers one message, for all time.
    `group` is true where others read along: nothing private may be answered there. `own` is then the platform's
    name of the chat in which who said it talks with the bot alone; empty where that is not known. In a chat with
    one person it is who that is to the platform, where another can take their place. `message_id` is
    the platform's own id of the message, empty where there is none.
    """

    text: str
    chat: Address
    at: datetime
    key: str
    kind: Kind = Kind.TEXT
    group: bool = False
    message_id: str = ""
    attachment: Attachment | None = None
    own: str = ""

    @property
    def word(self) -> str:
        """The first word in lower case, which chooses the route."""
        first = self.text.split(maxsplit=1)
        return first[0].lower() if first else ""

    @property
    def rest(self) -> str:
        """What comes after the first word."""
        parts = self.text.split(maxsplit=1)
        return parts[1].strip() if len(parts) > 1 else ""


_MOST_CHARACTERS = 20_000


def readable(text: str) -> str:
    """What came in from outside, fit to be stored: no halves of characters, no zero bytes, not endless.

    No form and no question takes this much; who pastes more is told that it is too long all the same.
    """
    return text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def slashed(text: str) -> str:
    """“!help” as “/help”: some apps keep words with a slash for themselves."""
    return f"/{text[1:]}" if re.match(r"![a-z]", text, re.IGNORECASE) else text


@dataclass(frozen=True, slots=True)
class Choice:
    """A way of saying something without typing it: pressing `label` is the same as typing `says`."""

    label: str
    says: str

    def as_json(self) -> dict[str, str]:
        return {"label": self.label, "says": self.says}

    @staticmethod
    def from_json(stored: Mapping[str, str]) -> "Choice":
        return Choice(stored["label"], stored["says"])


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answers: text in our small Markdown (`domain.markup`), and what could be said next.

    `numbered` is false where a number is itself an answer (“wat kost het?”): a platform without buttons
    then shows the words to type instead of numbers. `step` ties the choices to one question of one form,
    so that a button of an earlier question can be told from one of this question. `attachment` is a file that
    is kept, and goes with it. `subject` and `subject_id` name what it is about, where the message is to show later
    what became of that (`storage.edits.status`).
    """

    text: str
    choices: tuple[Choice, ...] = ()
    numbered: bool = True
    step: str = ""
    attachment: Attachment | None = None
    subject: str = ""
    subject_id: int | None = None


class Refusal(Exception):
    """Something that cannot be done, with the sentence that tells the person so and what to do instead.

    Everything that was done in the same transaction is undone.
    """

    def __init__(self, sentence: str, *choices: Choice) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.choices = choices


class Unclear(Refusal):
    """Something that is an answer to the question, though not a clear one: it is asked again."""


class Puzzled(Refusal):
    """No answer, from somebody who does not know what to say: the question is repeated with it."""
