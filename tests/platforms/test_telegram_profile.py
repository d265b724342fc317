"""The menus and descriptions that people see before they write."""

from pathlib import Path

import pytest

from bot.telegram.profile import menu
from domain.roles import GRIFFIE, Role
from handlers.routes import ROUTES
from tests.botapi.faults import Refuse, ServerError, When
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.mandates import end, give
from tests.platforms.telegram import running

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_menus_and_descriptions_are_set_at_the_start(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path):
        await server.wait_until(lambda: {"name", "description", "short_description"} <= server.world.profile.keys())
        private, groups = list(server.world.profile["commands"].values())[:2]
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


def shown(server: BotApiServer, person: Person) -> set[str] | None:
    """The commands that a person sees in a menu of their own; None: they see what everybody sees."""
    own = [commands for scope, commands in server.world.profile.get("commands", {}).items() if str(person.id) in scope]
    return {command["command"] for command in own[0]} if own else None


async def test_who_has_more_to_do_sees_more_and_it_follows_their_roles(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        await server.wait_until(lambda: "short_description" in server.world.profile)
        fault = server.inject(ServerError(applied=True), When(methods=("setMyCommands",), times=1))
        await live.app.menus.look()  # the answer is lost: it is not known to be shown
        assert fault.hits == 1
        await live.app.menus.look()
        assert shown(server, griet) == {command["command"] for command in menu(GRIFFIE)}
        assert {"bericht", "vergadering", "leden"} <= (shown(server, griet) or set())
        assert "training" not in (shown(server, griet) or set())
        assert shown(server, anna) is None
        before = len(server.calls_of("setMyCommands"))
        await live.app.menus.look()
        assert len(server.calls_of("setMyCommands")) == before  # nothing changed
        give(live.app.database.engine, "Anna Bakker", Role.GRIFFIEMEDEWERKER)
        end(live.app.database.engine, "Griet Mulder")
        await live.app.menus.look()
        assert shown(server, griet) is None
        assert {"training", "bericht"} <= (shown(server, anna) or set())
        await live.app.menus.look()
        assert len(server.calls_of("setMyCommands")) == before + 1
        assert len(server.calls_of("deleteMyCommands")) == 1
        assert server.errors[502] == 1


async def test_a_menu_that_was_not_set_for_a_moment_is_set_later(tmp_path: Path) -> None:
    async with BotApiServer() as server:
        fault = server.inject(ServerError(502), When(methods=("setMyCommands",), times=2))
        async with running(server, tmp_path) as live:
            await live.joins("Anna Bakker")
            await server.wait_until(lambda: "name" in server.world.profile, timeout=20)  # after the menus
            assert fault.hits == 2
            assert menu() in server.world.profile["commands"].values()
