"""Finding a message again of which the answer was lost, by the ids that Telegram gives out.

In private chats and basic groups the ids of an account come from one counter, so what was sent has an id a little
above the highest that was known. That is so in the service, but promised nowhere: each message that is sent is held
against it, and one whose id is not higher than all before it ends the tracing (docs/besluiten/0013).
"""

from collections import deque
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.telegram import errors
from bot.telegram.buttons import keyboard
from bot.telegram.http import Call
from domain.delivery import DeliveryFailed
from storage.parcels import Parcel

log = structlog.get_logger()

_REMEMBERED = 5000  # ids
_MOST_UNKNOWN = 40  # ids that are asked for, for one message; where there are more it is not told from the others
_PEOPLE = 8  # messages of people that come between while one is on its way, and are heard of later
_SUPERGROUPS = -1_000_000_000_000  # these, and channels, have counters of their own


class Tracer:
    """The ids that were seen on one account, and the question whether a message has one of the others."""

    def __init__(self, call: Call, in_flight: int) -> None:
        self._call = call
        self._margin = in_flight + _PEOPLE  # ids that can be given out at most while nobody knows of them
        self._latest: int | None = None
        self._order: deque[int] = deque(maxlen=_REMEMBERED)
        self._seen: set[int] = set()
        self._refuted = False

    def floor(self, chat: str) -> int | None:
        """The highest id known; None when nothing can be said, and in groups: others write there as well."""
        return None if self._refuted or chat.startswith("-") else self._latest

    def seen(self, chat: str, message_id: str) -> None:
        """A message with this id came or went."""
        if int(chat) <= _SUPERGROUPS:
            return
        number = int(message_id)
        if len(self._order) == _REMEMBERED:
            self._seen.discard(self._order[0])
        self._order.append(number)
        self._seen.add(number)
        self._latest = max(number, self._latest or 0)

    def came(self, updates: Iterable[dict[str, Any]]) -> None:
        """What people wrote, also where it is not for us."""
        for update in updates:
            match update:
                case {"message": {"chat": {"id": int() as chat}, "message_id": int() as message_id}}:
                    self.seen(str(chat), str(message_id))

    def sent(self, chat: str, message_id: str, floor: int | None) -> None:
        """A message was sent with this id, and left at `floor`."""
        if floor is not None and int(message_id) <= floor and not self._refuted:
            self._refuted = True
            log.error("Telegram's message ids do not come from one counter; messages in doubt are not traced")
        self.seen(chat, message_id)

    def candidates(self, chat: str, floor: int, owned: Collection[str]) -> list[str] | None:
        """The ids that a message can have of which the answer was lost; None when that cannot be told."""
        latest = self.floor(chat)
        if latest is None:
            return None
        end = max(latest, floor)
        unknown = [number for number in range(floor + 1, end + 1) if number not in self._seen]
        if len(unknown) > _MOST_UNKNOWN:
            return None
        unknown += range(end + 1, end + 1 + self._margin)
        return [name for number in unknown if (name := str(number)) not in owned]

    async def is_there(self, parcel: Parcel, message_id: str, *, last: bool) -> bool:
        """Asks for the buttons to become what they are, if this is the message. Telegram then says that nothing
        changes; of an id that is not in this chat, or not ours, that it cannot be edited."""
        asked: dict[str, Any] = {"chat_id": parcel.chat.chat, "message_id": int(message_id)}
        buttons = {"reply_markup": keyboard(parcel)} if last and parcel.choices else {}
        try:
            await self._call("editMessageReplyMarkup", asked | buttons)
        except TelegramError as error:
            if errors.is_same(error):
                return True
            if errors.is_gone(error):
                return False
            failure = errors.failed(error)
            if failure.permanent and not failure.unreachable:
                failure = DeliveryFailed(failure.reason, uncertain=True)
            raise failure from error
        log.warning("another message than the one that was looked for was touched", row=parcel.id)
        if buttons:
            with suppress(TelegramError):
                await self._call("editMessageReplyMarkup", asked)
        return False
