"""The sample municipality with the whole program around it; only the platform is made of paper."""

import asyncio
import re
import secrets
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, Engine, create_engine, event

from bot.app import App
from bot.entry import KENNIS
from bot.platform import Limits, Receive
from domain import markup
from domain.delivery import DeliveryFailed
from domain.markup import escape
from domain.messages import Address, Attachment, Choice, Incoming, Kind
from search import scope, themes
from search.articles import load
from search.library import Library
from search.meaning import load_model, shipped
from storage import sample
from storage.database import connect, migrate, transaction
from storage.parcels import Parcel

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=AMSTERDAM).astimezone(UTC)
PATIENCE = 60.0  # seconds; a test that needs them fails
PLATFORM, MATRIX = "console", "matrix"
_TRANSLATED = dict[object, object]()


@cache
def library() -> Library:
    """The articles that are shipped; made once, since it does not change. It understands from the start, so that
    what is answered does not depend on how fast the model was there."""
    cards, known = scope.load(KENNIS / "grenzen.yaml"), shipped(KENNIS / "vectoren.bin")
    made = Library(load(KENNIS), cards, known, themes.load(KENNIS / "themas.yaml"))
    made.understand(load_model(), {}, lambda: False)
    return made


@dataclass(frozen=True)
class Letter:
    """A message as somebody got it. `to`: who, and “anna op matrix” when that was on another platform."""

    to: str
    text: str
    choices: tuple[Choice, ...]
    id: int

    @property
    def plain(self) -> str:
        return markup.plain(self.text)


class Paper:
    """A platform that keeps what it sends. `refuses` may raise instead, as a platform would, and does when `away`."""

    limits = Limits(per_second=1e6, in_flight=50, per_chat=0, per_group=0, most=1_000_000)

    def __init__(self, name: str, letters: list[Letter]) -> None:
        self.name = name
        self.letters = letters  # of all platforms together, in the order in which they were sent
        self.edits: list[tuple[Letter, Letter]] = []
        self.files: dict[str, bytes | Exception] = {}  # what people's files hold, by their source
        self.got: list[tuple[str, Attachment, bytes]] = []
        self.erased: list[tuple[str, str]] = []
        self.away = False
        self.refuses: Callable[[Parcel], DeliveryFailed | None] = lambda parcel: (
            DeliveryFailed(f"{self.name} is niet bereikbaar") if self.away else None
        )

    async def run(self, receive: Receive) -> None:
        """Nothing comes in by itself: the tests say what is said."""

    async def send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        if failure := self.refuses(parcel):
            raise failure
        self.letters.append(Letter(called(parcel.chat), text, parcel.choices if last else (), parcel.id))
        return str(len(self.letters))

    @property
    def caption(self) -> int:
        return self.limits.most

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        content = self.files[attachment.source]
        if isinstance(content, Exception):
            raise content
        return content

    async def send_file(self, parcel: Parcel, text: str, read: Callable[[], Awaitable[bytes]]) -> str:
        assert parcel.attachment
        self.got.append((parcel.chat.chat, parcel.attachment, await read()))
        return await self.send(parcel, f"{text}\n📎 {escape(parcel.attachment.name)}".strip(), last=True)

    async def edit(self, parcel: Parcel, text: str) -> None:
        assert parcel.replaces
        if failure := self.refuses(parcel):
            raise failure
        old = self.letters[int(parcel.replaces.message_id) - 1]
        self.edits.append((old, Letter(called(parcel.chat), text, parcel.choices, old.id)))

    async def erase(self, parcel: Parcel) -> None:
        assert parcel.erases
        if failure := self.refuses(parcel):
            raise failure
        self.erased.append((called(parcel.chat), parcel.erases.message_id))

    async def close(self) -> None:
        pass

    def is_group(self, chat: str) -> bool:
        return chat.startswith(("-", "groep"))


def called(chat: Address) -> str:
    """A chat as the tests name it: the person, and the platform where that is not the usual one."""
    return chat.chat if chat.platform == PLATFORM else f"{chat.chat} op {chat.platform}"


def chat(who: str) -> Address:
    """The chat that is called so."""
    name, _, platform = who.partition(" op ")
    return Address(platform or PLATFORM, name)


class Still(App):
    """A program whose clock ticks when a test moves it, and not in between, however slow the other side is."""

    async def tick(self) -> None:
        self.delivery.wake()

    async def caught_up(self) -> None:
        await super().tick()
        await self.settled()

    async def settled(self) -> None:
        # What cannot be read or sent is tried again for ever, and a test would wait as long.
        async with asyncio.timeout(PATIENCE):
            await super().settled()


