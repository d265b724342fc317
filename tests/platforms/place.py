"""A raadslid on a platform, as the contract that holds on all of them needs one (tests/platforms/test_contract.py)."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bot.app import App
from bot.platform import CarriesFiles, Platform
from domain.messages import Address
from storage.tables import InboxMessage
from tests.town import PATIENCE

_LISTED = re.compile(r"^\s*(?:\d+\.|[1-9]\ufe0f?\u20e3|\U0001f51f|•) (.*)$")


@dataclass(frozen=True)
class Shown:
    """A message of the bot as it now stands before somebody: `alerts` when it asks for their attention."""

    text: str
    labels: tuple[str, ...] = ()
    alerts: bool = True
    file: bytes | None = None


class Place(ABC):
    """Anna Bakker, with her chat on one platform. `changes`: whether what was said there can still change."""

    name: str
    app: App
    chat: Address
    changes = True

    @property
    def platform(self) -> Platform:
        return self.app.platforms[self.name]

    @property
    def files(self) -> CarriesFiles:
        assert isinstance(self.platform, CarriesFiles)
        return self.platform

    async def says(self, text: str) -> list[Shown]:
        """Anna types something; returns the messages that come of it."""
        return await self._new(lambda: self._type(text))

    async def presses(self, label: str) -> list[Shown]:
        """Anna presses a choice of the last message that has it."""
        return await self._new(lambda: self._press(label))

    async def sends(self, content: bytes, name: str) -> list[Shown]:
        """Anna sends a file."""
        return await self._new(lambda: self._send(content, name))

    async def rewords(self, text: str) -> list[Shown]:
        """Anna makes something else of what she typed last."""
        return await self._new(lambda: self._reword(text))

    async def _new(self, act: Callable[[], Any]) -> list[Shown]:
        before = len(await self.shown())
        handled = await self.handled()
        await act()
        await self.until(lambda: self._moved_on(handled))
        await self.app.settled()
        return (await self.shown())[before:]

    async def _moved_on(self, handled: int) -> bool:
        return await self.handled() > handled

    async def until(self, there: Callable[[], Any]) -> None:
        """Waits until something is so."""
        async with asyncio.timeout(PATIENCE):
            while not await there():
                await asyncio.sleep(0.02)

    async def handled(self) -> int:
        """How much of what came in has been handled."""
        return await self.app.database.run(_handled)

    async def settled(self) -> None:
        """Until everything that is owed has been sent."""
        self.app.delivery.wake()
        await self.app.settled()

    @abstractmethod
    async def _type(self, text: str) -> None: ...

    @abstractmethod
    async def _press(self, label: str) -> None: ...

    @abstractmethod
    async def _reword(self, text: str) -> None: ...

    @abstractmethod
    async def _send(self, content: bytes, name: str) -> None: ...

    @abstractmethod
    async def shown(self) -> list[Shown]:
        """Everything the bot said to Anna, as it now stands."""

    @abstractmethod
    async def nonsense(self) -> None:
        """Everything comes in that is not for the bot."""

    @abstractmethod
    async def closed(self) -> Address | None:
        """A chat with somebody who shut the bot out; None where that cannot be."""


def _handled(session: Session) -> int:
    query = select(func.count()).select_from(InboxMessage).where(col(InboxMessage.handled_at).is_not(None))
    return session.scalar(query) or 0


def listed(body: str) -> Shown:
    """A message whose choices are listed at its end."""
    text, gap, rest = body.rpartition("\n\n")
    found = [_LISTED.match(line) for line in rest.split("\n")]
    labels = [one[1].partition(": typ ")[0] for one in found if one]
    return Shown(text, tuple(labels)) if gap and len(labels) == len(found) else Shown(body)
