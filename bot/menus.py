"""The menu of commands that each person sees, which follows their roles."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import Session

from bot.database import Database
from bot.delivery import Delivery
from bot.logs import where
from bot.pacer import Held
from bot.platform import ShowsMenus
from domain.delivery import DeliveryFailed
from domain.roles import Role
from storage import menus

log = structlog.get_logger()

_EVERY = 60.0  # seconds until a role that began or ended is noticed


class Menus:
    """Sees to it that each chat shows the menu of its person. Goes after everything that people wait for."""

    def __init__(
        self,
        database: Database,
        platforms: Iterable[ShowsMenus],
        delivery: Delivery,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._platforms = list(platforms)
        self._delivery = delivery
        self._clock = clock

    async def run(self) -> None:
        """Looks each minute, until cancelled."""
        while self._platforms:
            try:
                await self.look()
            except Exception as error:  # people can type every command: nothing else may stop because of this
                log.error("the menus could not be shown; trying again", error=type(error).__name__, at=where(error))
            await asyncio.sleep(_EVERY)

    async def look(self) -> None:
        """Shows every menu that is owed by now."""
        for platform in self._platforms:
            name = platform.name
            wanted, shown = await self._database.run(partial(_menus, platform=name, now=self._clock()))
            for chat in sorted(wanted.keys() | shown.keys()):
                roles = wanted.get(chat, frozenset())
                if (menu := platform.menu(roles)) == shown.get(chat, ""):
                    continue
                try:
                    async with self._delivery.beside(name):
                        await platform.show_menu(chat, roles)
                except (DeliveryFailed, Held) as failure:
                    if not (isinstance(failure, DeliveryFailed) and failure.permanent):
                        return  # the next look goes on with it
                await self._database.run(partial(menus.show, platform=name, address=chat, menu=menu))


def _menus(session: Session, platform: str, now: datetime) -> tuple[dict[str, frozenset[Role]], dict[str, str]]:
    return dict(menus.roles(session, platform, now)), menus.shown(session, platform)
