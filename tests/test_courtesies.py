"""What is kind but owed to nobody never gets in the way, nor leaves anything behind."""

import gc

import pytest
from nio import AsyncClient

from bot.matrix.courtesies import Courtesies

pytestmark = pytest.mark.asyncio


async def test_an_answer_that_is_there_at_once_leaves_no_typing_behind() -> None:
    courtesies, client = Courtesies(), AsyncClient("http://127.0.0.1:9")
    courtesies.working(client, ["!kamer:a.nl"])
    courtesies.answered("!kamer:a.nl")
    await courtesies.stop()
    gc.collect()  # a coroutine that nobody awaited is complained of here
    await client.close()
