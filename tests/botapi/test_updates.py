"""Updates: what is confirmed, what comes back, one poll at a time, and webhooks."""

import asyncio
import time

import pytest
import telegram
from aiohttp import web
from telegram.error import Conflict

from tests.botapi import (
    BotApiServer,
)
from tests.botapi.driving import bot_for, call

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_updates_stay_until_confirmed(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    anna.starts()
    for number in range(4):
        anna.writes(str(number))
    ids = [update.update_id for update in await bot.get_updates()]
    assert [update.update_id for update in await bot.get_updates(limit=2)] == ids[:2]
    assert [update.update_id for update in await bot.get_updates(offset=ids[2])] == ids[2:]
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == ids[-1:]
    assert [update.update_id for update in await bot.get_updates()] == ids[-1:]
    assert await bot.get_updates(offset=ids[-1] + 1) == ()

    server.deliver_again(ids[0])
    assert [update.update_id for update in await bot.get_updates(offset=ids[-1] + 1)] == ids[:1]
    assert await bot.get_updates(offset=ids[-1] + 1) == ()


async def test_long_poll_and_conflict(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await server.wait_until(lambda: server.world.updates.poll is not None)
    async with bot_for(server) as other:
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot"):
            await first
        await server.wait_until(lambda: server.world.updates.poll is not None)
        begun = time.monotonic()
        anna.starts()
        assert len(await second) == 1
    assert time.monotonic() - begun < 1
    assert server.errors == {409: 1}


async def test_a_dead_poller_loses_nothing(server: BotApiServer) -> None:
    anna = server.person("Anna")
    dying = asyncio.create_task(call(server, "getUpdates", timeout=20))
    await server.wait_until(lambda: server.world.updates.poll is not None)
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    first = anna.starts().update_id
    await server.wait_until(lambda: server.world.updates.poll is None)
    assert [update["update_id"] for update in (await call(server, "getUpdates"))["result"]] == [first]


async def test_only_wanted_updates(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    await bot.get_updates(allowed_updates=["message"])
    anna.starts()
    assert anna.blocks() is None
    await bot.get_updates(allowed_updates=[])
    assert anna.unblocks() is not None


async def test_webhook(server: BotApiServer, bot: telegram.Bot) -> None:
    taken: list[int] = []
    secrets: list[str | None] = []
    refuse = iter([True, False, False, False])

    async def take(request: web.BaseRequest) -> web.Response:
        secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if next(refuse, False):
            return web.Response(status=500)
        taken.append((await request.json())["update_id"])
        return web.Response()

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    anna = server.person("Anna")
    first = anna.starts().update_id
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/", secret_token="geheim")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    second = anna.writes("hallo")
    await server.wait_until(lambda: len(taken) == 2)
    server.deliver_again(second)
    await server.wait_until(lambda: len(taken) == 3)
    assert taken == [first, second.update_id, second.update_id]
    assert set(secrets) == {"geheim"}
    info = await bot.get_webhook_info()
    assert info.last_error_message is not None
    assert "500" in info.last_error_message
    await bot.delete_webhook()
    anna.writes("weer ophalen")
    assert len(await bot.get_updates()) == 1
    await runner.cleanup()
