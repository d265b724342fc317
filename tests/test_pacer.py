"""The pacer: who goes first, how fast, and what stops whom. Times are those of a clock that jumps."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from bot.pacer import Held, Pacer
from bot.platform import Limits
from domain.delivery import DeliveryFailed, Priority

FAST = Limits(per_second=1e6, in_flight=100, per_chat=0, per_group=0, most=1)


class Jumping(asyncio.SelectorEventLoop):
    """A loop in which nobody waits: when nothing can be done its clock jumps to the next timer. It does not run
    otherwise, so a busy machine changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def time(self) -> float:
        return self.at

    def _run_once(self) -> None:
        scheduled: Any = self._scheduled  # type: ignore[attr-defined]
        if not self._ready and scheduled:  # type: ignore[attr-defined]
            self.at = max(self.at, scheduled[0].when())
        super()._run_once()  # type: ignore[misc]


def run(work: Callable[[], Awaitable[None]]) -> None:
    loop = Jumping()
    try:
        loop.run_until_complete(asyncio.ensure_future(work(), loop=loop))
    finally:
        loop.close()


def now() -> float:
    return asyncio.get_running_loop().time()


async def send(
    pacer: Pacer, chat: str, log: list[tuple[str, float]], *, priority: Priority, takes: float = 0.0
) -> None:
    async with pacer.turn(priority, chat):
        log.append((chat, now()))
        await asyncio.sleep(takes)


def test_sends_are_evenly_spaced_just_under_the_cap() -> None:
    async def work() -> None:
        pacer, log = Pacer(Limits(29, 8, 0, 0, 1)), list[tuple[str, float]]()
        await asyncio.gather(*(send(pacer, str(n), log, priority=Priority.BROADCAST, takes=0.05) for n in range(90)))
        times = [at for _, at in log]
        assert len(times) == 90
        assert times[-1] - times[0] == pytest.approx(89 / 29, rel=0.02)
        for start in times:
            assert sum(start <= at < start + 1 for at in times) <= 30

    run(work)


def test_an_answer_goes_before_a_broadcast_that_is_waiting() -> None:
    async def work() -> None:
        pacer, log = Pacer(Limits(29, 8, 0, 0, 1)), list[tuple[str, float]]()
        notices = [
            asyncio.ensure_future(send(pacer, f"n{n}", log, priority=Priority.BROADCAST, takes=0.05))
            for n in range(300)
        ]
        await asyncio.sleep(1)
        asked = now()
        await send(pacer, "anna", log, priority=Priority.CONVERSATION)
        assert now() - asked < 0.1
        await asyncio.gather(*notices)

    run(work)


def test_one_chat_gets_its_messages_in_order_and_not_too_fast() -> None:
    async def work() -> None:
        pacer, order, log = Pacer(Limits(1000, 8, 1.0, 0, 1)), list[int](), list[tuple[str, float]]()

        async def numbered(number: int) -> None:
            async with pacer.turn(Priority.CONVERSATION, "anna"):
                order.append(number)
                log.append(("anna", now()))
                await asyncio.sleep(random.Random(number).random() / 10)

        await asyncio.gather(*(numbered(n) for n in range(5)), send(pacer, "bram", log, priority=Priority.BROADCAST))
        assert order == [0, 1, 2, 3, 4]
        times = [at for chat, at in log if chat == "anna"]
        assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(times))
        assert next(at for chat, at in log if chat == "bram") - times[0] < 0.1

    run(work)


def test_a_wait_for_one_chat_does_not_hold_up_the_others() -> None:
    async def work() -> None:
        pacer, log = Pacer(FAST), list[tuple[str, float]]()
        begun = now()
        pacer.pause(30, "anna")
        await asyncio.gather(*(send(pacer, who, log, priority=Priority.URGENT) for who in ("anna", "bram")))
        assert dict(log)["bram"] - begun < 0.1
        assert dict(log)["anna"] - begun >= 30

    run(work)


def test_a_wait_for_everybody_holds_up_everybody() -> None:
    async def work() -> None:
        pacer, log = Pacer(FAST), list[tuple[str, float]]()
        begun = now()
        pacer.pause(30)
        await asyncio.gather(*(send(pacer, who, log, priority=Priority.URGENT) for who in ("anna", "bram")))
        assert all(at - begun >= 30 for _, at in log)

    run(work)


async def refused(pacer: Pacer, chat: str, seconds: float) -> None:
    """A send that the service refuses for a while, without saying for whom."""
    with suppress(DeliveryFailed):
        async with pacer.turn(Priority.BROADCAST, chat):
            pacer.pause(seconds, chat)
            raise DeliveryFailed("wacht", retry_after=seconds)


