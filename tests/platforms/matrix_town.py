"""The sample municipality talking through a real Synapse, for the same conversations as everywhere else."""

import asyncio
import mimetypes
import re
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, delete, select, update
from sqlmodel import Session, col

from bot.app import App
from bot.matrix import Login, Matrix
from bot.matrix.incoming import NAME, SIGNS, key, sign
from domain.messages import Choice, Kind
from handlers.routes import ROUTES
from storage.database import transaction
from storage.parcels import Parcel
from storage.tables import Chat, InboxMessage
from tests.platforms.live_town import LiveTown
from tests.platforms.matrix import KEY, Live, Person
from tests.town import MONDAY, PATIENCE, Letter, Still, database, library

_FOLDERS = count()
# Conversations are written with slashes; in Matrix a command is shown with an exclamation mark.
_COMMAND = re.compile(rf"(?<!\S)!(?=(?:{'|'.join(word for route in ROUTES for word in route.words)})\b)")


class Recorded(Matrix):
    """Notes which event became of what, so that it can be looked for where it should arrive."""

    def __init__(self, *given: object, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        self.sent: list[tuple[str, Parcel, bool]] = []

    async def send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        event_id = await super().send(parcel, text, last=last)
        self.sent.append((event_id, parcel, last))
        return event_id


class Received(Letter):
    """A message as it arrived in a room: what can be read there, without the list of choices at its end."""

    @property
    def plain(self) -> str:
        return self.text


def words(body: str, choices: tuple[Choice, ...]) -> str:
    """A message without the list of choices, which must be at its end."""
    listed = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    signed = [f"{sign(index) if index < SIGNS else '•'} {choice.label}" for index, choice in enumerate(choices)]
    for lines in (listed, signed):
        if lines and body.endswith(tail := "\n\n" + "\n".join(lines)):
            return body.removesuffix(tail)
    assert not choices, f"the choices are not in the text: {body}"
    return body


class MatrixTown(LiveTown):
    """A town whose people each have a client and a room; they keep those from one conversation to the next."""

    def __init__(self, live: Live, people: dict[str, Person], engine: Engine, folder: Path, at: datetime) -> None:
        account = live.account
        # A device of its own for each conversation: the names of its messages begin anew with its database.
        self._login = Login(live.server.url, account.user, KEY, folder / "matrix", account.password)
        self._people = people
        self.received: list[Letter] = []
        self._events: dict[int, str] = {}
        self._reactions: dict[tuple[str, str], str] = {}
        super().__init__(engine, at)

    def _made(self) -> App:
        self.platform = Recorded(
            self._login, lambda: self.now, invited_by=["localhost"], per_second=1000, in_flight=8, poll_seconds=5.0
        )
        return Still(self.engine, [self.platform], library(), lambda: self.now)

    async def _connected(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self.platform.ready:
                await asyncio.sleep(0.02)

    async def restart(self) -> list[Letter]:
        await self.stop()
        await self.start()
        await self.app.caught_up()
        return await self._arrived()

    async def says(
        self, who: str, text: str, *, key: str | None = None, kind: Kind = Kind.TEXT, own: str = ""
    ) -> list[Letter]:
        assert not own, "conversations in groups are had on paper"
        person = self._people[who]
        if kind is Kind.UNREADABLE:
            voice = {"msgtype": "m.audio", "body": "stem.ogg", "url": "mxc://localhost/stem"}
            return await self._handled(await person.puts("m.room.message", voice))
        self._latest[who] = await person.writes(text)
        return await self._handled(self._latest[who])

    async def changes(self, who: str, text: str) -> list[Letter]:
        return await self._handled(await self._people[who].changes(self._latest[who], text))

    async def sends(self, who: str, name: str, content: bytes | Exception, *, size: int | None = None) -> list[Letter]:
        assert isinstance(content, bytes)
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return await self._handled(await self._people[who].sends_file(content, name, media))

    async def presses(self, who: str, label: str, *, of: Letter | None = None) -> list[Letter]:
        for letter in reversed(self.received):
            labels = [choice.label for choice in letter.choices] if letter.to == who else []
            if label in labels:
                person = self._people[who]
                message = next(one for one in person.answers if one.event_id == self._events[letter.id])
                mark = (message.event_id, sign(labels.index(label)))
                if mark in self._reactions:  # one that is there already is taken back first, as in any app
                    await person.client.room_redact(person.room, self._reactions[mark])
                self._reactions[mark] = await person.reacts(message, mark[1])
                return await self._handled(self._reactions[mark])
        raise AssertionError(f"{who} heeft geen keuze “{label}”")

    async def later(self, by: timedelta) -> list[Letter]:
        self.now += by
        if self._on:
            await self.app.caught_up()
        return await self._arrived()

    async def _handled(self, event_id: str) -> list[Letter]:
        """Waits until an event was handled and all that comes of it has been sent, and returns that."""
        if self._on:
            async with asyncio.timeout(PATIENCE):
                while not await self.app.database.run(partial(_is_handled, event_id=event_id)):
                    await asyncio.sleep(0.02)
            await self.app.settled()
        return await self._arrived()

    async def _arrived(self) -> list[Letter]:
        """What was sent since the last time, as it arrived."""
        new: list[Letter] = []
        sent, self.platform.sent = self.platform.sent, []
        names = {person.room: name for name, person in self._people.items()}
        for event_id, parcel, last in sent:
            who = names[parcel.chat.chat]
            person = self._people[who]
            await person.until(
                lambda person=person, event_id=event_id: any(one.event_id == event_id for one in person.answers)  # type: ignore[misc]
            )
            body = next(one.body for one in person.answers if one.event_id == event_id)
            choices: tuple[Choice, ...] = parcel.choices if last else ()
            text = _COMMAND.sub("/", words(body, choices))
            if parcel.attachment and last:
                text += f"\n📎 {parcel.attachment.name}"
            new.append(Received(who, text, choices, parcel.id))
            self._events[parcel.id] = event_id
        self.received += new
        return new


def _is_handled(session: Session, event_id: str) -> bool:
    query = select(col(InboxMessage.handled_at)).where(col(InboxMessage.key) == key(event_id))
    return session.scalar(query) is not None


def settle(live: Live, people: dict[str, Person], folder: Path, at: datetime = MONDAY) -> MatrixTown:
    """A new town in which these people have always had their room."""
    place = folder / f"town-{next(_FOLDERS)}"
    place.mkdir()
    engine = database(place, at, filled=True)
    with transaction(engine) as session:
        for name, person in people.items():
            moved = {"platform": NAME, "address": person.room}
            session.execute(update(Chat).where(col(Chat.address) == name).values(**moved))
        session.execute(delete(Chat).where(col(Chat.platform) != NAME))
    return MatrixTown(live, people, engine, place, at)
