"""The points between receiving and sending, one by one: killed exactly there, started again, and counted.

No point needs code in the product. The server calls the test in the moment that a call arrives or a message
is accepted; the test holds the lock of the database where the program is to stand still before a
transaction; and a slow pace keeps answers waiting for their turn.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.botapi.errors import ApiError, Json
from tests.botapi.people import Person
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, count, judge, look
from tests.kill.process import BotProcess
from tests.kill.town import FRACTIE, players, prepare
from tests.kill.watch import Watch

_SECONDS = 20.0
_SLOW = {"RAADSMAAT_TELEGRAM_PER_CHAT": "30"}


@dataclass
class Scene:
    """One program with a few people, and what a point may use to strike."""

    server: BotApiServer
    bot: BotProcess
    watch: Watch
    anna: Person
    griet: Person
    struck: asyncio.Event = field(default_factory=asyncio.Event)

    def strike(self) -> None:
        """Kills, now."""
        self.watch.arriving = self.watch.accepted = None
        self.bot.kill()
        self.struck.set()

    def when_arrives(self, method: str, matches: Callable[[Json], bool] = lambda params: True) -> None:
        """Kills as soon as such a call arrives, and gives it no effect."""

        def arriving(called: str, params: Json) -> None:
            if called == method and matches(params):
                self.strike()
                raise ApiError(500, "killed on the way")

        self.watch.arriving = arriving

    def when_accepted(self, matches: Callable[[Message], bool] = lambda message: True) -> None:
        """Kills as soon as such a message of the bot is accepted; it never hears so."""

        def accepted(message: Message) -> None:
            if matches(message):
                self.strike()

        self.watch.accepted = accepted

    async def says(self, person: Person, text: str) -> Message:
        """Writes, and waits for the answer."""
        before = max((one.message_id for one in self.server.messages(person)), default=0)
        person.writes(text)
        return (await self.server.wait_for(person, after=before, timeout=_SECONDS))[-1]

    async def until(self, query: str, wanted: int) -> None:
        """Waits until a query counts so many."""
        async with asyncio.timeout(_SECONDS):
            while count(self.bot.database, query) != wanted:
                await asyncio.sleep(0.01)

    def lock(self) -> sqlite3.Connection:
        """Holds the write lock: the program stands still before its next transaction."""
        connection = sqlite3.connect(self.bot.database, isolation_level=None, timeout=_SECONDS)
        connection.execute("BEGIN IMMEDIATE")
        return connection


@dataclass(frozen=True)
class Point:
    """Where it is killed, what brings it there, and what must be true before and after.

    `before`: a query for the state in which it died, and what that must give. `seen`: how often the message
    in question must have been accepted in the end; `doubtful`: how often in doubt.
    """

    name: str
    reach: Callable[[Scene], Awaitable[None]]
    before: tuple[str, object]
    seen: int = 1
    doubtful: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)


_INBOX = "SELECT count(*) FROM inbox"
_STATE = "SELECT group_concat(state) FROM (SELECT state FROM outbox ORDER BY id)"


async def _handed_over(scene: Scene) -> None:
    """The server has handed the update over, and the program has not stored it: the lock keeps it from that."""
    with scene.lock():
        polls = len(scene.server.calls_of("getUpdates"))
        scene.anna.writes("/privacy")
        await scene.server.wait_until(lambda: bool(scene.server.calls_of("getUpdates")[polls - 1].applied), _SECONDS)
        await asyncio.sleep(0.1)
        scene.strike()


async def _searching(scene: Scene) -> None:
    """Stored, and not handled: a question is stored before the search, and the lock is taken right after."""
    scene.anna.writes("Waar staat de blorp?")
    async with asyncio.timeout(_SECONDS):
        while not count(scene.bot.database, _INBOX):
            await asyncio.sleep(0)
    scene.strike()


async def _waiting_for_its_turn(scene: Scene) -> None:
    """Answered and acknowledged; the answer waits, since this chat had one a moment ago."""
    await scene.says(scene.anna, "/agenda")
    scene.anna.writes("/privacy")
    await scene.until("SELECT count(*) FROM outbox", 2)
    await scene.server.wait_until(lambda: not scene.server.world.updates.waiting_updates, _SECONDS)
    scene.strike()


async def _on_the_way(scene: Scene) -> None:
    """Marked as being sent; the call arrives, and has no effect."""
    scene.when_arrives("sendMessage")
    scene.anna.writes("/privacy")


async def _accepted(scene: Scene) -> None:
    """The message is in the chat; its answer does not reach the program."""
    scene.when_accepted()
    scene.anna.writes("/privacy")


async def _not_recorded(scene: Scene) -> None:
    """The program knows that it arrived, and cannot write that down."""
    held: list[sqlite3.Connection] = []
    scene.watch.accepted = lambda message: held.append(scene.lock())
    scene.anna.writes("/privacy")
    await scene.server.wait_until(lambda: bool(held), _SECONDS)
    scene.watch.accepted = None
    await asyncio.sleep(0.3)
    scene.strike()
    held[0].close()


async def _recorded(scene: Scene) -> None:
    """All is done, also the acknowledgement; the same update is even delivered again."""
    said = scene.anna.writes("/privacy")
    await scene.until("SELECT count(*) FROM outbox WHERE state = 'sent'", 1)
    await scene.server.wait_until(lambda: not scene.server.world.updates.waiting_updates, _SECONDS)
    scene.strike()
    scene.server.deliver_again(said)


async def _acknowledging(scene: Scene) -> None:
    """The very call that acknowledges the update, and would delete it at the service, gets no answer."""
    await scene.says(scene.anna, "/agenda")
    said = scene.anna.writes("/privacy")
    assert said.update_id is not None
    scene.when_arrives("getUpdates", lambda params: params.get("offset", 0) > (said.update_id or 0))


async def _between_pieces(scene: Scene) -> None:
    """The first piece of a long answer has arrived and was recorded; the second is on its way."""
    for text in ("/bericht", FRACTIE):
        await scene.says(scene.griet, text)
    scene.when_arrives("sendMessage", lambda params: params.get("reply_markup") is not None)
    scene.griet.writes("goed 😀😀😀😀😀😀😀😀😀\n" * 190)


POINTS = (
    Point("handed over, not stored", _handed_over, (_INBOX, 0)),
    Point("stored, not handled", _searching, ("SELECT count(*) FROM inbox WHERE handled_at IS NULL", 1)),
    Point("answered, waiting for its turn", _waiting_for_its_turn, (_STATE, "sent,claimed"), settings=_SLOW),
    Point("being acknowledged", _acknowledging, (_INBOX, 2)),
    Point("on the way", _on_the_way, (_STATE, "sending"), doubtful=1),
    Point("accepted", _accepted, (_STATE, "sending"), seen=2, doubtful=1),
    Point("not recorded", _not_recorded, (_STATE, "sending"), seen=2, doubtful=1),
    Point("recorded", _recorded, (_STATE, "sent")),
    Point("between two pieces", _between_pieces, (_STATE, "sent,sent,sending"), doubtful=1),
)


async def killed_at(point: Point, folder: Path) -> Verdict:
    """Kills it at one point, starts it again, and counts."""
    town = prepare(folder, members=1)
    async with BotApiServer() as server:
        anna, griet = players(server, town.members)[0], players(server, town.griffie)[0]
        async with BotProcess(server, folder, point.settings) as bot:
            scene = Scene(server, bot, Watch(server), anna, griet)
            await point.reach(scene)
            await asyncio.wait_for(scene.struck.wait(), _SECONDS)
            await bot.ended()
            query, expected = point.before
            found = look(bot.database, query)[0][0]
            await bot.start()
            verdict = await judge(server, bot, f"killed: {point.name}")
    last = [message for person in (anna, griet) for message in server.messages(person)][-1].text
    seen = sum(message.text == last for person in (anna, griet) for message in server.messages(person))
    verdict.figures["times seen"] = seen
    verdict.demand(found == expected, f"it did not die where it should: {query} gave {found!r}, not {expected!r}")
    verdict.demand(seen == point.seen, f"seen {seen} times, not {point.seen}")
    doubtful = verdict.figures["doubtful attempts"]
    verdict.demand(doubtful == point.doubtful, f"{doubtful} times in doubt, not {point.doubtful}")
    return verdict
