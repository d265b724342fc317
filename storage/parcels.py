"""A message in hand: what is needed to send it, and what came of that."""

from dataclasses import dataclass
from datetime import datetime

from domain.delivery import DeliveryFailed, Priority
from domain.messages import Address, Attachment, Choice


@dataclass(frozen=True, slots=True)
class Existing:
    """A message that is in a chat already: the platform's id for it, and its text (empty when not known)."""

    message_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How a platform stands: so many sends can begin right now; `floor` as in `storage.tables.OutboxMessage`."""

    free: int
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to go: rendered, with an address.

    `created_at` is when its row was made (UTC). `parts_sent` of its pieces have arrived already. `begun`: its row is
    marked as being sent. One that `replaces` a message edits it; one that `erases` a message deletes it, and
    has no text. The `attachment` goes with its last piece. One with a `floor` may have arrived already.
    """

    id: int
    chat: Address
    priority: Priority
    text: str
    created_at: datetime
    choices: tuple[Choice, ...] = ()
    numbered: bool = True
    parts_sent: int = 0
    begun: bool = False
    replaces: Existing | None = None
    erases: Existing | None = None
    attachment: Attachment | None = None
    floor: int | None = None

    @property
    def changes(self) -> bool:
        """Whether it changes what is in a chat already; done twice that is as done once."""
        return self.replaces is not None or self.erases is not None


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt to send ended: with the platform's id of the message, or with what went wrong.

    `in_hand`: the process that has it in hand tries again by itself. `floor`: it may have arrived, and that can still
    be found out.
    """

    id: int
    message_id: str | None = None
    parts_sent: int = 0
    failure: DeliveryFailed | None = None
    in_hand: bool = False
    floor: int | None = None
