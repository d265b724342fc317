"""A raadslid at each platform: how somebody says something there, and how what the bot says is seen."""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from bot.app import App
from bot.console import Clock, Console
from domain.messages import Address
from storage import sample
from storage.database import transaction
from storage.tables import OutboxMessage
from tests.botapi.server import BotApiServer
from tests.platforms import matrix, telegram
from tests.platforms.matrix import Message, good, now
from tests.platforms.place import Place, Shown, listed
from tests.synapse import Synapse
from tests.town import database, library

_FOR_THE_TERMINAL = ("@klok straks", "@niemand", "@klok")  # answered by the terminal itself


class Terminal(Place):
    name = "console"
    chat = Address("console", "anna")
    changes = False

    def __init__(self, app: App, folder: Path, source: int, output: io.StringIO) -> None:
        self.app = app
        self._folder = folder
        self._source = source
        self._output = output

    async def greeted(self) -> None:
        """Until the first prompt is there."""
        await self._prompted(0)

    async def _prompted(self, before: int) -> None:
        async def again() -> bool:
            return self._output.getvalue().count("\nanna> ") > before

        await self.until(again)

    async def _line(self, line: str) -> None:
        before = self._output.getvalue().count("\nanna> ")
        os.write(self._source, f"{line}\n".encode())
        await self._prompted(before)

    async def _type(self, text: str) -> None:
        await self._line(text)

    async def _press(self, label: str) -> None:
        labels = next(one.labels for one in reversed(await self.shown()) if label in one.labels)
        row = await self.app.database.run(_latest_choice)
        await self._line(f"@knop {labels.index(label) + 1} van {row}")

    async def _reword(self, text: str) -> None:
        raise AssertionError("what was typed at a terminal stays as it is")

    async def _send(self, content: bytes, name: str) -> None:
        file = self._folder / name
        file.write_bytes(content)
        await self._line(f"@bestand {file}")

    async def shown(self) -> list[Shown]:
        # After the greeting there is a prompt, the line that was typed, and what was answered.
        turns = [turn.partition("\n") for turn in self._output.getvalue().split("\nanna> ")[1:]]
        said = [answer.strip("\n") for line, _, answer in turns if line not in _FOR_THE_TERMINAL]
        return [listed(answer) for answer in said if answer]

    async def nonsense(self) -> None:
        for line in _FOR_THE_TERMINAL:
            await self._line(line)

    async def closed(self) -> None:
        return None


def _latest_choice(session: Session) -> int:
    return session.scalar(select(func.max(col(OutboxMessage.id))).where(col(OutboxMessage.choices).is_not(None))) or 0


class OnTelegram(Place):
    name = "telegram"

    def __init__(self, live: telegram.Live, server: BotApiServer, anna: Any) -> None:
        self.app = live.app
        self._live = live
        self._server = server
        self._anna = anna
        self.chat = Address(self.name, str(anna.id))

    async def _type(self, text: str) -> None:
        self._said = self._anna.writes(text)

    async def _reword(self, text: str) -> None:
        self._anna.edits(self._said.message_id, text)

    async def _press(self, label: str) -> None:
        self._anna.presses(label)

    async def _send(self, content: bytes, name: str) -> None:
        self._anna.sends_document(content, name)

    async def shown(self) -> list[Shown]:
        return [
            Shown(
                one.plain,
                tuple(one.labels),
                not one.options.get("disable_notification"),
                self._server.world.files[one.content["document"]["file_id"]].content if one.content else None,
            )
            for one in self._server.messages(self._anna)
        ]

    async def nonsense(self) -> None:
        told = self._anna.writes("/help")
        update = next(one for one in self._server.world.updates.history if one.update_id == told.update_id)
        body = dict(update.body)
        # As it might be in a later version of the service, or from somebody who is no person.
        strange: list[dict[str, Any]] = [
            body | {"from": {**body["from"], "is_bot": True}},
            {name: value for name, value in body.items() if name != "from"},
            body | {"chat": {"id": -1, "type": "group", "title": "Een groep"}, "text": "goedemiddag", "entities": []},
        ]
        for one in strange:
            self._server.world.updates.push("message", one, self._anna.id)
        self._server.world.updates.push("poll_answer", {"poll_id": "1"}, self._anna.id)

    async def closed(self) -> Address:
        bram = await self._live.joins("Bram de Vries")
        bram.blocks()
        return Address(self.name, str(bram.id))


