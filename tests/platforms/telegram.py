"""The whole program on a local Bot API server, with the sample municipality in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from bot.app import App
from bot.telegram import Telegram
from bot.telegram.webhook import Webhook
from storage import invitations, sample
from storage.database import transaction
from storage.tables import Member
from tests.botapi.people import Person
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.town import database, library

TOKEN = "100:test"


def now() -> datetime:
    return datetime.now(UTC)


def telegram(server: BotApiServer, *, trace: bool = False, webhook: Webhook | None = None) -> Telegram:
    """The bot's account, in a hurry: the pace of the real service is tested on its own."""
    return Telegram(TOKEN, server.url, per_second=1000, in_flight=8, per_chat=0, trace=trace, webhook=webhook)


@dataclass
class Live:
    """The server, the running program, and its database."""

    server: BotApiServer
    app: App

    def code(self, name: str) -> str:
        """A new invitation code for a member of the sample municipality."""
        with transaction(self.app.database.engine) as session:
            member = session.scalars(select(Member).where(col(Member.name) == name)).one()
            return invitations.invite(session, member, now())

    async def joins(self, name: str) -> Person:
        """Somebody opens their deep link."""
        person = self.server.person(name)
        person.starts(self.code(name))
        await self.server.wait_for(person)
        return person

    async def says(self, person: Person, text: str) -> Message:
        """Somebody writes; returns the bot's next message to them."""
        before = max([one.message_id for one in self.server.messages(person)], default=0)
        person.writes(text)
        return (await self.server.wait_for(person, after=before))[-1]

    async def presses(self, person: Person, label: str) -> Message:
        """Somebody presses a button; returns the bot's next message to them."""
        before = max([one.message_id for one in self.server.messages(person)], default=0)
        person.presses(label)
        return (await self.server.wait_for(person, after=before))[-1]


@asynccontextmanager
async def running(server: BotApiServer, folder: Path, *, trace: bool = False) -> AsyncIterator[Live]:
    """The program with Telegram only, started; stopped at the end as SIGTERM does."""
    engine = database(folder)
    with transaction(engine) as session:
        sample.fill(session, None, now())
    app = App(engine, [telegram(server, trace=trace)], library())
    task = asyncio.create_task(app.run())
    try:
        yield Live(server, app)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
