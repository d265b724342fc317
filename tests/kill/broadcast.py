"""A notice to many, with everything going wrong that can: killed twice, answers lost, connections broken, a 429."""

import re
from collections.abc import Collection
from pathlib import Path

from domain.markup import html
from handlers.notices import message as notice_message
from storage.sample import NAME
from tests.botapi.faults import Flood, Injected, Reset, ServerError, When
from tests.botapi.people import Person
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer
from tests.kill.count import Verdict, count, judge, quiet
from tests.kill.points import TRACE
from tests.kill.process import IN_FLIGHT, BotProcess
from tests.kill.town import FRACTIE, players, prepare
from tests.kill.watch import Watch

_TEXT = "De raadzaal is dicht. Wij vergaderen in de school."
_WAIT = 1  # seconds that the 429 asks for
_UNDERWAY = 0.4  # seconds in which calls arrive that had left when the 429 was answered
_UNCERTAIN = "SELECT count(*) FROM outbox WHERE state = 'uncertain'"


async def broadcast(folder: Path, recipients: int = 300, *, seed: int = 1, trace: bool = False) -> Verdict:
    """A notice to so many at 300 a second. Nobody may get it twice; who may not have it is shown to the griffie.

    With `trace` everybody gets it once, and nobody is in doubt.
    """
    town = prepare(folder, recipients)
    async with BotApiServer(validate=False) as server:
        players(server, town.members)
        griet = players(server, town.griffie)[0]
        watch = Watch(server)
        async with BotProcess(
            server, folder, {"RAADSMAAT_TELEGRAM_PER_SECOND": "300"} | (TRACE if trace else {})
        ) as bot:
            await _write(server, griet)
            flood = _faults(server, recipients, seed)
            kills_at = [recipients // 3, recipients * 2 // 3]
            arrived = 0

            def accepted(message: Message) -> None:
                nonlocal arrived
                arrived += message.chat_id in town.members
                if kills_at and arrived >= kills_at[0]:
                    kills_at.pop(0)
                    bot.strike()

            watch.accepted = accepted
            griet.presses("Ja, versturen")
            for _ in range(2):
                await bot.ended()
                await bot.start()
            wrong = await quiet(server, bot)
            spoilt = sum(one.hits for one in server.faults.injected)
            server.faults.clear()
            shown = await _reach(server, griet)
            verdict = await judge(server, bot, f"notice to {recipients}", notice=True)
    verdict.wrong += wrong
    _count(server, town.members, shown, count(bot.database, _UNCERTAIN), spoilt, verdict, trace=trace)
    _obeyed(server, flood, verdict)
    return verdict


async def _write(server: BotApiServer, griet: Person) -> None:
    for text in ("/bericht", FRACTIE, _TEXT):
        before = len(server.messages(griet))
        griet.writes(text)
        await server.wait_for(griet, before + 1, timeout=20)


def _faults(server: BotApiServer, recipients: int, seed: int) -> Injected:
    """One per cent of the answers lost, half of that broken before it counts, and as much 502; one 429."""
    for fault, share in ((Reset(applied=True), 0.01), (Reset(), 0.005), (ServerError(), 0.005)):
        server.inject(fault, When(("sendMessage",), probability=share, seed=seed))
        seed += 1
    return server.inject(Flood(_WAIT, hard="holds"), When(("sendMessage",), skip=recipients // 6, times=1))


async def _reach(server: BotApiServer, griet: Person) -> str:
    last = server.messages(griet)[-1].message_id
    griet.writes("/bereik 1")
    return (await server.wait_for(griet, after=last, timeout=20))[-1].text


def _count(
    server: BotApiServer,
    chats: Collection[int],
    shown: str,
    uncertain: int,
    spoilt: int,
    verdict: Verdict,
    *,
    trace: bool,
) -> None:
    text = html(notice_message(_TEXT, NAME))
    got = {chat: sum(message.text == text for message in server.messages(chat)) for chat in chats}
    twice, never = sum(times > 1 for times in got.values()), sum(times == 0 for times in got.values())
    verdict.figures |= {
        "recipients": len(chats),
        "who got it once": sum(times == 1 for times in got.values()),
        "twice": twice,
        "never": never,
        "shown as perhaps arrived": uncertain,
    }
    verdict.demand(twice == 0, f"{twice} people got the notice twice")
    verdict.demand(never <= uncertain, f"{never} people never got it, and only {uncertain} are shown in doubt")
    verdict.demand(f"{len(chats) - uncertain} van {len(chats)} mensen bereikt" in shown, f"/bereik says: {shown}")
    verdict.demand(uncertain == _doubts_shown(shown), f"/bereik shows {_doubts_shown(shown)} in doubt, not {uncertain}")
    most = 0 if trace else 2 * IN_FLIGHT + spoilt
    verdict.demand(uncertain <= most, f"{uncertain} in doubt, of {spoilt} spoilt calls and two kills")


def _doubts_shown(text: str) -> int:
    found = re.search(r"Misschien aangekomen: (.*?)\. Vraag", text)
    if not found:
        return 0
    names = re.split(r", | en ", found[1])
    others = re.fullmatch(r"nog (\d+) ander(?:en)?", names[-1])
    return len(names) - 1 + int(others[1]) if others else len(names)


def _obeyed(server: BotApiServer, flood: Injected, verdict: Verdict) -> None:
    sends = [call for call in server.calls if call.method == "sendMessage"]
    first = next((call.at for call in sends if call.fault == "Flood"), None)
    refused = [call.at for call in sends if call.status == 429]
    verdict.demand(flood.hits == 1 and first is not None, f"the 429 struck {flood.hits} times")
    if first is None:
        return
    # The first may be about that chat only; the second says that it is about all of them.
    early = [call for call in sends if refused[:2][-1] + _UNDERWAY < call.at < first + _WAIT]
    verdict.figures["429s"] = server.errors[429]
    verdict.figures["sent in spite of a 429"] = len(early)
    verdict.demand(not early, f"{len(early)} calls within the {_WAIT} s that the 429 asked for")
    verdict.demand(server.errors[429] <= IN_FLIGHT + 1, f"{server.errors[429]} times 429")