class OnMatrix(Place):
    name = "matrix"

    def __init__(self, live: matrix.Live, anna: matrix.Person) -> None:
        self.app = live.app
        self._live = live
        self._anna = anna
        self.chat = Address(self.name, anna.room)

    async def _type(self, text: str) -> None:
        self._said = await self._anna.writes(text)

    async def _reword(self, text: str) -> None:
        await self._anna.changes(self._said, text)

    async def _press(self, label: str) -> None:
        for message, shown in reversed(list(zip(self._messages(), await self.shown(), strict=True))):
            if label in shown.labels:
                await self._anna.reacts(message, f"{shown.labels.index(label) + 1}\ufe0f\u20e3")
                return
        raise AssertionError(label)

    async def _send(self, content: bytes, name: str) -> None:
        await self._anna.sends_file(content, name, "application/pdf")

    def _messages(self) -> list[Message]:
        return [one for one in self._anna.answers if "m.new_content" not in one.content]

    async def shown(self) -> list[Shown]:
        # What is sent has to come back from the server: after this event everything before it has.
        marker = await self._anna.puts("nl.raadsmaat.tests", {})
        await self._anna.until(lambda: any(one.get("event_id") == marker for one in self._anna.others))
        changed = {
            one.content["m.relates_to"]["event_id"]: one.content["m.new_content"]
            for one in self._anna.answers
            if "m.new_content" in one.content
        }
        return [await self._seen(one, changed.get(one.event_id, one.content)) for one in self._messages()]

    async def _seen(self, message: Message, content: dict[str, Any]) -> Shown:
        if content["msgtype"] in ("m.file", "m.image"):
            return Shown("", alerts=False, file=await self._anna.opens_file(message))
        found = listed(content["body"])
        rings = content["msgtype"] == "m.text" and self._anna.client.user_id in content["m.mentions"]["user_ids"]
        return Shown(found.text, found.labels, rings)

    async def nonsense(self) -> None:
        await self._anna.puts("m.room.message", {"msgtype": "m.notice", "body": "/help"})
        await self._anna.puts("m.room.message", {"msgtype": "nl.raadsmaat.onbekend", "body": "/help"})
        await self._anna.puts("nl.iets.anders", {"body": "/help"})
        await self._anna.reacts(self._messages()[-1], "👍")
        good(await self._anna.client.room_put_state(self._anna.room, "m.room.topic", {"topic": "/help"}))

    async def closed(self) -> Address:
        bram = await self._live.meets("Bram de Vries")
        good(await bram.client.room_leave(bram.room))
        platform = self.app.platforms[self.name]

        async def gone() -> bool:
            return platform.is_group(bram.room)  # a room that is not known counts as one

        await self.until(gone)
        return Address(self.name, bram.room)


@asynccontextmanager
async def terminal(folder: Path) -> AsyncIterator[Place]:
    """Anna at a terminal with the program in it."""
    engine, source, output = database(folder), os.pipe(), io.StringIO()
    with transaction(engine) as session:
        sample.fill(session, Terminal.name, now())
    clock = Clock(now)
    app = App(engine, [Console({"anna": "Anna Bakker"}, clock, lambda: app.settled(), source[0])], library(), clock)
    # Standard output itself is pytest's, which takes it back before each test.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.console.print", partial(print, file=output), raising=False)
        running = asyncio.create_task(app.run())
        here = Terminal(app, folder, source[1], output)
        await here.greeted()
        yield here
        os.close(source[1])
        await running
    os.close(source[0])


@asynccontextmanager
async def on_telegram(folder: Path) -> AsyncIterator[Place]:
    """Anna on Telegram."""
    async with BotApiServer() as server, telegram.running(server, folder) as live:
        yield OnTelegram(live, server, await live.joins("Anna Bakker"))
        assert set(server.errors) <= {400, 403}, server.errors


@asynccontextmanager
async def on_matrix(folder: Path, synapse: Synapse, *, encrypted: bool) -> AsyncIterator[Place]:
    """Anna on Matrix."""
    async with matrix.running(synapse, folder) as live:
        yield OnMatrix(live, await live.joins("Anna Bakker", encrypted=encrypted))
