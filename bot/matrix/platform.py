"""Matrix as a platform: what was said is stored with how far it was read, what is owed is shown once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from nio import AsyncClient, MatrixRoom
from sqlalchemy.exc import OperationalError

from bot.matrix import account, asking, content, crosssigning, files, inviting, reading, rooms, sealed, sending, syncing
from bot.matrix.account import AccountError, Login
from bot.matrix.courtesies import Courtesies
from bot.matrix.errors import NO_ANSWER, Refused, failed, failed_erasing
from bot.matrix.files import Files
from bot.matrix.incoming import NAME
from bot.matrix.rooms import Rooms
from bot.matrix.sealed import Sealed
from bot.platform import CANNOT_STORE, Limits, Receive, Report
from domain.delivery import DeliveryFailed
from domain.messages import Attachment, Incoming, Kind
from storage.inbox import Mark
from storage.parcels import Parcel

log = structlog.get_logger()

_POLL_SECONDS = 30.0
_LONGEST = 4000  # UTF-16 units: with its markup and its encryption it stays under the 64 KiB of an event
_READY_SECONDS = 10.0
_ANSWERS_FIRST = 0.1  # seconds that answers may take before what is new is asked for all the same
_KNOWN_BY_KEY = timedelta(hours=23)  # the server recognises a repeated send for a day


class Matrix:
    """One account, on one device for life."""

    name = NAME

    def __init__(
        self,
        login: Login,
        clock: Callable[[], datetime],
        *,
        invited_by: Collection[str] = (),
        encrypted: bool = True,
        per_second: float,
        in_flight: int,
        poll_seconds: float = _POLL_SECONDS,
    ) -> None:
        self.limits = Limits(per_second=per_second, in_flight=in_flight, per_chat=0, per_group=0, most=_LONGEST)
        self._login = login
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._invited_by = invited_by
        self._encrypted = encrypted  # the chats that the bot opens itself
        self._client: AsyncClient | None = None
        self._courtesies = Courtesies()
        self._files = Files()
        self._ready = asyncio.Event()
        self._sending = 0
        self._all_sent = asyncio.Event()
        self._synced_at: float | None = None  # time of the event loop
        self._vouched: bool | None = None

    @property
    def ready(self) -> bool:
        """Whether the account is signed in and knows its rooms."""
        return self._ready.is_set()

    async def run(self, receive: Receive) -> None:
        """Signs in and reads until cancelled.

        Raises AccountError when the account cannot be used, Refused or NO_ANSWER when the server cannot be; the
        doctor is told why, and it can be tried again.
        """
        await self.close()
        try:
            self._client = await account.sign_in(self._login)
            account.note_trouble(self._login.folder, "")
            await self._read(self._client, receive)
        except AccountError as error:
            account.note_trouble(self._login.folder, str(error))
            raise
        except (Refused, *NO_ANSWER):
            account.note_trouble(self._login.folder, f"De Matrix-server {self._login.server} is niet bereikbaar.")
            raise

    async def close(self) -> None:
        """Lets go of the connection, once nothing is sent any more."""
        self._ready.clear()
        await self._courtesies.stop()
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _read(self, client: AsyncClient, receive: Receive) -> None:
        keeping, waiting = Rooms(self._login.folder, self._invited_by, self._clock), Sealed(self._login.folder)
        asking.take_answers(client, waiting)
        since = await receive.reached(NAME)
        attending: asyncio.Task[None] | None = None
        vouching: asyncio.Task[None] | None = None
        try:
            async for response in syncing.syncs(client, since, self._poll_seconds):
                self._synced_at = asyncio.get_running_loop().time()
                keeping.note(client, response)
                heard = await reading.heard(client, response, since, keeping, receive, self._clock())
                waiting.add(heard.sealed, self._clock(), keeping.is_guest)
                waiting.drop(heard.removed)
                opened = waiting.opened(client)
                moves = [move for move in keeping.moved if move[1].chat in client.rooms]
                found = [
                    reading.standing(client.rooms[new.chat], f"moved:{new.chat}", self._clock()) for _, new in moves
                ]
                batch = [*found, *reading.opened(client, opened, keeping, self._clock()), *heard.said]
                spoken = (said for said in batch if not said.group and said.kind is not Kind.UNBLOCKED)
                self._courtesies.working(client, [said.chat.chat for said in spoken])
                await self._store(receive, batch, Mark(NAME, response.next_batch, tuple(moves)))
                since = response.next_batch
                self._ready.set()
                waiting.done([event.event_id for _, event in opened])
                await keeping.settle_moves(client, moves)
                for room_id, event_id in heard.latest.items():
                    self._courtesies.read(client, room_id, event_id)
                await asking.ask(client, waiting, heard.sealed)
                await syncing.look_after_keys(client)
                if vouching is None:  # from now on: the server has the keys of this device
                    vouching = asyncio.create_task(crosssigning.keep(client, self._login, self._note_vouched))
                if attending is None or attending.done():
                    attending = asyncio.create_task(self._attend(client, keeping, receive))
                await self._answers_first()
        finally:
            for task in (attending, vouching):
                if task is not None:
                    task.cancel()

    async def _attend(self, client: AsyncClient, keeping: Rooms, receive: Receive) -> None:
        await keeping.attend(client, receive.linked)
        keeping.opened(await inviting.invite(client, receive, encrypted=self._encrypted))

    async def _answers_first(self) -> None:
        """Lets the answers to what was just read go before the next sync: the server does both by turns, and the one
        that is asked first would otherwise keep the people who wait."""
        await asyncio.sleep(0)  # the answers begin
        if not self._sending:
            return
        self._all_sent.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(_ANSWERS_FIRST):
                await self._all_sent.wait()

    async def _store(self, receive: Receive, batch: Sequence[Incoming], mark: Mark) -> None:
        told = False
        while True:
            try:
                await receive(batch, mark)
                return
            except OperationalError as error:
                # The next sync waits: until this one is stored the server keeps it for us.
                log.error("what was said cannot be stored; trying again", error=type(error.orig).__name__)
                if not told:
                    await self._apologise(batch)
                    told = True
                await asyncio.sleep(1)

    async def _apologise(self, batch: Sequence[Incoming]) -> None:
        last = {said.chat.chat: said.key for said in batch if not said.group}
        for chat, key in last.items():
            try:
                client, room = await self._place(chat)
                await sending.put(client, room, "m.room.message", content.notice(CANNOT_STORE), f"sorry-{key}")
            except (DeliveryFailed, Refused, *NO_ANSWER) as error:
                log.warning("nor could people be told so", error=type(error).__name__)

    async def send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        """Sends one piece of a message, and then, beside everything else, the signs of its choices."""
        self._sending += 1
        try:
            return await self._send(parcel, text, last=last)
        finally:
            self._sending -= 1
            if not self._sending:
                self._all_sent.set()

    async def _send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        client, room = await self._place(parcel.chat.chat)
        self._courtesies.answered(room.room_id)
        name = content.tag(parcel)
        people = [user for user in room.users if user != client.user_id]
        try:
            event_id = await self._there(client, room, parcel, name)
            if event_id is not None:
                return event_id
            said = content.message(parcel, text, people, last=last)
            event_id = await sending.put(client, room, "m.room.message", said, name)
        except (Refused, *NO_ANSWER) as error:
            raise await _failure(client, room, error) from error
        if last and parcel.choices:
            self._courtesies.signs(client, room, event_id, len(parcel.choices), name)
        return event_id

    @property
    def caption(self) -> int:
        """As long as any text: it is a message of its own, since not every app shows what is written below a file."""
        return _LONGEST

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """The content of a file that came in; raises TooBig and DeliveryFailed."""
        return await files.fetch(await self._connected(), attachment, most)

    async def send_file(self, parcel: Parcel, text: str, read: Callable[[], Awaitable[bytes]]) -> str:
        """Sends a file, and then the text with the choices."""
        assert parcel.attachment
        client, room = await self._place(parcel.chat.chat)
        name = content.file_tag(parcel)
        try:
            if await self._there(client, room, parcel, name) is None:
                place = await self._files.place(client, parcel.attachment, read, encrypted=room.encrypted)
                said = content.file(parcel, parcel.attachment, place)
                await sending.put(client, room, "m.room.message", said, name)
        except (Refused, *NO_ANSWER) as error:
            raise await _failure(client, room, error) from error
        return await self.send(parcel, text, last=True)

    async def _there(self, client: AsyncClient, room: MatrixRoom, parcel: Parcel, name: str) -> str | None:
        """The event that an earlier attempt made of this, where the server would not recognise it by its name."""
        # It does for a day; after that the room itself has to be asked.
        if self._clock() - parcel.created_at <= _KNOWN_BY_KEY:
            return None
        return await sending.find(client, room, name, parcel.created_at)

    async def edit(self, parcel: Parcel, text: str) -> None:
        """Sends a new version of a message, which apps show in its place; nobody is alerted by it."""
        assert parcel.replaces
        client, room = await self._place(parcel.chat.chat)
        said = content.edit(parcel, text, parcel.replaces.message_id)
        try:
            if not await sending.stands(client, room, parcel.replaces.message_id):
                raise DeliveryFailed("het bericht is er niet meer", gone=True)
            await sending.put(client, room, "m.room.message", said, content.tag(parcel))
        except (Refused, *NO_ANSWER) as error:
            raise await _failure(client, room, error) from error

    async def erase(self, parcel: Parcel) -> None:
        """Redacts a message of a person, where the bot has been given the power to."""
        assert parcel.erases
        client, room = await self._place(parcel.chat.chat)
        try:
            await sending.redact(client, room, parcel.erases.message_id, content.tag(parcel))
        except (Refused, *NO_ANSWER) as error:
            raise failed_erasing(error) from error

    async def _connected(self) -> AsyncClient:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await self._ready.wait()
        except TimeoutError:
            raise DeliveryFailed("geen verbinding met Matrix") from None
        if self._client is None:
            raise DeliveryFailed("geen verbinding met Matrix")
        return self._client

    async def _place(self, room_id: str) -> tuple[AsyncClient, MatrixRoom]:
        client = await self._connected()
        room = client.rooms.get(room_id)
        if room is None:
            raise DeliveryFailed("Raadsmaat zit niet meer in deze chat", unreachable=True)
        return client, room

    @property
    def handle(self) -> str:
        """The account, such as “@raadsmaat:gemeente.example”; empty until it has signed in."""
        return self._client.user_id if self._client is not None else ""

    def _note_vouched(self, vouched: bool) -> None:
        self._vouched = vouched

    def report(self) -> Report:
        """How it is: when the server last answered a sync, and whether people's apps trust the bot."""
        facts: dict[str, str | int | bool | None] = {
            "wijze": "sync",
            "aangemeld": self.ready,
            "versleuteling": self._client is not None and self._client.olm is not None,
            "apparaat_bevestigd": self._vouched,
            "onleesbare_berichten": sealed.count(self._login.folder),
        }
        problem = "Apps vertrouwen de bot op Matrix niet. raadsmaat doctor zegt wat u kunt doen."
        return Report(self._synced_at, facts, "" if self._vouched is not False else problem)

    def is_group(self, chat: str) -> bool:
        """A room in which more than one person can read along; a room that is not known is taken for one."""
        room = self._client.rooms.get(chat) if self._client is not None else None
        return room is None or not rooms.is_private(room)


async def _failure(client: AsyncClient, room: MatrixRoom, error: Exception) -> DeliveryFailed:
    """The failure of a send in a room. One that is being replaced takes nothing any more, and the next one will."""
    if isinstance(error, Refused) and error.code == "M_FORBIDDEN" and await rooms.is_replaced(client, room):
        return DeliveryFailed("deze chat gaat verder in een nieuwe kamer", here_only=True)
    return failed(error)
