"""A person with a phone: reads what comes in, answers what was asked, and waits patiently."""

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.conversation import STALE
from tests.botapi.people import Person
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer

_STOPPED = r"Gestopt\.|niets om te annuleren"
_TRIES = 3


def says(letter: Message, mark: str) -> bool:
    """Whether a letter has a mark: an expression in which a point is any character, ends of lines too."""
    return re.search(mark, letter.plain, re.DOTALL) is not None


class Astray(Exception):
    """The conversation went another way than this person expects: they stop, and begin anew."""


@dataclass
class Stage:
    """What all people of a scripted day share.

    `patience`: seconds without the expected answer after which a person asks again. `closing`: nobody begins
    anything new. The counts tell how often people had to help themselves.
    """

    server: BotApiServer
    chance: random.Random
    patience: float = 40.0
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    nudges: int = 0
    astray: int = 0
    stale: int = 0
    said: int = 0
    humans: dict[int, "Human"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server.world.on_sent.append(self._deliver)

    def _deliver(self, message: Message) -> None:
        if human := self.humans.get(message.chat_id):
            human.letters.append(message)
            human.news.set()


class Human:
    """One person in their private chat. `letters` is everything the bot wrote to them, in order."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self.stage = stage
        self.person = person
        self.letters: list[Message] = []
        self.news = asyncio.Event()
        stage.humans[person.id] = self

    async def thinks(self) -> None:
        """A moment passes, as with anybody who types."""
        await asyncio.sleep(self.stage.chance.uniform(0.0, 0.15))

    async def hears(self, mark: str, *, since: int, patience: float | None = None) -> Message | None:
        """The first letter from number `since` on that has `mark` (an expression); None when patience is over."""
        seen = since
        try:
            async with asyncio.timeout(self.stage.patience if patience is None else patience):
                while True:
                    self.news.clear()
                    for letter in self.letters[seen:]:
                        if says(letter, mark):
                            return letter
                    seen = len(self.letters)
                    await self.news.wait()
        except TimeoutError:
            return None

    async def says(self, text: str, mark: str, *, again: str = "/help") -> Message:
        """Writes, and waits for an answer with `mark`. When none comes, `again` asks how it stands."""
        return await self._acts(lambda: self.person.writes(text), mark, again)

    async def presses(self, letter: Message, label: str, mark: str, *, again: str = "/help") -> Message:
        """Presses a button of a letter, and waits. When that button is of the past, types the words instead."""
        since = len(self.letters)

        def act() -> None:
            # Looked at only now: the bot takes the buttons away as soon as somebody chose.
            if label in letter.labels:
                self.person.presses(label, message_id=letter.message_id)
            else:
                self.person.writes(label)

        found = await self._acts(act, f"{mark}|{re.escape(STALE)}", again)
        if STALE in found.plain and not says(found, mark):
            self.stage.stale += 1
            later = next((one for one in self.letters[since:] if says(one, mark)), None)
            found = later or await self.says(label, mark, again=again)
        return found

    async def _acts(self, act: Callable[[], object], mark: str, again: str) -> Message:
        await self.thinks()
        since = len(self.letters)
        act()
        self.stage.said += 1
        return await self.waits(mark, again, since)

    async def waits(self, mark: str, again: str, since: int, *, times: float = 1) -> Message:
        """Waits for a letter with `mark`, asking how it stands now and then. Raises Astray in the end.

        `times`: so many times more patience than for an answer of the bot, as when a colleague has to do it.
        """
        for _ in range(_TRIES):
            if found := await self.hears(mark, since=since, patience=times * self.stage.patience):
                return found
            self.stage.nudges += 1
            self.person.writes(again)
        read = self.letters[-1].plain if self.letters else ""
        raise Astray(f"{self.person.user.first_name} waits for {mark!r}; read {read!r}")

    async def begins_anew(self) -> None:
        """Leaves whatever is open."""
        self.stage.astray += 1
        since = len(self.letters)
        self.person.writes("/annuleer")
        await self.hears(_STOPPED, since=since)
