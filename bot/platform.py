"""What a platform is to the rest of the program: a way in, and a way out."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from domain.messages import Address, Attachment, Incoming
from domain.roles import Role
from storage.inbox import Mark
from storage.parcels import Parcel

CANNOT_STORE = (
    "Raadsmaat kan nu even niets opslaan. Uw bericht wordt verwerkt zodra dat weer kan. "
    "U hoeft het niet opnieuw te sturen."
)


class Receive(Protocol):
    """Takes what was said and returns once it is stored. A platform acknowledges a message only after that.

    What a platform must know again after a restart can be asked of it.
    """

    async def __call__(self, batch: Sequence[Incoming], mark: Mark | None = None) -> None:
        """Stores what was said and, in the same transaction, how far the platform has been read."""

    async def reached(self, platform: str) -> str | None:
        """The token of the last mark; None when there is none yet."""

    async def linked(self, chat: Address) -> bool:
        """Whether a chat is somebody's."""

    async def row(self, chat: Address, message_id: str) -> int | None:
        """The outbox row of a message that was sent in a chat, by the platform's id for it."""

    async def to_ask(self, platform: str, most: int) -> list[tuple[str, str]]:
        """Whom to ask to a chat, the oldest first: a key for each, the same at every attempt, and the address."""

    async def asked(self, key: str, room: str) -> None:
        """Somebody was asked to this chat."""

    async def not_asked(self, key: str) -> None:
        """The platform does not take the address."""


Store = Callable[[Sequence[Incoming], Mark | None], Awaitable[None]]
"""Only the storing of that, as for `Receive`."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a platform is, for the health report; without names, and without anything people wrote.

    `contact`: when its service last answered or brought something (time of the event loop); None: not yet.
    `problem`: what is wrong though it works (a Dutch sentence, with what to do).
    """

    contact: float | None
    facts: Mapping[str, str | int | bool | None]
    problem: str = ""


@runtime_checkable
class Reporting(Protocol):
    """A platform that can say how it is."""

    def report(self) -> Report: ...


@runtime_checkable
class Brought(Protocol):
    """A platform whose service can bring what is said to the web server, whichever process that is of."""

    @property
    def routes(self) -> Sequence[Any]:
        """Where it does so, as Starlette's routes."""

    async def stand_by(self, store: Store) -> None:
        """Stores what is brought until cancelled, while another process answers."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform's service allows. `most` is the longest text, in UTF-16 units.

    `per_second` sends over all, evenly spaced; at most `in_flight` at a time; `per_chat` and `per_group`
    are the seconds between two sends to one chat or group.
    """

    per_second: float
    in_flight: int
    per_chat: float
    per_group: float
    most: int


@runtime_checkable
class Named(Protocol):
    """A platform on which the bot has a name of its own that people can look for."""

    @property
    def handle(self) -> str:
        """That name; empty until it is known."""


class TooBig(Exception):
    """A file turned out to be more than was allowed."""


@runtime_checkable
class CarriesFiles(Protocol):
    """A platform on which files come and go. `caption` is the longest text that goes with one, in UTF-16 units."""

    @property
    def caption(self) -> int: ...

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """The content of a file that came in; raises TooBig when it is over `most` bytes, and DeliveryFailed."""

    async def send_file(self, parcel: Parcel, text: str, read: Callable[[], Awaitable[bytes]]) -> str:
        """Sends the parcel's attachment with `text` (may be empty) and the choices; otherwise as `send`.

        `read` gives its content; a service that has the file already may do without.
        """


class Tracer(Protocol):
    """Finds out whether a message arrived whose answer was lost, where a platform counts its messages."""

    def floor(self, chat: str) -> int | None:
        """The highest id known by now: what is sent from here on gets a higher one.

        None: it cannot be found out in this chat. An empty `chat` stands for a private one.
        """

    def seen(self, chat: str, message_id: str) -> None:
        """A message that came or went in this chat, perhaps before the program was started."""

    def candidates(self, chat: str, floor: int, owned: Collection[str]) -> list[str] | None:
        """The ids that a message to this chat can have, if it arrived and left at `floor`; None: it cannot be told.

        `owned` are those of other messages in this chat.
        """

    async def is_there(self, parcel: Parcel, message_id: str, *, last: bool) -> bool:
        """Whether this piece of a message stands under this id in its chat. Nothing is changed by it.

        Raises DeliveryFailed, `uncertain` when there was no answer.
        """


@runtime_checkable
class Traced(Protocol):
    """A platform that may have a tracer."""

    tracer: Tracer | None


@runtime_checkable
class ShowsMenus(Protocol):
    """A platform on which each chat can show a menu of commands of its own."""

    name: str

    def menu(self, roles: frozenset[Role]) -> str:
        """Names what a person with these roles sees, as it is now; empty: what everybody sees."""

    async def show_menu(self, chat: str, roles: frozenset[Role]) -> None:
        """Shows it; without roles what everybody sees. Raises DeliveryFailed."""


class Platform(Protocol):
    """A place where people talk with the bot."""

    name: str
    limits: Limits

    async def run(self, receive: Receive) -> None:
        """Hands over what is said until cancelled, or until there is nothing more to come."""

    async def send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        """Sends one piece of a message and returns the platform's id for it; raises DeliveryFailed.

        The choices belong to the `last` piece. `parcel.parts_sent` pieces went before this one.
        """

    async def edit(self, parcel: Parcel, text: str) -> None:
        """Makes the message that the parcel `replaces` this text, without choices.

        Raises DeliveryFailed; a message that is so already is fine, one that is gone or too old is `gone`.
        """

    async def erase(self, parcel: Parcel) -> None:
        """Deletes the message of a person that the parcel `erases`; raises DeliveryFailed as `edit` does."""

    async def close(self) -> None:
        """Lets go of connections. Called once, when nothing is sent any more."""

    def is_group(self, chat: str) -> bool:
        """Whether others read along in this chat."""
