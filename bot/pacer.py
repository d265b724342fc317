"""Who may send when: one pacer stands before every send of a platform account, answers included.

Sends are spaced evenly just under the platform's cap, since bursts make the service close the door; an
answer in a conversation goes before thousands of waiting notices; a chat gets its messages in order and
not too fast; when the service says to wait, we wait, for exactly what it says (docs/besluiten/0012).
"""

import asyncio
import heapq
import itertools
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.platform import Limits
from domain.delivery import Priority

LONGEST_HELD = 60.0  # seconds that a message waits in hand; for a longer wait it goes back to its row
_AFTER = 1.0  # seconds later than the message that was refused, so that it does not get ahead of that
_REMEMBERED = 10_000  # chats, before those that may be sent to anyway are forgotten


class Held(Exception):
    """Nothing may be sent there for longer than a message waits in hand: for so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class _Chat:
    """One chat's queue. `free_at` is when it may get its next message (loop time, seconds); while one is
    on its way (`busy`) no other goes, so that they arrive in order."""

    waiting: list[tuple[int, int, int, asyncio.Future[None]]] = field(default_factory=list)
    free_at: float = 0.0
    busy: bool = False


class Pacer:
    """Grants turns to send. Lives on one event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._interval = 1 / limits.per_second
        self._numbers = itertools.count()
        self._chats: dict[str, _Chat] = {}
        self._ready: list[tuple[int, int, int, str]] = []  # at most the first of each chat counts
        # The chats that were told to wait, since when and until when, as long as it may have been meant for all.
        self._refused: dict[str, tuple[float, float]] = {}
        self._free_at = 0.0
        self._under_way = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Whether nobody waits and nothing is on its way."""
        return not self._under_way and not any(chat.waiting for chat in self._chats.values())

    @property
    def room(self) -> int:
        """How many turns could be given now, were it not for the spacing."""
        if self.held() > 2 * self._interval:
            return 0
        return max(0, self._limits.in_flight - self._under_way - len(self._ready))

    @property
    def under_way(self) -> int:
        """How many turns were given and have not ended."""
        return self._under_way

    def held(self) -> float:
        """Seconds until anybody may get anything."""
        return max(0.0, self._free_at - asyncio.get_running_loop().time())

    @asynccontextmanager
    async def turn(self, priority: Priority, chat: str, place: int = 0, *, group: bool = False) -> AsyncIterator[None]:
        """Waits for a turn; the send happens inside. A turn counts as under way until it ends.

        Of the same priority the lowest `place` goes first, so that a message that has to wait once more is not
        overtaken. A service that refuses a send for a while is told of with `pause`, inside the turn. Raises Held.
        """
        loop = asyncio.get_running_loop()
        queue = self._chats.setdefault(chat, _Chat())
        if (wait := max(self._free_at, queue.free_at) - loop.time()) > LONGEST_HELD:
            raise Held(wait + _AFTER)
        granted = loop.create_future()
        number = next(self._numbers)
        heapq.heappush(queue.waiting, (priority, place, number, granted))
        heapq.heappush(self._ready, (priority, place, number, chat))
        self._grant()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._end(chat, group=group)
            raise
        began = loop.time()
        try:
            yield
            # Somebody got something since: what was refused before that was not refused to everybody.
            if self._refused:
                self._refused = {name: wait for name, wait in self._refused.items() if wait[0] >= began}
        finally:
            self._end(chat, group=group)

    async def spaced(self) -> None:
        """Waits for a moment at which one call more may be made within a turn."""
        loop = asyncio.get_running_loop()
        at = max(self._free_at, loop.time())
        self._free_at = at + self._interval
        await asyncio.sleep(at - loop.time())

    def pause(self, seconds: float, chat: str | None = None) -> None:
        """Nothing goes out for so long: to one chat, or to anybody.

        A service may not say which of the two it means. So when a second chat is told to wait before anybody
        has got anything since the first was, it is taken to mean everybody.
        """
        now = asyncio.get_running_loop().time()
        until = now + seconds
        if chat is not None:
            queue = self._chats.setdefault(chat, _Chat())
            queue.free_at = max(queue.free_at, until)
            self._refused = {name: wait for name, wait in self._refused.items() if wait[1] > now}
            meant_for_all = any(name != chat for name in self._refused)
            self._refused[chat] = now, until
        if chat is None or meant_for_all:
            self._free_at = max(self._free_at, until)
        if seconds > LONGEST_HELD:
            self._send_back(seconds, None if chat is None or meant_for_all else chat)
        self._grant()

    def _send_back(self, seconds: float, chat: str | None) -> None:
        """Who waits for a turn need not wait for this one."""
        for queue in self._chats.values() if chat is None else [self._chats[chat]]:
            for *_, granted in queue.waiting:
                if not granted.done():
                    granted.set_exception(Held(seconds + _AFTER))
            queue.waiting.clear()

    def _end(self, chat: str, *, group: bool) -> None:
        now = asyncio.get_running_loop().time()
        queue = self._chats[chat]
        self._under_way -= 1
        queue.busy = False
        queue.free_at = max(queue.free_at, now + (self._limits.per_group if group else self._limits.per_chat))
        self._line_up(chat, queue)
        self._grant()
        if len(self._chats) > _REMEMBERED:
            self._chats = {name: kept for name, kept in self._chats.items() if kept.waiting or kept.free_at > now}

    def _line_up(self, chat: str, queue: _Chat) -> None:
        """Puts the first of a chat in the line of all chats."""
        if queue.waiting:
            priority, place, number, _ = queue.waiting[0]
            heapq.heappush(self._ready, (priority, place, number, chat))

    def _grant(self) -> None:
        """Gives turns to whoever may have one now, and sets the timer for the next."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        held: list[tuple[int, int, int, str]] = []
        wake = math.inf
        while self._ready and self._under_way < self._limits.in_flight:
            if self._free_at > now:
                wake = min(wake, self._free_at)
                break
            entry = heapq.heappop(self._ready)
            chat = entry[3]
            queue = self._chats.get(chat)
            if queue is None or queue.busy or not queue.waiting or queue.waiting[0][2] != entry[2]:
                continue  # another of this chat goes first; when that is over it puts the next in line
            if queue.free_at > now:
                held.append(entry)
                wake = min(wake, queue.free_at)
                continue
            granted = heapq.heappop(queue.waiting)[3]
            if granted.cancelled():
                self._line_up(chat, queue)
                continue
            self._under_way += 1
            queue.busy = True
            # Evenly spaced. A timer that fired late is made up for, by less than one interval: no bursts, and
            # at 29 a second never more than 30 in any second.
            self._free_at = max(self._free_at, now - 0.9 * self._interval) + self._interval
            granted.set_result(None)
        for entry in held:
            heapq.heappush(self._ready, entry)
        if self._timer:
            self._timer.cancel()
        self._timer = loop.call_at(wake, self._grant) if wake < math.inf else None
