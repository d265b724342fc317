"""Telegram's published limits, enforced: 30 messages a second, one to a chat, 20 a minute to a group.

Off unless asked for. The real limits are softer and unpublished; these are the ones a bot must keep to.
"""

import math
import time
from collections import deque
from dataclasses import dataclass, field

from tests.botapi.errors import too_many
from tests.botapi.faults import Faults
from tests.botapi.records import Chat


@dataclass(frozen=True)
class Rates:
    """`burst`: so many may go at once before the rate counts. None switches a limit off.

    `hard_seconds`: a violation closes the bot for so long (every call is then 429), None: only that call is
    refused. `also`: methods that count beside those that send; on Telegram edits do, by how much is secret.
    """

    overall: float | None = 30.0
    burst: int = 30
    per_chat: float | None = 1.0
    chat_burst: int = 1
    per_group_minute: int | None = 20
    hard_seconds: int | None = None
    also: tuple[str, ...] = ()


@dataclass
class Bucket:
    rate: float
    size: float
    level: float
    at: float

    def wait(self, clock: float) -> float:
        """Seconds until there is room for one more; 0.0 when there is."""
        self.level = min(self.size, self.level + (clock - self.at) * self.rate)
        self.at = clock
        return 0.0 if self.level >= 1.0 - 1e-9 else (1.0 - self.level) / self.rate


@dataclass
class Limiter:
    rates: Rates
    violations: int = 0
    whole: Bucket | None = None
    chats: dict[int, Bucket] = field(default_factory=dict)
    groups: dict[int, deque[float]] = field(default_factory=dict)

    def counts(self, method: str) -> bool:
        return (method.startswith("send") and method != "sendChatAction") or method in self.rates.also

    def check(self, method: str, chat: Chat | None, faults: Faults) -> None:
        """Count a call, or refuse it with 429; a refused one takes no room."""
        if chat is None or not self.counts(method):
            return
        clock, rates = time.monotonic(), self.rates
        buckets = [bucket for bucket in (self._overall(clock), self._chat(chat, clock)) if bucket is not None]
        waits = [bucket.wait(clock) for bucket in buckets]
        recent = self.groups.setdefault(chat.chat_id, deque()) if self._is_limited_group(chat) else None
        if recent is not None:
            while recent and clock - recent[0] > 60.0:
                recent.popleft()
            if len(recent) >= (rates.per_group_minute or 0):
                waits.append(60.0 - (clock - recent[0]))
        wait = max(waits, default=0.0)
        if wait > 0.0:
            self.violations += 1
            if rates.hard_seconds is not None:
                faults.close_for(rates.hard_seconds, None, extends=False)
                raise too_many(rates.hard_seconds)
            raise too_many(max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.level -= 1.0
        if recent is not None:
            recent.append(clock)

    def _overall(self, clock: float) -> Bucket | None:
        if self.rates.overall is not None and self.whole is None:
            self.whole = Bucket(self.rates.overall, self.rates.burst, self.rates.burst, clock)
        return self.whole

    def _chat(self, chat: Chat, clock: float) -> Bucket | None:
        if self.rates.per_chat is None or chat.kind != "private":
            return None
        size = float(self.rates.chat_burst)
        return self.chats.setdefault(chat.chat_id, Bucket(self.rates.per_chat, size, size, clock))

    def _is_limited_group(self, chat: Chat) -> bool:
        return chat.kind != "private" and self.rates.per_group_minute is not None
