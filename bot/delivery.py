"""Sending what is owed: rows become messages, and what came of each goes back on its row."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import Session

from bot.condition import Conditions
from bot.database import Database
from bot.logs import where
from bot.pacer import LONGEST_HELD, Held, Pacer
from bot.platform import CarriesFiles, Platform
from domain import markup
from domain.delivery import DeliveryFailed
from domain.messages import Attachment
from handlers import outgoing
from storage import files, outbox
from storage.parcels import Parcel, Result

log = structlog.get_logger()

# Rows of one platform taken in hand before their turn: enough to keep its pacer busy, few enough to put back.
# Each platform has its own: one that takes nothing fills its own hands only.
AHEAD = 64
_NO_FILES = "(Hier hoort een bestand bij. Dat kan ik hier niet sturen; vraag het aan de griffie.)"
_RETRY_DATABASE = 1.0  # seconds


class _NotOurs(Exception):
    """A row may not be sent: it is in other hands by now, or the program stops."""


class Delivery:
    """Sends messages of all platforms; one failing platform never holds up another.

    A row is marked as being sent just before it goes (`begin`) and settled just after (`finish`). Marks of
    several rows share a transaction: while one is committed, the next ones gather.
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
        self._begins: list[tuple[int, asyncio.Future[bool]]] = []
        self._results: list[Result] = []
        self._settling: dict[int, str] = {}  # in hand, with the platform: being sent, or sent and not yet recorded
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._write = asyncio.Event()
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

    def room(self) -> dict[str, int]:
        """For each platform how many sends could begin right now."""
        return {name: 0 if self._stopping else pacer.room for name, pacer in self._pacers.items()}

    def wake(self) -> None:
        """Something may be due: look now rather than at the next tick."""
        self._wake.set()

    async def run(self) -> None:
        """Claims what is due and sends it, until cancelled."""
        recorder = asyncio.create_task(self._record())
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
        waiting = list(self._tasks)
        if waiting:
            await asyncio.wait(waiting, timeout=10)
        await self._flush()
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
        pieces = _pieces(parcel, platform)
        message_id: str | None = None
        result: Result | None = None
        try:
            for number, piece in enumerate(pieces[parcel.parts_sent :], parcel.parts_sent + 1):
                message_id = await self._pass_on(platform, parcel, piece, last=number == len(pieces))
                self._conditions.works(platform.name)
                parcel = replace(parcel, parts_sent=number, begun=True)
                if number < len(pieces):
                    await self._database.run(partial(outbox.progress, row_id=parcel.id, parts_sent=number))
            result = Result(parcel.id, message_id=message_id, parts_sent=parcel.parts_sent)
        except _NotOurs:
            return
        except DeliveryFailed as failure:
            result = Result(parcel.id, parts_sent=parcel.parts_sent, failure=failure)
        except Exception as error:
            log.error("sending failed", row=parcel.id, error=type(error).__name__, at=where(error))
            doubt = DeliveryFailed("fout in Raadsmaat bij het versturen", uncertain=True)
            result = Result(parcel.id, parts_sent=parcel.parts_sent, failure=doubt)
        finally:
            if result is None and not self._stopping:  # what is left when it stops is put back by `stop`
                self._settling.pop(parcel.id, None)
        self._report(result)

    async def _pass_on(self, platform: Platform, parcel: Parcel, piece: str, *, last: bool) -> str | None:
        """Hands over one piece when it is its turn, and again as often as the service asks to wait for a moment:
        a message that goes back to its row meanwhile is overtaken by the next one."""
        pacer, begun = self._pacers[platform.name], parcel.begun
        group = platform.is_group(parcel.chat.chat)
        while True:
            try:
                async with pacer.turn(parcel.priority, parcel.chat.chat, parcel.id, group=group):
                    if not (begun or await self._begin(parcel.id)):
                        raise _NotOurs
                    return await self._hand_over(platform, parcel, piece, last=last)
            except Held as held:
                raise DeliveryFailed("de dienst vraagt om te wachten", retry_after=held.seconds) from held
            except DeliveryFailed as failure:
                if not failure.asks_to_wait or (failure.retry_after or 0) > LONGEST_HELD:
                    raise
                begun = False
                self._report(Result(parcel.id, parts_sent=parcel.parts_sent, failure=failure, in_hand=True))

    def _report(self, result: Result) -> None:
        self._results.append(result)
        self._write.set()

    async def _hand_over(self, platform: Platform, parcel: Parcel, piece: str, *, last: bool) -> str | None:
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
            raise

    async def _content(self, attachment: Attachment) -> bytes:
        assert attachment.file_id is not None
        found = await self._database.run(partial(files.content, file_id=attachment.file_id))
        if found is None:
            raise DeliveryFailed("het bestand is gewist", permanent=True)
        return found

    def _obey(self, failure: DeliveryFailed, parcel: Parcel) -> None:
        if not (failure.permanent or failure.retry_after):
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

    async def _begin(self, row_id: int) -> bool:
        if self._stopping:
            return False
        allowed = asyncio.get_running_loop().create_future()
        self._begins.append((row_id, allowed))
        self._write.set()
        return bool(await allowed)

    async def _record(self) -> None:
        while True:
            await self._write.wait()
            self._write.clear()
            await self._flush()

    async def _flush(self) -> None:
        begins, self._begins = self._begins, []
        results, self._results = self._results, []
        if not (begins or results):
            return
        try:
            allowed = await self._database.run(
                partial(
                    _settle,
                    ids=[row_id for row_id, _ in begins],
                    results=results,
                    by=self._by,
                    now=self._clock(),
                )
            )
        except Exception as error:
            # Nothing is sent that is not marked, and no outcome is dropped: both wait until the disk is back.
            log.error("the outbox cannot be written; trying again", error=type(error).__name__, at=where(error))
            self._begins = begins + self._begins
            self._results = results + self._results
            await asyncio.sleep(_RETRY_DATABASE)
            self._write.set()
            return
        for row_id, future in begins:
            if not future.done():
                future.set_result(row_id in allowed)
        for result in results:
            if not result.in_hand:
                self._settling.pop(result.id, None)
        if any(most > AHEAD // 2 for name, most in self._ahead().items() if name in self._more):
            self._wake.set()


def _pieces(parcel: Parcel, platform: Platform) -> list[str]:
    most = platform.limits.most
    if parcel.attachment and not isinstance(platform, CarriesFiles):
        return markup.split(f"{parcel.text}\n\n{_NO_FILES}", most)
    pieces = markup.split(parcel.text, most)
    if parcel.attachment and isinstance(platform, CarriesFiles) and not _fits(pieces, platform.caption):
        return [*pieces, ""]
    if parcel.replaces:
        # The last piece is the one with the choices, and the only one whose id is known.
        before = markup.split(parcel.replaces.text, most)
        return pieces[-1:] if len(pieces) <= len(before) else before[-1:]
    return pieces


def _fits(pieces: list[str], caption: int) -> bool:
    return len(pieces) == 1 and markup.units(pieces[0]) <= caption


def _settle(session: Session, ids: list[int], results: list[Result], by: str, now: datetime) -> set[int]:
    if results:
        outbox.finish(session, results, now)
    return outbox.begin(session, ids, by, now) if ids else set()
