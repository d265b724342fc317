"""The menus and descriptions that people see before they write."""

from pathlib import Path

import pytest

from bot.telegram.profile import menu
from handlers.routes import ROUTES
from tests.botapi.faults import Refuse, When
from tests.botapi.server import BotApiServer
from tests.platforms.telegram import running

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_menus_and_descriptions_are_set_at_the_start(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path):
        await server.wait_until(lambda: "short_description" in server.world.profile)
        private, groups = server.world.profile["commands"].values()
        assert private == menu()
        assert [command["command"] for command in groups] == ["agenda"]
        shown = {command["command"] for command in private}
        assert {"vraag", "training", "agenda", "help"} <= shown
        griffie_only = {route.words[0] for route in ROUTES if route.help} - shown
        assert {"bericht", "vergadering"} <= griffie_only
        assert server.world.profile["name"][""] == "Raadsmaat"
        assert not server.errors


async def test_a_menu_that_telegram_refuses_stops_nothing(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        server.inject(Refuse(400, "Bad Request: BOT_COMMAND_INVALID"), When(methods=("setMyCommands", "setMyName")))
        async with running(server, tmp_path) as live:
            anna = await live.joins("Anna Bakker")
            assert "Dit kan ik voor u doen" in (await live.says(anna, "/help")).plain
            await server.wait_until(lambda: "short_description" in server.world.profile)
