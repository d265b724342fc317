"""What is kind but owed to nobody: signs to react with, typing, read receipts. It never holds up a message."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import structlog
from nio import AsyncClient, MatrixRoom

from bot.matrix import sending
from bot.matrix.errors import NO_ANSWER, Refused, checked
from bot.matrix.incoming import SIGNS, sign

log = structlog.get_logger()

_BEFORE_READ = 0.3  # seconds
_BEFORE_TYPING = 0.5  # seconds; most answers are there before
_TYPING = 20_000  # milliseconds after which the server ends it by itself


class Courtesies:
    """Done beside everything else. When the server asks to wait, what was waiting is dropped: it is late anyway."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._read: dict[str, str] = {}  # rooms that are about to be told, and until which event
        self._typing: dict[str, asyncio.Task[None]] = {}
        self._not_before = 0.0

    def signs(self, client: AsyncClient, room: MatrixRoom, event_id: str, choices: int, key: str) -> None:
        """Puts a sign under a message for each choice, so that one tap is enough."""

        async def place() -> None:
            for index in range(min(choices, SIGNS)):
                relation = {"rel_type": "m.annotation", "event_id": event_id, "key": sign(index)}
                await sending.put(client, room, "m.reaction", {"m.relates_to": relation}, f"{key}-{index}")

        self._start(place)

    def read(self, client: AsyncClient, room_id: str, event_id: str) -> None:
        """Tells a room until where the bot has read, once the answer has had its turn: it would have to wait for it."""
        waiting = room_id in self._read
        self._read[room_id] = event_id
        if waiting:
            return

        async def tell() -> None:
            await asyncio.sleep(_BEFORE_READ)
            checked(await client.update_receipt_marker(room_id, self._read.pop(room_id)))

        self._start(tell).add_done_callback(lambda _: self._read.pop(room_id, None))

    def working(self, client: AsyncClient, rooms: Sequence[str]) -> None:
        """Shows in rooms that an answer is coming, if it takes long."""
        for room_id in rooms:
            if room_id not in self._typing:
                task = self._typing[room_id] = self._start(partial(self._type, client, room_id))
                task.add_done_callback(partial(self._typed, room_id))

    def _typed(self, room_id: str, _: object) -> None:
        self._typing.pop(room_id, None)

    async def _type(self, client: AsyncClient, room_id: str) -> None:
        await asyncio.sleep(_BEFORE_TYPING)
        checked(await client.room_typing(room_id, True, _TYPING))
        try:
            await asyncio.sleep(_TYPING / 1000)
        except asyncio.CancelledError:
            checked(await client.room_typing(room_id, False))

    def answered(self, room_id: str) -> None:
        """Ends the typing in a room, since the answer is there."""
        if (task := self._typing.get(room_id)) is not None:
            task.cancel()

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._do(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() < self._not_before:
            return
        try:
            await work()
        except Refused as refused:
            if refused.retry_after is not None:
                self._not_before = loop.time() + refused.retry_after
            log.debug("a courtesy was refused", code=refused.code)
        except NO_ANSWER as error:
            log.debug("a courtesy was not answered", error=type(error).__name__)

    async def stop(self) -> None:
        """Ends what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
