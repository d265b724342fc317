"""The points between receiving and sending, one by one: killed exactly there, started again, and counted.

No point needs code in the product. The server calls the test in the moment that a call arrives or a message
is accepted; the test holds the lock of the database where the program is to stand still before a
transaction; and a slow pace keeps answers waiting for their turn.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.botapi.errors import ApiError, Json
from tests.botapi.people import Person
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, count, judge, look, quiet
from tests.kill.process import BotProcess
from tests.kill.town import FRACTIE, players, prepare
from tests.kill.watch import Watch

_SECONDS = 20.0
TRACE = {"RAADSMAAT_TELEGRAM_TRACE": "true"}
_SLOW = {"RAADSMAAT_TELEGRAM_PER_CHAT": "30"}


@dataclass
class Scene:
    """The program, the person of this point, and what a point may use to strike."""

    server: BotApiServer
    bot: BotProcess
    watch: Watch
    who: Person
    struck: asyncio.Event = field(default_factory=asyncio.Event)

    def strike(self) -> None:
        """Kills, now."""
        self.watch.arriving = self.watch.accepted = None
        self.bot.strike()
        self.struck.set()

    def when_arrives(self, method: str, matches: Callable[[Json], bool]) -> None:
        """Kills as soon as such a call arrives, and gives it no effect."""

        def arriving(called: str, params: Json) -> None:
            if called == method and matches(params):
                self.strike()
                raise ApiError(500, "killed on the way")

        self.watch.arriving = arriving

    def is_to_them(self, params: Json) -> bool:
        """Whether a call is about this chat; what an earlier point left behind goes out meanwhile."""
        return params.get("chat_id") in (self.who.id, str(self.who.id))

    def when_accepted(self, do: Callable[[], None]) -> None:
        """Does something, once, as soon as a message to this chat is accepted; the program never hears so."""

        def accepted(message: Message) -> None:
            if message.chat_id == self.who.id:
                self.watch.accepted = None
                do()

        self.watch.accepted = accepted

    async def says(self, text: str) -> None:
        """Writes, and waits until the answer is there, recorded, and the question acknowledged."""
        answers = len(self.server.messages(self.who))
        self.who.writes(text)
        await self.server.wait_for(self.who, answers + 1, timeout=_SECONDS)
        await self.until(_OF_CHAT + " AND state != 'sent'", 0)
        await self.acknowledged()

    async def acknowledged(self) -> None:
        """Waits until the service may forget everything that was said."""
        await self.server.wait_until(lambda: not self.server.world.updates.waiting_updates, _SECONDS)

    def counts(self, query: str) -> int:
        """The number that a query about this chat gives."""
        return count(self.bot.database, query, str(self.who.id))

    async def until(self, query: str, wanted: int) -> None:
        """Waits until a query about this chat counts so many."""
        async with asyncio.timeout(_SECONDS):
            while self.counts(query) != wanted:
                await asyncio.sleep(0.01)

    def lock(self) -> sqlite3.Connection:
        """Holds the write lock: the program stands still before its next transaction."""
        connection = sqlite3.connect(self.bot.database, isolation_level=None, timeout=_SECONDS)
        connection.execute("BEGIN IMMEDIATE")
        return connection


@dataclass(frozen=True)
class Point:
    """Where it is killed, what brings it there, and what must be true before and after.

    `before`: a query about the chat for the state in which it died, and what that may give. `seen`: how often
    its last message must have been accepted in the end; `doubtful`: how often in doubt, at most.
    """

    name: str
    reach: Callable[[Scene], Awaitable[None]]
    before: tuple[str, Sequence[object]]
    seen: int = 1
    doubtful: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)
    griffie: bool = False


_OF_CHAT = "SELECT count(*) FROM outbox WHERE address = ?"
_INBOX = "SELECT count(*) FROM inbox WHERE address = ?"
_STATE = "SELECT group_concat(state) FROM (SELECT state FROM outbox WHERE address = ? ORDER BY id)"


async def _handed_over(scene: Scene) -> None:
    """The server has handed the update over, and the program has not stored it: the lock keeps it from that."""
    with closing(scene.lock()):
        poll = scene.server.calls_of("getUpdates")[-1]
        scene.who.writes("/privacy")
        await scene.server.wait_until(lambda: poll.applied, _SECONDS)
        await asyncio.sleep(0.1)
        scene.strike()


async def _searching(scene: Scene) -> None:
    """Stored, and not handled: the search for a question stands between two transactions."""
    unhandled = _INBOX + " AND handled_at IS NULL"
    while True:
        before = scene.counts(_INBOX)
        scene.who.writes("Waar staat de blorp?")
        async with asyncio.timeout(_SECONDS):
            while scene.counts(_INBOX) == before:
                await asyncio.sleep(0)
        with closing(scene.lock()):  # the search may have been quicker than we are: then once more
            if scene.counts(unhandled):
                scene.strike()
                return
        await scene.until(unhandled, 0)
        await scene.until(_OF_CHAT + " AND state != 'sent'", 0)


async def _waiting_for_its_turn(scene: Scene) -> None:
    """Answered and acknowledged; the answer waits, since this chat had one a moment ago."""
    await scene.says("/agenda")
    scene.who.writes("/privacy")
    await scene.until(_OF_CHAT, 2)
    await scene.acknowledged()
    scene.strike()


async def _acknowledging(scene: Scene) -> None:
    """The very call that acknowledges the update, and would delete it at the service, has no effect."""
    await scene.says("/agenda")
    said = scene.who.writes("/privacy")
    assert said.update_id is not None
    last = said.update_id
    scene.when_arrives("getUpdates", lambda params: params.get("offset", 0) > last)


async def _on_the_way(scene: Scene) -> None:
    """Marked as being sent; the call arrives, and has no effect."""
    scene.when_arrives("sendMessage", scene.is_to_them)
    scene.who.writes("/privacy")


async def _accepted(scene: Scene) -> None:
    """The message is in the chat; its answer does not reach the program."""
    scene.when_accepted(scene.strike)
    scene.who.writes("/privacy")


async def _not_recorded(scene: Scene) -> None:
    """The program knows that it arrived, and cannot write that down."""
    held: list[sqlite3.Connection] = []
    scene.when_accepted(lambda: held.append(scene.lock()))
    scene.who.writes("/privacy")
    await scene.server.wait_until(lambda: bool(held), _SECONDS)
    await asyncio.sleep(0.3)
    scene.strike()
    held[0].close()


async def _recorded(scene: Scene) -> None:
    """All is done, also the acknowledgement; the same update is even delivered again."""
    said = scene.who.writes("/privacy")
    await scene.until(_OF_CHAT + " AND state = 'sent'", 1)
    await scene.acknowledged()
    scene.strike()
    scene.server.deliver_again(said)


async def _between_pieces(scene: Scene) -> None:
    """The first piece of a long answer has arrived and was recorded; the last is on its way."""
    for text in ("/bericht", FRACTIE):
        await scene.says(text)
    scene.when_arrives("sendMessage", lambda params: scene.is_to_them(params) and "reply_markup" in params)
    scene.who.writes("goed 😀😀😀😀😀😀😀😀😀\n" * 190)


_TURN = ("sent,claimed", "sent,sending")
SURE = (
    Point("handed over, not stored", _handed_over, (_INBOX, [0])),
    Point("stored, not handled", _searching, (_INBOX + " AND handled_at IS NULL", [1])),
    Point("recorded", _recorded, (_STATE, ["sent"])),
    Point("waiting for its turn", _waiting_for_its_turn, (_STATE, _TURN), doubtful=1, settings=_SLOW),
    Point("being acknowledged", _acknowledging, (_STATE, _TURN), doubtful=1, settings=_SLOW),
)
IN_DOUBT = (
    Point("on the way", _on_the_way, (_STATE, ["sending"]), doubtful=1),
    Point("accepted", _accepted, (_STATE, ["sending"]), seen=2, doubtful=1),
    Point("not recorded", _not_recorded, (_STATE, ["sending"]), seen=2, doubtful=1),
    Point("between two pieces", _between_pieces, (_STATE, ["sent,sent,sending"]), doubtful=1, griffie=True),
)


TRACED = tuple(replace(point, seen=1, doubtful=0, settings=TRACE) for point in IN_DOUBT)


async def killed_at(points: Sequence[Point], folder: Path) -> Verdict:
    """Kills one program at each point in turn, starts it again each time, and counts for that point's person."""
    town = prepare(folder, members=len(points))
    async with BotApiServer(validate=False) as server:
        raad, griet = players(server, town.members), players(server, town.griffie)[0]
        watch, bot = Watch(server), BotProcess(server, folder, points[0].settings)
        scenes = [
            Scene(server, bot, watch, griet if point.griffie else person)
            for point, person in zip(points, raad, strict=True)
        ]
        found = Verdict("")
        async with bot:
            for number, (point, scene) in enumerate(zip(points, scenes, strict=True)):
                await _killed_at(point, scene, found)
                await bot.start(points[min(number + 1, len(points) - 1)].settings)
                found.wrong += await quiet(server, bot)
                _after(point, scene, found)
            verdict = await judge(server, bot, "killed " + ", ".join(point.name for point in points))
    verdict.wrong += found.wrong
    return verdict


async def _killed_at(point: Point, scene: Scene, verdict: Verdict) -> None:
    await point.reach(scene)
    try:
        await asyncio.wait_for(scene.struck.wait(), _SECONDS)
    except TimeoutError:
        verdict.wrong.append(f"{point.name}: not reached")
    await scene.bot.killed()
    query, expected = point.before
    found = look(scene.bot.database, query, str(scene.who.id))[0][0]
    verdict.demand(found in expected, f"{point.name}: it died at {found!r}, not at one of {expected}")


def _after(point: Point, scene: Scene, verdict: Verdict) -> None:
    texts: list[str] = []
    for message in scene.server.world.chats[scene.who.id].messages.values():
        # What was said last is what it was killed over.
        texts = [*texts, message.text] if message.from_bot else []
    seen = texts.count(texts[-1]) if texts else 0
    doubtful = scene.counts("SELECT coalesce(sum(doubtful), 0) FROM outbox WHERE address = ?")
    verdict.demand(seen == point.seen, f"{point.name}: seen {seen} times, not {point.seen}")
    verdict.demand(doubtful <= point.doubtful, f"{point.name}: {doubtful} times in doubt, not {point.doubtful}")
