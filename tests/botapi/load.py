"""Many people at once, and how long each of them waits.

Latency runs from the moment an update was due until the server accepted the first sendMessage to its chat, so
the last half of a slow round trip, that of the answer to the bot, is not in it. An answer need not say what
it answers: every update in flight has a chat of its own, or takes its turn in its chat.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.botapi.entities import find_entities
from tests.botapi.errors import Json
from tests.botapi.records import Chat, Message, User
from tests.botapi.world import World, now

FIRST_CHAT = 5_000_000_000


@dataclass(frozen=True)
class Plan:
    """`burst`: all at once. `open`: `rate` a second, whatever the bot does. `closed`: each of `chats` people
    writes again as soon as the answer is there.

    `chats` None: one for each update (closed: 50). `text` may hold {n}, the number of the update. `timeout`:
    seconds without any answer after which the rest counts as never answered. `settle`: seconds to go on
    listening for second answers after the last first one.
    """

    mode: Literal["burst", "open", "closed"] = "burst"
    count: int = 500
    rate: float = 100.0
    chats: int | None = None
    text: str = "hallo"
    timeout: float = 30.0
    settle: float = 0.0


@dataclass(slots=True)
class Asked:
    due: float
    answered: float | None = None
    answers: int = 0


@dataclass
class Load:
    world: World
    plan: Plan
    asked: list[Asked] = field(default_factory=list)
    open: dict[int, deque[Asked]] = field(default_factory=dict)
    """Per chat what is not answered yet."""
    last: dict[int, Asked] = field(default_factory=dict)
    """Per chat what was answered last: one answer more counts there as a double."""
    chats: list[Chat] = field(default_factory=list)
    answered: int = 0
    begun: float = 0.0
    last_answer: float = 0.0
    done: bool = False
    _progress: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> Json:
        """Send everything, wait for the answers, give the summary. Doubles are counted until `stop`."""
        plan = self.plan
        amount = plan.chats or (50 if plan.mode == "closed" else plan.count)
        self.chats = list(self._people(min(amount, plan.count)))
        self.world.on_sent.append(self._heard)
        self.begun = self.last_answer = time.monotonic()
        match plan.mode:
            case "burst":
                for _ in range(plan.count):
                    self._ask(self._turn(), self.begun)
            case "closed":
                for chat in self.chats:
                    self._ask(chat, time.monotonic())
            case "open":
                for number in range(plan.count):
                    due = self.begun + number / plan.rate
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                    self._ask(self._turn(), due)
        await self._answers()
        await asyncio.sleep(plan.settle)
        self.done = True
        return self.summary()

    def stop(self) -> None:
        if self._heard in self.world.on_sent:
            self.world.on_sent.remove(self._heard)

    def summary(self) -> Json:
        """Counts, and times in milliseconds; can be read while the load runs."""
        waits = sorted((one.answered - one.due) * 1000 for one in self.asked if one.answered is not None)
        seconds = self.last_answer - self.begun
        return {
            "done": self.done,
            "asked": len(self.asked),
            "answered": len(waits),
            "once": sum(one.answers == 1 for one in self.asked),
            "twice": sum(one.answers > 1 for one in self.asked),
            "extra": sum(max(0, one.answers - 1) for one in self.asked),
            "never": sum(one.answers == 0 for one in self.asked),
            "p50_ms": percentile(waits, 0.50),
            "p99_ms": percentile(waits, 0.99),
            "max_ms": percentile(waits, 1.0),
            "seconds": round(seconds, 4),
            "updates_per_s": round(len(waits) / seconds, 1) if seconds > 0 else 0.0,
        }

    async def _answers(self) -> None:
        while self.answered < self.plan.count:
            self._progress.clear()
            try:
                async with asyncio.timeout(self.plan.timeout):
                    await self._progress.wait()
            except TimeoutError:
                return

    def _people(self, amount: int) -> Iterator[Chat]:
        first = max([FIRST_CHAT, *(chat_id + 1 for chat_id in self.world.chats if chat_id >= FIRST_CHAT)])
        for chat_id in range(first, first + amount):
            self.world.users[chat_id] = User(chat_id, f"Persoon {chat_id - FIRST_CHAT}")
            self.world.chats[chat_id] = Chat(chat_id, "private", f"Persoon {chat_id - FIRST_CHAT}", "member")
            yield self.world.chats[chat_id]

    def _turn(self) -> Chat:
        return self.chats[len(self.asked) % len(self.chats)]

    def _ask(self, chat: Chat, due: float) -> None:
        text = self.plan.text.replace("{n}", str(len(self.asked)))
        asked = Asked(due)
        self.asked.append(asked)
        self.open.setdefault(chat.chat_id, deque()).append(asked)
        message = Message(self.world.next_id(chat), chat.chat_id, chat.chat_id, False, now(), due, text, text)
        message.entities = find_entities(text)
        chat.messages[message.message_id] = message
        self.world.updates.push("message", self.world.message_json(message), chat.chat_id)

    def _heard(self, message: Message) -> None:
        waiting = self.open.get(message.chat_id)
        if waiting is None:
            return
        if not waiting:
            self.last[message.chat_id].answers += 1
            return
        asked = waiting.popleft()
        asked.answered, asked.answers = message.at, 1
        self.last[message.chat_id] = asked
        self.last_answer = message.at
        self.answered += 1
        self._progress.set()
        if self.plan.mode == "closed" and len(self.asked) < self.plan.count:
            self._ask(self.world.chats[message.chat_id], time.monotonic())


def percentile(ordered: list[float], part: float) -> float | None:
    """The value below which `part` of them lies; None when there are none."""
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 2)
