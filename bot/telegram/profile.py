"""What people see of the bot before they write: its name, what it is for, and the menus of commands.

The menus are made from `handlers.routes`. They are set at each start, so that they never lag behind the program.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram.error import TelegramError

from domain.roles import COUNCIL, EVERYONE
from handlers.routes import ROUTES

log = structlog.get_logger()

_NAME = "Raadsmaat"
_SHORT = "De hulp voor leden van de gemeenteraad en raadscommissies."
_DESCRIPTION = (
    "Raadsmaat beantwoordt vragen over uw rechten en ondersteuning, regelt aanvragen voor trainingen en herinnert u "
    "aan vergaderingen. U hebt een uitnodigingscode van de griffie van uw gemeente nodig."
)
_IN_GROUPS = frozenset({"agenda"})  # all else is private

Call = Callable[[str, dict[str, Any]], Awaitable[Any]]


def menu(words: frozenset[str] | None = None) -> list[dict[str, str]]:
    """The commands of a menu: what raadsleden may use, or of all those only `words`."""
    return [
        {"command": route.words[0], "description": route.help}
        for route in ROUTES
        if route.help and (route.words[0] in words if words else route.who is EVERYONE or route.who & COUNCIL)
    ]


async def show(call: Call) -> None:
    """Sets it all. What Telegram does not take is no reason not to start: people can type every command."""
    wanted: tuple[tuple[str, dict[str, Any]], ...] = (
        ("setMyCommands", {"commands": menu(), "scope": {"type": "all_private_chats"}}),
        ("setMyCommands", {"commands": menu(_IN_GROUPS), "scope": {"type": "all_group_chats"}}),
        ("setMyName", {"name": _NAME}),
        ("setMyDescription", {"description": _DESCRIPTION}),
        ("setMyShortDescription", {"short_description": _SHORT}),
    )
    for method, given in wanted:
        try:
            await call(method, given)
        except TelegramError as error:
            log.warning("the menu or description of the bot was not set", method=method, error=type(error).__name__)
