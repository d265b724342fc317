"""Short ways for tests to drive the server as a bot does."""

from typing import Any

import aiohttp
import telegram

from tests.botapi.server import BotApiServer

TOKEN = "100:test"


def bot_for(server: BotApiServer) -> telegram.Bot:
    return telegram.Bot(TOKEN, base_url=server.base_url, base_file_url=server.base_file_url)


async def call(server: BotApiServer, method: str, *, token: str = TOKEN, **params: Any) -> Any:
    """A call as our own request class makes it: JSON."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.base_url}{token}/{method}", json=params) as answer,
    ):
        return await answer.json()


async def refusal(server: BotApiServer, method: str, **params: Any) -> str:
    answer = await call(server, method, **params)
    assert answer["ok"] is False, answer
    return str(answer["description"])


def inline(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}
