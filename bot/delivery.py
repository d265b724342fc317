"""Sending what is owed: rows become messages, and what came of each goes back on its row."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog

from bot.condition import Conditions
from bot.database import Database
from bot.logs import where
from bot.marks import Marks
from bot.pacer import LONGEST_HELD, Held, Pacer
from bot.pieces import pieces
from bot.platform import CarriesFiles, Platform, Traced, Tracer
from bot.tracing import InDoubt, Unsettled, trace
from bot.ways import Ways
from domain.delivery import DeliveryFailed, Priority
from domain.messages import Attachment, Incoming
from handlers import outgoing
from storage import doubts, files, outbox
from storage.parcels import Parcel, Result

log = structlog.get_logger()

# Rows of one platform taken in hand before their turn: enough to keep its pacer busy, few enough to put back.
# Each platform has its own: one that takes nothing fills its own hands only.
AHEAD = 64
_MANY = 4  # messages on their way, of which something will come in a moment
_LAST = 2**62  # a place behind all rows
_RETRY_DATABASE = 1.0  # seconds


class _NotOurs(Exception):
    """A row may not be sent: it is in other hands by now, or the program stops."""


class Delivery:
    """Sends messages of all platforms; one failing platform never holds up another.

    A row is marked as being sent just before it goes, and settled just after (`bot.marks`).
    """

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        clock: Callable[[], datetime],
        by: str,
        conditions: Conditions,
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._clock = clock
        self._by = by
        self._conditions = conditions
        self._pacers = {name: Pacer(platform.limits) for name, platform in platforms.items()}
        self._tracers: dict[str, Tracer] = {
            name: platform.tracer
            for name, platform in platforms.items()
            if isinstance(platform, Traced) and platform.tracer
        }
        self._marks = Marks(database, clock, by, self._settled)
        self.ways = Ways(self._pacers, self._tracers, self._marks)
        self._settling: dict[int, str] = {}  # in hand, with the platform: being sent, or sent and not yet recorded
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._more: set[str] = set()  # platforms of which more may be due than there was room for

    @property
    def idle(self) -> bool:
        """Whether nothing is in hand. More may be owed that is not due, or was not claimed yet."""
        return not self._settling

    def send(self, parcels: Iterable[Parcel]) -> None:
        """Sends messages that this process has claimed."""
        for parcel in parcels:
            self._settling[parcel.id] = parcel.chat.platform
            task = asyncio.create_task(self._carry(parcel))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def wake(self) -> None:
        """Something may be due: look now rather than at the next tick."""
        self._wake.set()

    @asynccontextmanager
    async def beside(self, platform: str) -> AsyncIterator[None]:
        """A turn for a call that nobody waits for: after all messages. Raises Held."""
        async with self._pacers[platform].turn(Priority.CHANGE, "", _LAST):
            try:
                yield
            except DeliveryFailed as failure:
                if failure.retry_after:
                    self._pacers[platform].pause(failure.retry_after, "")
                raise

    async def resume(self) -> None:
        """Takes in hand what may have arrived when an earlier process ended, and what is due, before anything new."""
        for name, tracer in self._tracers.items():
            for chat, message_id in await self._database.run(partial(doubts.recent, platform=name)):
                tracer.seen(chat.chat, message_id)
        await self._claim()

    def elsewhere(self, said: Iterable[Incoming]) -> None:
        """These messages came in through another process: their ids are taken too."""
        for one in said:
            if one.message_id and (tracer := self._tracers.get(one.chat.platform)):
                tracer.seen(one.chat.chat, one.message_id)

    async def run(self) -> None:
        """Claims what is due and sends it, until cancelled."""
        recorder = asyncio.create_task(self._marks.run())
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._claim()
        finally:
            recorder.cancel()

    async def stop(self) -> None:
        """Lets what is on its way arrive and puts back the rest."""
        self._stopping = True
        self.ways.close()
        waiting = list(self._tasks)
        if waiting:
            await asyncio.wait(waiting, timeout=10)
        await self._marks.flush()
        # What is not in hand here was stored by a transaction that ended too late to hand it over.
        await self._database.run(partial(outbox.release, by=self._by, unsure=self._settling))

    def _ahead(self) -> dict[str, int]:
        """For each platform how many more rows can be taken in hand."""
        held = Counter(self._settling.values())
        return {
            name: most
            for name, pacer in self._pacers.items()
            if (most := AHEAD - held[name]) > 0 and pacer.held() <= LONGEST_HELD
        }

    async def _claim(self) -> None:
        while not self._stopping and (room := self._ahead()):
            try:
                parcels = await self._database.run(partial(outgoing.take, now=self._clock(), by=self._by, room=room))
            except Exception as error:  # also one nobody foresaw: nothing may end the delivery of everything
                log.error("the outbox cannot be read; trying again", error=type(error).__name__, at=where(error))
                await asyncio.sleep(_RETRY_DATABASE)
                continue
            self.send(parcels)
            # As many as there was room for: there may be more, to be looked for when these have gone.
            taken = Counter(parcel.chat.platform for parcel in parcels)
            self._more = {name for name, most in room.items() if taken[name] >= most} | (self._more - set(room))
            if not self._more & set(room):
                return

    async def _carry(self, parcel: Parcel) -> None:
        platform = self._platforms[parcel.chat.platform]
        texts = pieces(parcel, platform)
        sent = parcel.parts_sent
        message_id: str | None = None
        result: Result | None = None
        try:
            for number, piece in enumerate(texts[parcel.parts_sent :], parcel.parts_sent + 1):
                message_id = await self._pass_on(platform, parcel, piece, last=number == len(texts))
                self._conditions.works(platform.name)
                sent = number
                if number < len(texts):
                    parcel = replace(parcel, parts_sent=number, begun=True, floor=None)
                    floor = self._floor(parcel)
                    await self._database.run(partial(outbox.progress, row_id=parcel.id, parts_sent=number, floor=floor))
            result = Result(parcel.id, message_id=message_id, parts_sent=sent)
        except _NotOurs:
            return
        except InDoubt as doubt:
            result = Result(parcel.id, parts_sent=sent, failure=doubt.failure, floor=doubt.floor)
        except DeliveryFailed as failure:
            result = Result(parcel.id, parts_sent=sent, failure=failure)
        except Exception as error:
            log.error("sending failed", row=parcel.id, error=type(error).__name__, at=where(error))
            fault = DeliveryFailed("fout in Raadsmaat bij het versturen", uncertain=True)
            result = Result(parcel.id, parts_sent=sent, failure=fault)
        finally:
            if result is None and not self._stopping:  # what is left when it stops is put back by `stop`
                self._settling.pop(parcel.id, None)
        self._marks.report(result, more=self._pacers[platform.name].under_way >= _MANY)

    async def _pass_on(self, platform: Platform, parcel: Parcel, piece: str, *, last: bool) -> str | None:
        """Hands over one piece when it is its turn, and again as often as the service asks to wait for a moment:
        a message that goes back to its row meanwhile is overtaken by the next one."""
        pacer, begun = self._pacers[platform.name], parcel.begun
        group = platform.is_group(parcel.chat.chat)
        while True:
            try:
                async with pacer.turn(parcel.priority, parcel.chat.chat, parcel.id, group=group):
                    if not (begun or await self._begin(parcel)):
                        raise _NotOurs
                    if parcel.floor is not None:
                        if found := await self._trace(parcel, last=last):
                            return found
                        parcel = replace(parcel, floor=None)
                    return await self._hand_over(platform, parcel, piece, last=last)
            except Held as held:
                raise DeliveryFailed("de dienst vraagt om te wachten", retry_after=held.seconds) from held
            except DeliveryFailed as failure:
                if not failure.asks_to_wait or (failure.retry_after or 0) > LONGEST_HELD:
                    raise
                begun = False
                self._marks.report(Result(parcel.id, parts_sent=parcel.parts_sent, failure=failure, in_hand=True))

    async def _begin(self, parcel: Parcel) -> bool:
        if self._stopping:
            return False
        return await self._marks.begin(parcel.id, self._floor(parcel) if parcel.floor is None else parcel.floor)

    def _floor(self, parcel: Parcel) -> int | None:
        """What a message leaves at; None where nothing need be found out, or can be."""
        tracer = self._tracers.get(parcel.chat.platform)
        return None if tracer is None or parcel.changes else tracer.floor(parcel.chat.chat)

    def _settled(self, row_id: int) -> None:
        self._settling.pop(row_id, None)
        if self._more and any(most > AHEAD // 2 for name, most in self._ahead().items() if name in self._more):
            self._wake.set()

    async def _hand_over(self, platform: Platform, parcel: Parcel, piece: str, *, last: bool) -> str | None:
        floor = self._floor(parcel)
        try:
            if parcel.replaces:
                await platform.edit(parcel, piece)
                return None
            if parcel.erases:
                await platform.erase(parcel)
                return None
            if last and parcel.attachment and isinstance(platform, CarriesFiles):
                return await platform.send_file(parcel, piece, partial(self._content, parcel.attachment))
            return await platform.send(parcel, piece, last=last)
        except DeliveryFailed as failure:
            self._obey(failure, parcel)
            if not failure.uncertain or floor is None:
                raise
            if found := await self._trace(replace(parcel, floor=floor), last=last):
                return found
            raise DeliveryFailed(failure.reason) from failure  # surely not arrived: as when it never left

    async def _trace(self, parcel: Parcel, *, last: bool) -> str | None:
        """The id of a piece that may have arrived, when it is there. Raises DeliveryFailed and InDoubt."""
        tracer, pacer = self._tracers.get(parcel.chat.platform), self._pacers[parcel.chat.platform]
        if tracer is None or parcel.floor is None:
            raise DeliveryFailed("geen antwoord gekregen", uncertain=True)
        owned = await self._database.run(partial(doubts.owned, chat=parcel.chat))
        try:
            return await trace(tracer, pacer, parcel, owned, last=last, goes_on=lambda: not self._stopping)
        except Unsettled as unsettled:
            if self._stopping:
                raise _NotOurs from unsettled
            raise InDoubt(parcel.floor) from unsettled

    async def _content(self, attachment: Attachment) -> bytes:
        assert attachment.file_id is not None
        found = await self._database.run(partial(files.content, file_id=attachment.file_id))
        if found is None:
            raise DeliveryFailed("het bestand is gewist", permanent=True)
        return found

    def _obey(self, failure: DeliveryFailed, parcel: Parcel) -> None:
        if not (failure.permanent or failure.retry_after or failure.here_only or failure.moved_to):
            self._conditions.fails(parcel.chat.platform, failure.reason)
        if failure.retry_after:
            chat = None if failure.everyone else parcel.chat.chat
            self._pacers[parcel.chat.platform].pause(failure.retry_after, chat)
        log.info(
            "a message was not taken",
            row=parcel.id,
            platform=parcel.chat.platform,
            permanent=failure.permanent,
            uncertain=failure.uncertain,
            retry_after=failure.retry_after,
        )
