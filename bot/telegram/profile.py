"""What people see of the bot before they write: its name, what it is for, and the menus of commands.

The menus are made from `handlers.routes`. The usual ones are set at each start, so that they never lag behind the
program; who has more to do than a raadslid gets a menu of their own (`bot.menus`).
"""

import asyncio
import hashlib
import json
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.telegram.http import Call
from domain.roles import COUNCIL, EVERYONE, Role
from handlers.routes import ROUTES, Route

log = structlog.get_logger()

_NAME = "Raadsmaat"
_SHORT = "De hulp voor leden van de gemeenteraad en raadscommissies."
_DESCRIPTION = (
    "Raadsmaat beantwoordt vragen over uw rechten en ondersteuning, regelt aanvragen voor trainingen en herinnert u "
    "aan vergaderingen. U hebt een uitnodigingscode van de griffie van uw gemeente nodig."
)
_IN_GROUPS = frozenset({"agenda"})  # all else is private


def menu(roles: frozenset[Role] = COUNCIL) -> list[dict[str, str]]:
    """The commands for people with these roles."""
    return [_command(route) for route in ROUTES if route.help and (route.who is EVERYONE or route.who & roles)]


def name(roles: frozenset[Role]) -> str:
    """Names the menu for these roles, with all that is in it; empty: the one that everybody sees."""
    shown = menu(roles) if roles else menu()
    return "" if shown == menu() else hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


async def show_one(call: Call, chat: str, roles: frozenset[Role]) -> None:
    """Shows one person the menu of their roles. Raises TelegramError."""
    scope = {"scope": {"type": "chat", "chat_id": int(chat)}}
    if name(roles):
        await call("setMyCommands", scope | {"commands": menu(roles)})
    else:
        await call("deleteMyCommands", scope)


def _command(route: Route) -> dict[str, str]:
    return {"command": route.words[0], "description": route.help}


async def show(call: Call) -> None:
    """Sets it all. What Telegram does not take is no reason not to start: people can type every command."""
    in_groups = [_command(route) for route in ROUTES if route.words[0] in _IN_GROUPS]
    await _set(call, "setMyCommands", {"commands": menu(), "scope": {"type": "all_private_chats"}})
    await _set(call, "setMyCommands", {"commands": in_groups, "scope": {"type": "all_group_chats"}})
    await asyncio.gather(  # Telegram may ask to wait a day with one of these, which is nothing to the others
        _set(call, "setMyName", {"name": _NAME}),
        _set(call, "setMyDescription", {"description": _DESCRIPTION}),
        _set(call, "setMyShortDescription", {"short_description": _SHORT}),
    )


async def _set(call: Call, method: str, given: dict[str, Any]) -> None:
    try:
        await call(method, given)
    except TelegramError as error:
        log.warning("the menu or description of the bot was not set", method=method, error=type(error).__name__)
