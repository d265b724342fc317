"""The whole program on a real Synapse, with the sample municipality in it, and people with a client of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from nio import AsyncClient, AsyncClientConfig, ErrorResponse, MegolmEvent, RoomPreset
from nio.crypto.attachments import decrypt_attachment
from sqlalchemy import Engine, select
from sqlmodel import col

from bot.app import App
from bot.matrix import Login, Matrix
from storage import invitations, sample
from storage.database import transaction
from storage.tables import Member
from tests.synapse import Account, Synapse
from tests.town import PATIENCE, database, library

KEY = "een sleutel voor de tests"
_ALL = {"room": {"timeline": {"limit": 1000}}}  # the server leaves out what is longer


def now() -> datetime:
    return datetime.now(UTC)


async def until(there: Callable[[], bool | Awaitable[bool]]) -> None:
    """Waits until something is so on the server, in the database or in a file."""
    async with asyncio.timeout(PATIENCE):
        while not (answer := there()) or (answer is not True and not await answer):
            await asyncio.sleep(0.1)


def good(answer: Any) -> Any:
    """The answer of a client, which must not be an error."""
    assert not isinstance(answer, ErrorResponse), answer
    return answer


@dataclass(frozen=True)
class Message:
    """Something that was said in a room, as a person sees it."""

    event_id: str
    sender: str
    content: dict[str, Any]
    encrypted: bool = False

    @property
    def body(self) -> str:
        return str(self.content.get("body", ""))


@dataclass
class Person:
    """Somebody with a client; what they see comes in by itself while the context is open."""

    client: AsyncClient
    bot: str
    room: str = ""
    seen: list[Message] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def answers(self) -> list[Message]:
        """What the bot said in this person's room."""
        return [one for one in self.seen if one.sender == self.bot]

    async def opens(self, *, encrypted: bool = False, direct: bool = True, greeted: bool = True, **more: Any) -> str:
        """Opens a room and asks the bot to come; returns once it is there, and has said so where it does."""
        before = len(self.answers)
        state = [{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}] if encrypted else []
        preset = RoomPreset.trusted_private_chat if direct else RoomPreset.private_chat
        made = good(
            await self.client.room_create(
                is_direct=direct, preset=preset, invite=[self.bot], initial_state=state, **more
            )
        )
        self.room = made.room_id
        await self.until(lambda: self.bot_is("join"))
        if greeted and direct:
            await self.hears(before)
        return self.room

    def bot_is(self, membership: str) -> bool:
        """Whether the last that was heard of the bot in the room is that it came, went, …"""
        changes = [
            one["content"].get("membership")
            for one in self.others
            if one["type"] == "m.room.member" and one["state_key"] == self.bot and one["room_id"] == self.room
        ]
        return bool(changes) and changes[-1] == membership

    async def writes(self, text: str, **content: Any) -> str:
        """Says something; returns the id of the event."""
        return await self.puts("m.room.message", {"msgtype": "m.text", "body": text} | content)

    async def sends_file(self, content: bytes, name: str, media: str, **more: Any) -> str:
        """Uploads a file and sends it; encrypted where the room is. Returns the id of the event."""
        encrypted = self.client.rooms[self.room].encrypted
        answer, keys = await self.client.upload(lambda *_: content, media, encrypt=encrypted, filesize=len(content))
        url = good(answer).content_uri
        place = {"file": {**keys, "url": url}} if keys else {"url": url}
        kind = "m.image" if media.startswith("image/") else "m.file"
        info = {"mimetype": media, "size": len(content)}
        return await self.puts("m.room.message", {"msgtype": kind, "body": name, "info": info} | place | more)

    async def opens_file(self, message: Message) -> bytes:
        """What is in a file that was received."""
        place = message.content.get("file", message.content)
        content: bytes = good(await self.client.download(place["url"])).body
        if "key" in place:
            content = decrypt_attachment(content, place["key"]["k"], place["hashes"]["sha256"], place["iv"])
        return content

    async def puts(self, kind: str, content: dict[str, Any]) -> str:
        sent = await self.client.room_send(self.room, kind, content, ignore_unverified_devices=True)
        return str(good(sent).event_id)

    async def changes(self, event_id: str, text: str) -> str:
        """Makes something else of what they said."""
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        return await self.puts(
            "m.room.message", new | {"body": f"* {text}", "m.new_content": new, "m.relates_to": relation}
        )

    async def reacts(self, message: Message, sign: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": message.event_id, "key": sign}
        return await self.puts("m.reaction", {"m.relates_to": relation})

    async def says(self, text: str) -> Message:
        """Says something and returns the bot's next message."""
        before = len(self.answers)
        await self.writes(text)
        return await self.hears(before)

    async def hears(self, before: int) -> Message:
        """The bot's message after the first `before`."""
        await self.until(lambda: len(self.answers) > before)
        return self.answers[before]

    async def until(self, there: Callable[[], bool]) -> None:
        """Waits until something has been seen."""
        async with asyncio.timeout(PATIENCE):
            while not there():
                self._news.clear()
                await self._news.wait()

    async def listens(self) -> None:
        """Takes in what happens, until cancelled; also what happened while the server was away."""
        while True:
            try:
                await self._listens_once()
            except (aiohttp.ClientError, OSError, TimeoutError):
                await asyncio.sleep(0.2)

    async def _listens_once(self) -> None:
        answer = await self.client.sync(timeout=10_000, sync_filter=_ALL)
        if isinstance(answer, ErrorResponse):
            await asyncio.sleep(0.2)
            return
        for room_id, info in answer.rooms.join.items():
            for event in (*info.state, *info.timeline.events):
                self._take(room_id, event)
        self._news.set()
        # What the server cannot do now comes up again.
        if self.client.olm is not None:
            if self.client.should_upload_keys:
                await self.client.keys_upload()
            if self.client.should_query_keys:
                await self.client.keys_query()
            await self.client.send_to_device_messages()

    def _take(self, room_id: str, event: Any) -> None:
        source = event.source
        if source["type"] == "m.room.message" and not isinstance(event, MegolmEvent):
            self.seen.append(Message(event.event_id, event.sender, source["content"], event.decrypted))
        else:
            self.others.append(source | {"room_id": room_id})


@asynccontextmanager
async def person(server: Synapse, account: Account, bot: str, keys: Path | None = None) -> AsyncIterator[Person]:
    """A person with a client; with encryption where there is a folder for its keys."""
    config = AsyncClientConfig(encryption_enabled=keys is not None, store_sync_tokens=False, pickle_key="test")
    client = AsyncClient(server.url, account.user, store_path=str(keys) if keys else "", config=config)
    if keys is not None:
        keys.mkdir(parents=True, exist_ok=True)
        client.restore_login(account.user, account.device, account.token)
    else:
        client.user_id, client.device_id, client.access_token = account.user, account.device, account.token
    good(await client.sync(timeout=0, full_state=True))
    somebody = Person(client, bot)
    listening = asyncio.create_task(somebody.listens())
    try:
        yield somebody
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await client.close()


class Live:
    """The server, the bot's account and its program, which can be stopped and started."""

    def __init__(
        self, server: Synapse, folder: Path, account: Account, clock: Callable[[], datetime] = now, **more: Any
    ) -> None:
        self.clock = clock
        self.server = server
        self.folder = folder
        self.account = account
        self.token_only = bool(more.pop("token_only", False))  # no password is known
        self.more = more
        self._stack = AsyncExitStack()
        self._task: asyncio.Task[None] | None = None
        self.engine: Engine | None = None

    @property
    def login(self) -> Login:
        account = self.account
        secret = {"access_token": account.token} if self.token_only else {"password": account.password}
        return Login(self.server.url, account.user, KEY, self.folder / "matrix", **secret)

    def matrix(self) -> Matrix:
        given: dict[str, Any] = {
            "invited_by": [self.server.name],
            "per_second": 1000,
            "in_flight": 8,
            "poll_seconds": 5.0,
        }
        return Matrix(self.login, self.clock, **(given | self.more))

    def start(self) -> None:
        """Starts the program, on the database it had."""
        if self.engine is None:
            self.engine = database(self.folder)
            with transaction(self.engine) as session:
                sample.fill(session, None, now())
        self.app = App(self.engine, [self.matrix()], library())
        self._task = asyncio.create_task(self.app.run())

    async def stop(self) -> None:
        """Stops it as SIGTERM does."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def meets(self, name: str, *, encrypted: bool = False) -> Person:
        """Somebody whom the bot does not know yet, with a room in which it is."""
        someone = await self.comes(name, encrypted=encrypted)
        await someone.opens(encrypted=encrypted)
        return someone

    async def comes(self, name: str, *, encrypted: bool = False) -> Person:
        """Somebody with a client, and no room."""
        account = await asyncio.to_thread(self.server.register, name.split()[0].lower())
        keys = self.folder / account.user.strip("@").replace(":", "_") if encrypted else None
        return await self._stack.enter_async_context(person(self.server, account, self.account.user, keys))

    async def joins(self, name: str, *, encrypted: bool = False) -> Person:
        """Somebody of the sample municipality, who has sent their code."""
        someone = await self.meets(name, encrypted=encrypted)
        welcome = await someone.says(self.code(name))
        assert f"Welkom, {name}" in welcome.body
        return someone

    def code(self, name: str) -> str:
        """A new invitation code for a member of the sample municipality."""
        assert self.engine is not None
        with transaction(self.engine) as session:
            member = session.scalars(select(Member).where(col(Member.name) == name)).one()
            return invitations.invite(session, member, now())

    async def close(self) -> None:
        await self._stack.aclose()
        await self.stop()


@asynccontextmanager
async def running(server: Synapse, folder: Path, **more: Any) -> AsyncIterator[Live]:
    """The program with Matrix only, started, on an account of its own; `more` goes to the platform."""
    account = await asyncio.to_thread(server.register, "raadsmaat")
    live = Live(server, folder, account, **more)
    live.start()
    try:
        yield live
    finally:
        await live.close()
