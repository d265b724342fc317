"""The queue of updates, with Telegram's own idea of what is delivered.

Telegram deletes an update when a getUpdates with a higher offset arrives, not when it was sent. A bot that
raises the offset too early loses what it holds in memory; that is only visible when the queue is as strict.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.botapi.errors import TERMINATED, TERMINATED_BY_WEBHOOK, Json, conflict
from tests.botapi.limits import ONLY_ON_REQUEST


@dataclass(slots=True, eq=False)
class Update:
    update_id: int
    kind: str
    chat_id: int
    body: Json
    encoded: bytes = b""

    def encode(self) -> bytes:
        """Its JSON, made once: an unconfirmed update is sent again and again."""
        if not self.encoded:
            self.encoded = json.dumps({"update_id": self.update_id, self.kind: self.body}).encode()
        return self.encoded


@dataclass
class UpdateQueue:
    """Updates in order of their id. `confirmed_to`: everything below it is gone."""

    next_id: int = 800_000_001
    waiting_updates: deque[Update] = field(default_factory=deque)
    repeats: list[Update] = field(default_factory=list)
    history: deque[Update] = field(default_factory=lambda: deque(maxlen=20_000))
    confirmed_to: int = 0
    allowed: frozenset[str] | None = None
    poll: asyncio.Future[bool] | None = None
    on_push: Callable[[Update], None] | None = None
    """Set while a webhook is: updates are pushed to it as well as kept here until it took them."""
    on_wait: Callable[[], None] = lambda: None
    """Called when the bot has taken everything there is and waits for more."""

    def wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ONLY_ON_REQUEST

    def choose(self, kinds: list[str] | None) -> None:
        """allowed_updates: None leaves the last choice as it is, an empty list is the default again."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def push(self, kind: str, body: Json, chat_id: int) -> int | None:
        """The id of the new update; None when the bot did not ask for this kind."""
        if not self.wanted(kind):
            return None
        update = Update(self.next_id, kind, chat_id, body)
        self.next_id += 1
        self.waiting_updates.append(update)
        self.history.append(update)
        self._announce(update)
        return update.update_id

    def again(self, update_id: int) -> None:
        """Deliver an update once more with the id it had, whatever the bot has confirmed since.

        This is what a bot sees when its confirmation was lost on Telegram's side, or a webhook's 200.
        """
        update = next((known for known in self.history if known.update_id == update_id), None)
        if update is None:
            raise LookupError(f"there never was an update {update_id}")
        self.repeats.append(update)
        self._announce(update)

    def _announce(self, update: Update) -> None:
        if self.on_push is not None:
            self.on_push(update)
        elif self.poll is not None and not self.poll.done():
            self.poll.set_result(True)

    def confirm(self, offset: int) -> None:
        """What the offset of a getUpdates does to the queue."""
        if offset < 0:
            keep = min(-offset, len(self.waiting_updates))
            offset = self.waiting_updates[-keep].update_id if keep else self.next_id
        while self.waiting_updates and self.waiting_updates[0].update_id < offset:
            self.waiting_updates.popleft()
        self.confirmed_to = max(self.confirmed_to, offset)

    def batch(self, limit: int) -> list[Update]:
        found = self.repeats[:limit]
        for update in self.waiting_updates:
            if len(found) >= limit:
                break
            found.append(update)
        return found

    def handed_over(self, updates: list[Update]) -> None:
        """A repeat is sent once; the others stay until they are confirmed."""
        self.repeats = [update for update in self.repeats if update not in updates]

    def delivered(self, update: Update) -> None:
        """A webhook took it."""
        if update in self.repeats:
            self.repeats.remove(update)
        elif update in self.waiting_updates:
            self.waiting_updates.remove(update)

    async def next_batch(self, offset: int, limit: int, timeout: float) -> list[Update]:
        """A long poll. A second one ends the first, which is then answered 409, as Telegram does."""
        self.end_poll(by_webhook=False)
        self.confirm(offset)
        found = self.batch(limit)
        if found or timeout <= 0:
            return found
        mine = self.poll = asyncio.get_running_loop().create_future()
        self.on_wait()
        try:
            async with asyncio.timeout(timeout):
                await mine
        except TimeoutError:
            return []
        finally:
            if self.poll is mine:
                self.poll = None
        return self.batch(limit)

    def end_poll(self, *, by_webhook: bool) -> None:
        if self.poll is not None and not self.poll.done():
            self.poll.set_exception(conflict(TERMINATED_BY_WEBHOOK if by_webhook else TERMINATED))

    def close(self) -> None:
        """The server stops: a waiting poll gets an empty answer."""
        if self.poll is not None and not self.poll.done():
            self.poll.set_result(True)