def test_a_second_chat_that_is_told_to_wait_means_that_everybody_is() -> None:
    async def work() -> None:
        pacer, log = Pacer(FAST), list[tuple[str, float]]()
        begun = now()
        await refused(pacer, "anna", 20)
        await refused(pacer, "bram", 30)
        assert pacer.room == 0
        await asyncio.gather(*(send(pacer, who, log, priority=Priority.URGENT) for who in ("anna", "bram", "griet")))
        assert all(at - begun >= 30 for _, at in log)

    run(work)


def test_who_got_something_since_shows_that_a_wait_was_for_one_chat() -> None:
    async def work() -> None:
        pacer, log = Pacer(FAST), list[tuple[str, float]]()
        begun = now()
        await refused(pacer, "groep 1", 20)
        await send(pacer, "griet", log, priority=Priority.URGENT)
        await refused(pacer, "groep 2", 30)
        await send(pacer, "griet", log, priority=Priority.URGENT)
        assert all(at - begun < 1 for _, at in log)

    run(work)


def test_a_send_that_was_on_its_way_already_proves_nothing() -> None:
    async def work() -> None:
        pacer, log = Pacer(FAST), list[tuple[str, float]]()
        begun = now()
        under_way = asyncio.ensure_future(send(pacer, "griet", log, priority=Priority.URGENT, takes=1))
        await asyncio.sleep(0.1)
        await refused(pacer, "anna", 20)
        await under_way
        await refused(pacer, "bram", 20)
        await send(pacer, "olaf", log, priority=Priority.URGENT)
        assert log[-1][1] - begun >= 20

    run(work)


def test_a_message_that_must_wait_once_more_keeps_its_place() -> None:
    async def work() -> None:
        pacer, order = Pacer(FAST), list[int]()

        async def row(number: int) -> None:
            async with pacer.turn(Priority.CONVERSATION, "anna", number):
                order.append(number)
                if order == [1]:
                    pacer.pause(5, "anna")
                    await asyncio.sleep(0)
                    return

        async def twice() -> None:
            await row(1)
            await row(1)

        await asyncio.gather(twice(), row(2), row(3))
        assert order == [1, 1, 2, 3]

    run(work)


def test_nobody_stands_in_line_for_hours() -> None:
    async def work() -> None:
        pacer, log = Pacer(FAST), list[tuple[str, float]]()
        first = asyncio.ensure_future(refused(pacer, "anna", 7200))
        waiting = asyncio.ensure_future(send(pacer, "anna", log, priority=Priority.URGENT))
        await first
        with pytest.raises(Held) as sent_back:
            await waiting
        assert sent_back.value.seconds == pytest.approx(7201)
        with pytest.raises(Held):
            await send(pacer, "anna", log, priority=Priority.URGENT)
        await send(pacer, "bram", log, priority=Priority.URGENT)
        assert pacer.idle
        pacer.pause(7200)
        with pytest.raises(Held):
            await send(pacer, "bram", log, priority=Priority.URGENT)
        assert [who for who, _ in log] == ["bram"]

    run(work)


def test_few_are_under_way_at_a_time() -> None:
    async def work() -> None:
        pacer, under_way, most = Pacer(Limits(1e6, 8, 0, 0, 1)), 0, 0

        async def one(number: int) -> None:
            nonlocal under_way, most
            async with pacer.turn(Priority.BROADCAST, str(number)):
                under_way += 1
                most = max(most, under_way)
                await asyncio.sleep(0.05)
                under_way -= 1

        await asyncio.gather(*(one(n) for n in range(100)))
        assert most == 8
        assert pacer.idle

    run(work)


def test_who_gives_up_waiting_leaves_the_line_and_no_turn_is_lost() -> None:
    async def work() -> None:
        pacer, log = Pacer(Limits(1e6, 1, 0, 0, 1)), list[tuple[str, float]]()
        tasks = [
            asyncio.ensure_future(send(pacer, str(n % 3), log, priority=Priority.URGENT, takes=1)) for n in range(12)
        ]
        await asyncio.sleep(0.5)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert pacer.idle
        assert pacer.room == 1
        await send(pacer, "0", log, priority=Priority.URGENT)

    run(work)


def test_chats_that_are_long_quiet_are_forgotten() -> None:
    async def work() -> None:
        pacer, log = Pacer(FAST), list[tuple[str, float]]()
        for number in range(10_050):
            await send(pacer, str(number), log, priority=Priority.BROADCAST)
        assert len(pacer._chats) < 10_001

    run(work)