class Town:
    """A running program, a clock that only the test moves, and everything that was sent."""

    def __init__(self, engine: Engine, at: datetime = MONDAY) -> None:
        self.engine = engine
        self.now = at
        self.paper = Paper(PLATFORM, [])
        self.matrix = Paper(MATRIX, self.paper.letters)
        self.app = self._made()
        self._latest: dict[str, str] = {}  # what each said last, by its id
        self._running = AsyncExitStack()
        self._on = False

    def _made(self) -> App:
        return Still(self.engine, [self.paper, self.matrix], library(), lambda: self.now)

    async def start(self) -> None:
        self.app = self._made()
        await self._running.enter_async_context(self.app.running())
        self._on = True

    async def stop(self) -> None:
        self._on = False
        await self._running.aclose()

    async def restart(self) -> list[Letter]:
        """The program ends and begins again; returns what was sent because of it."""
        before = len(self.paper.letters)
        await self.stop()
        await self.start()
        await self.app.caught_up()
        return self.paper.letters[before:]

    async def says(
        self, who: str, text: str, *, key: str | None = None, kind: Kind = Kind.TEXT, own: str = ""
    ) -> list[Letter]:
        """Somebody says something; returns everything that was sent because of it, to whomever.

        `own`: whose own chat it is, where `who` is a group.
        """
        key = key or secrets.token_hex(8)
        if kind is Kind.TEXT:
            self._latest[who] = key
        return await self._brings(who, text, key, kind, own=own)

    async def _brings(
        self, who: str, text: str, key: str, kind: Kind, *, own: str = "", attachment: Attachment | None = None
    ) -> list[Letter]:
        before, group = len(self.paper.letters), self.paper.is_group(who)
        said = Incoming(text, chat(who), self.now, key, kind, group, message_id=key, attachment=attachment, own=own)
        await self.app.intake.receive([said])
        await self.app.settled()
        return self.paper.letters[before:]

    async def changes(self, who: str, text: str) -> list[Letter]:
        """Somebody makes something else of what they said last; returns everything that was sent because of it."""
        return await self.says(who, self._latest[who], kind=Kind.CHANGED)

    async def sends(self, who: str, name: str, content: bytes | Exception, *, size: int | None = None) -> list[Letter]:
        """Somebody sends a file; returns everything that was sent because of it."""
        source = secrets.token_hex(8)
        self.paper.files[source] = content
        says = len(content) if isinstance(content, bytes) else 0
        attachment = Attachment(name, "application/octet-stream", says if size is None else size, source)
        return await self._brings(who, "", source, Kind.FILE, attachment=attachment)

    async def presses(self, who: str, label: str, *, of: Letter | None = None) -> list[Letter]:
        """Somebody presses a button: of the last message to them that has it, or of a given one."""
        letters = [of] if of else [letter for letter in reversed(self.paper.letters) if letter.to == who]
        for letter in letters:
            for index, choice in enumerate(letter.choices):
                if choice.label == label:
                    return await self.says(who, f"{letter.id}.{index}", kind=Kind.PRESSED)
        shown = [choice.label for letter in letters[:1] for choice in letter.choices]
        raise AssertionError(f"{who} heeft geen knop “{label}”; de laatste zijn: {shown}")

    async def later(self, by: timedelta) -> list[Letter]:
        """Time passes; returns what was sent because of it."""
        before = len(self.paper.letters)
        self.now += by
        if self._on:
            await self.app.caught_up()
        return self.paper.letters[before:]

    def code(self) -> str:
        """The code that somebody was shown last."""
        found = (
            re.search(r"\b[2-9a-z]{4}(?:-[2-9a-z]{4}){3}\b", letter.text) for letter in reversed(self.paper.letters)
        )
        return next(code[0] for code in found if code)

    def last(self, who: str) -> Letter:
        """The last message to somebody."""
        return next(letter for letter in reversed(self.paper.letters) if letter.to == who)


def database(folder: Path, at: datetime = MONDAY, *, filled: bool = False) -> Engine:
    """A new database with all its tables, as the program itself makes it; `filled`: with the sample in it."""
    engine = connect(database_file(folder, at, filled=filled))
    event.listen(engine, "connect", _hurry)
    # Each test has a database of its own, all ask the same of it: a question is translated into SQL once for all.
    engine.dialect = _dialect()
    engine.update_execution_options(compiled_cache=_TRANSLATED)
    return engine


def database_file(folder: Path, at: datetime = MONDAY, *, filled: bool = False) -> Path:
    """The file of such a database, for a program that opens it by itself."""
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "raadsmaat.sqlite3"
    file.touch(mode=0o600)
    file.write_bytes(_made(at, filled))
    return file


@cache
def _dialect() -> Dialect:
    engine = create_engine("sqlite://")
    engine.connect().close()  # it learns then what this SQLite can do
    return engine.dialect


@cache
def _made(at: datetime, filled: bool) -> bytes:
    # Migrating takes longer than most tests, so it is done once and copied.
    with TemporaryDirectory() as folder:
        engine = connect(Path(folder) / "made.sqlite3")
        migrate(engine, at)
        if filled:
            with transaction(engine) as session:
                sample.fill(session, PLATFORM, at)
        engine.dispose()
        return (Path(folder) / "made.sqlite3").read_bytes()


def _hurry(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # nobody cuts the power during these tests


@asynccontextmanager
async def town(folder: Path, at: datetime = MONDAY) -> AsyncIterator[Town]:
    """The sample municipality, running."""
    engine = database(folder, at, filled=True)
    made = Town(engine, at)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
