"""Who may send when: one pacer stands before every send of a platform account, answers included.

Sends are spaced evenly just under the platform's cap, since bursts make the service close the door; an
answer in a conversation goes before thousands of waiting notices; a chat gets its messages in order and
not too fast; when the service says to wait, we wait, for exactly what it says.
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

_REMEMBERED = 10_000  # chats, before those that may be sent to anyway are forgotten


@dataclass(slots=True)
class _Chat:
    """One chat's queue. `free_at` is when it may get its next message (loop time, seconds); while one is
    on its way (`busy`) no other goes, so that they arrive in order."""

    waiting: list[tuple[int, int, asyncio.Future[None]]] = field(default_factory=list)
    free_at: float = 0.0
    busy: bool = False


class Pacer:
    """Grants turns to send. Lives on one event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._interval = 1 / limits.per_second
        self._numbers = itertools.count()
        self._chats: dict[str, _Chat] = {}
        self._ready: list[tuple[int, int, str]] = []  # at most the first of each chat counts
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
        return max(0, self._limits.in_flight - self._under_way - len(self._ready))

    @asynccontextmanager
    async def turn(self, priority: Priority, chat: str, *, group: bool = False) -> AsyncIterator[None]:
        """Waits for a turn; the send happens inside. A turn counts as under way until it ends."""
        granted = asyncio.get_running_loop().create_future()
        number = next(self._numbers)
        queue = self._chats.setdefault(chat, _Chat())
        heapq.heappush(queue.waiting, (priority, number, granted))
        heapq.heappush(self._ready, (priority, number, chat))
        self._grant()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._end(chat, group=group)
            raise
        try:
            yield
        finally:
            self._end(chat, group=group)

    def pause(self, seconds: float, chat: str | None = None) -> None:
        """Nothing goes out for so long: to one chat, or to anybody."""
        until = asyncio.get_running_loop().time() + seconds
        if chat is None:
            self._free_at = max(self._free_at, until)
        else:
            queue = self._chats.setdefault(chat, _Chat())
            queue.free_at = max(queue.free_at, until)
        self._grant()

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
            priority, number, _ = queue.waiting[0]
            heapq.heappush(self._ready, (priority, number, chat))

    def _grant(self) -> None:
        """Gives turns to whoever may have one now, and sets the timer for the next."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        held: list[tuple[int, int, str]] = []
        wake = math.inf
        while self._ready and self._under_way < self._limits.in_flight:
            if self._free_at > now:
                wake = min(wake, self._free_at)
                break
            entry = heapq.heappop(self._ready)
            queue = self._chats.get(entry[2])
            if queue is None or queue.busy or not queue.waiting or queue.waiting[0][1] != entry[1]:
                continue  # another of this chat goes first; when that is over it puts the next in line
            if queue.free_at > now:
                held.append(entry)
                wake = min(wake, queue.free_at)
                continue
            granted = heapq.heappop(queue.waiting)[2]
            if granted.cancelled():
                self._line_up(entry[2], queue)
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
