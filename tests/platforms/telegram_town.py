"""The sample municipality talking over the Bot API, for the same conversations as everywhere else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, delete, select, update
from sqlmodel import Session, col

from bot.app import App
from bot.telegram.incoming import NAME
from domain.messages import Choice, Kind
from storage.database import transaction
from storage.tables import Chat, InboxMessage
from tests.botapi.people import Person
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.platforms.live_town import LiveTown
from tests.platforms.telegram import telegram
from tests.town import MONDAY, PATIENCE, PLATFORM, Letter, Still, database, library


class Received(Letter):
    """A message as it stands in an app."""

    @property
    def plain(self) -> str:
        return self.text


class TelegramTown(LiveTown):
    """A town whose people each have Telegram."""

    def __init__(self, server: BotApiServer, engine: Engine, at: datetime) -> None:
        self._server = server
        self._people: dict[str, Person] = {}
        self._read: dict[str, int] = {}  # until which message each has been looked at
        self._buttons: list[tuple[str, int, dict[str, str]]] = []  # as they arrived: whose, of which message, and what
        self._unhandled: list[int] = []
        super().__init__(engine, at)

    def person(self, name: str) -> Person:
        """Somebody with Telegram, who has spoken with the bot before."""
        if name not in self._people:
            self._people[name] = self._server.person(name.capitalize())
            self._people[name].chat.bot_status = "member"
        return self._people[name]

    def _made(self) -> App:
        return Still(self.engine, [telegram(self._server)], library(), lambda: self.now)

    async def restart(self) -> list[Letter]:
        await self.stop()
        await self.start()
        before = await self._handled()
        await self.app.caught_up()
        return [*before, *await self._handled()]

    async def says(
        self, who: str, text: str, *, key: str | None = None, kind: Kind = Kind.TEXT, own: str = ""
    ) -> list[Letter]:
        assert not own, "conversations in groups are had on paper"
        person, date = self.person(who), int(self.now.timestamp())
        if kind is Kind.BLOCKED:
            return await self._handled(person.blocks())
        said = person.sends_voice() if kind is Kind.UNREADABLE else person.writes(text, date=date)
        self._latest[who] = str(said.message_id)
        return await self._handled(said.update_id)

    async def changes(self, who: str, text: str) -> list[Letter]:
        return await self._handled(self.person(who).edits(int(self._latest[who]), text).update_id)

    async def sends(self, who: str, name: str, content: bytes | Exception, *, size: int | None = None) -> list[Letter]:
        assert isinstance(content, bytes)
        return await self._handled(self.person(who).sends_document(content, name).update_id)

    async def presses(self, who: str, label: str, *, of: Letter | None = None) -> list[Letter]:
        person = self.person(who)
        for to, message, data in reversed(self._buttons):
            if to == who and label in data:  # also one that has gone since: apps lag behind
                return await self._handled(person.presses(data=data[label], message_id=message).update_id)
        raise AssertionError(f"{who} heeft geen knop “{label}”")

    async def later(self, by: timedelta) -> list[Letter]:
        self.now += by
        if self._on:
            await self.app.caught_up()
        return await self._handled()

    async def _handled(self, update_id: int | None = None) -> list[Letter]:
        """Waits until an update was handled and all that comes of it has been sent, and returns that."""
        if update_id is not None:
            self._unhandled.append(update_id)
        if not self._on:
            return []
        async with asyncio.timeout(PATIENCE):
            while not await self.app.database.run(partial(_are_handled, updates=self._unhandled)):
                await asyncio.sleep(0.01)
            self._unhandled.clear()
            await self.app.settled()
        return [letter for name in self._people for letter in self._arrived(name)]

    def _arrived(self, name: str) -> list[Letter]:
        new = self._server.messages(self._people[name], after=self._read.get(name, 0))
        self._read[name] = max([one.message_id for one in new], default=self._read.get(name, 0))
        for one in new:
            data = {button.label: button.data for row in one.buttons for button in row if button.data}
            self._buttons.append((name, one.message_id, data))
        return [_letter(name, one) for one in new]


def _letter(who: str, message: Message) -> Letter:
    text = _with_addresses(message)
    if message.kind == "document":
        text = f"{text}\n📎 {message.content['document']['file_name']}".strip()
    return Received(who, text, tuple(Choice(label, "") for label in message.labels), message.message_id)


def _with_addresses(message: Message) -> str:
    """What a message says, with the address behind each link in it: as links are written everywhere else."""
    units = message.plain.encode("utf-16-le")
    for link in sorted(message.entities, key=lambda one: -int(one["offset"])):
        if link["type"] == "text_link":
            end = 2 * (link["offset"] + link["length"])
            units = units[:end] + f" ({link['url']})".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le")


def _are_handled(session: Session, updates: list[int]) -> bool:
    keys = [f"{NAME}:{number}" for number in updates]
    query = select(InboxMessage).where(col(InboxMessage.key).in_(keys), col(InboxMessage.handled_at).is_not(None))
    return len(session.scalars(query).all()) == len(keys)


@asynccontextmanager
async def town(folder: Path, at: datetime = MONDAY) -> AsyncIterator[TelegramTown]:
    """The sample municipality on Telegram, running; everybody who has a chat has it there."""
    engine = database(folder, at, filled=True)
    async with BotApiServer() as server:
        here = TelegramTown(server, engine, at)
        with transaction(engine) as session:
            for chat in session.scalars(select(Chat).where(col(Chat.platform) == PLATFORM)):
                moved = {"platform": NAME, "address": str(here.person(chat.address).id)}
                session.execute(update(Chat).where(col(Chat.id) == chat.id).values(**moved))
            session.execute(delete(Chat).where(col(Chat.platform) != NAME))
        await here.start()
        try:
            yield here
            assert set(server.errors) <= {409}, server.errors  # that is an old poll, when the program starts again
        finally:
            await here.stop()
