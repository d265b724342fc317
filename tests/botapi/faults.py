"""What goes wrong on the way to Telegram, as data: what happens (a dataclass below) and when (`When`).

The two halves of a lost call matter most: a reset before the call took effect and one after it look the same
to the bot, and only one of them may be repeated.
"""

import math
import random
import time
from dataclasses import dataclass, field
from typing import Literal

from tests.botapi.errors import ApiError, Json, too_many


@dataclass(frozen=True)
class When:
    """Which calls are hit; without any argument every call but getUpdates (name that one to hit it)."""

    methods: tuple[str, ...] = ()
    chat_id: int | None = None
    skip: int = 0
    """So many matching calls are left alone first."""
    every: int = 1
    """Every nth matching call after those."""
    times: int | None = None
    """So many hits, then it is over; None: until it is removed."""
    probability: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class Flood:
    """429. `scope` chat: only the chat of the call; all: the whole bot.

    `hard` no: this call alone is refused. holds: every call in that scope is refused until `retry_after`
    seconds are over. extends: so it is, and each call in the wait starts the wait anew.
    """

    retry_after: int = 1
    scope: Literal["chat", "all"] = "all"
    hard: Literal["no", "holds", "extends"] = "no"


@dataclass(frozen=True)
class Refuse:
    """An ordinary refusal with the full text, such as 403 "Forbidden: bot was blocked by the user"."""

    code: int = 403
    description: str = "Forbidden: bot was blocked by the user"


@dataclass(frozen=True)
class ServerError:
    """A gateway in front of Telegram fails: 5xx with HTML. `applied`: after the call took effect."""

    status: int = 502
    body: str = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    applied: bool = False


@dataclass(frozen=True)
class Reset:
    """The connection is reset; `applied`: after the message was accepted, so that only its answer is lost."""

    applied: bool = False


@dataclass(frozen=True)
class Stall:
    """The message is accepted and no answer comes; after `seconds` the connection is reset."""

    seconds: float = 3600.0


@dataclass(frozen=True)
class Truncate:
    """The message is accepted and half of the JSON comes back, with status 200."""


@dataclass(frozen=True)
class Slow:
    """A round trip of `rtt_ms`, ± `jitter_ms`: half of it before the call takes effect and half after it."""

    rtt_ms: float = 50.0
    jitter_ms: float = 0.0


Fault = Flood | Refuse | ServerError | Reset | Stall | Truncate | Slow
KINDS: dict[str, type[Fault]] = {
    "flood": Flood,
    "refuse": Refuse,
    "server_error": ServerError,
    "reset": Reset,
    "stall": Stall,
    "truncate": Truncate,
    "slow": Slow,
}


@dataclass
class Injected:
    """A fault at work. `seen`: matching calls, `hits`: those that it struck."""

    fault: Fault
    when: When
    seen: int = 0
    hits: int = 0
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.when.seed)

    def strikes(self, method: str, chat_id: int | None) -> bool:
        when = self.when
        if method not in when.methods if when.methods else self._spares(method):
            return False
        if when.chat_id is not None and when.chat_id != chat_id:
            return False
        if when.times is not None and self.hits >= when.times:
            return False
        self.seen += 1
        if self.seen <= when.skip or (self.seen - when.skip) % when.every:
            return False
        if when.probability < 1.0 and self.chance.random() >= when.probability:
            return False
        self.hits += 1
        return True

    def _spares(self, method: str) -> bool:
        """Distance slows down polling too; the rest is about calls that do something."""
        return method == "getUpdates" and not isinstance(self.fault, Slow)


@dataclass
class Closure:
    """A hard flood wait; `key` None closes the whole bot."""

    until: float
    length: int
    extends: bool


@dataclass
class Faults:
    injected: list[Injected] = field(default_factory=list)
    closures: dict[int | None, Closure] = field(default_factory=dict)

    def add(self, fault: Fault, when: When | None = None) -> Injected:
        one = Injected(fault, when or When())
        self.injected.append(one)
        return one

    def clear(self) -> None:
        self.injected.clear()
        self.closures.clear()

    def delay(self, method: str, chat_id: int | None) -> float:
        """Half a round trip in seconds, for this call."""
        seconds = 0.0
        for one in self.injected:
            if isinstance(one.fault, Slow) and one.strikes(method, chat_id):
                slow = one.fault
                seconds += (slow.rtt_ms + one.chance.uniform(-slow.jitter_ms, slow.jitter_ms)) / 2000
        return max(seconds, 0.0)

    def pick(self, method: str, chat_id: int | None) -> Fault | None:
        """The first fault that strikes this call (slowness apart)."""
        for one in self.injected:
            if not isinstance(one.fault, Slow) and one.strikes(method, chat_id):
                return one.fault
        return None

    def check_closed(self, method: str, chat_id: int | None) -> None:
        """429 while a hard flood wait lasts; polling for updates goes on, as it does on Telegram."""
        if not self.closures or method == "getUpdates":
            return
        clock = time.monotonic()
        for key in (None, chat_id):
            closure = self.closures.get(key)
            if closure is None:
                continue
            if clock >= closure.until:
                del self.closures[key]
                continue
            if closure.extends:
                closure.until = clock + closure.length
            raise too_many(math.ceil(closure.until - clock))

    def flood(self, flood: Flood, chat_id: int | None) -> ApiError:
        if flood.hard != "no":
            self.close_for(flood.retry_after, chat_id if flood.scope == "chat" else None, flood.hard == "extends")
        return too_many(flood.retry_after)

    def close_for(self, seconds: int, key: int | None, extends: bool) -> None:
        self.closures[key] = Closure(time.monotonic() + seconds, seconds, extends)


def from_json(body: Json) -> tuple[Fault, When]:
    """{"kind": "flood", "retry_after": 3, "when": {"methods": ["sendMessage"], "every": 500}}"""
    fields = dict(body)
    when = dict(fields.pop("when", {}))
    when["methods"] = tuple(when.get("methods", ()))
    return KINDS[fields.pop("kind")](**fields), When(**when)
