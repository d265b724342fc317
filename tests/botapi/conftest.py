"""A checking server and a real telegram.Bot that talks to it."""

from collections.abc import AsyncIterator

import pytest_asyncio
import telegram

from tests.botapi import BotApiServer
from tests.botapi.driving import TOKEN, bot_for


@pytest_asyncio.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(TOKEN) as running:
        yield running


@pytest_asyncio.fixture
async def bot(server: BotApiServer) -> AsyncIterator[telegram.Bot]:
    async with bot_for(server) as running:
        yield running
