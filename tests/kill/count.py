"""The verdict: what the database holds and what the server saw, laid side by side."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bot.platform import CANNOT_STORE
from domain import markup
from domain.delivery import Priority
from handlers import notices as notice_texts
from handlers import question_texts
from storage import notices
from storage.database import connect, transaction
from storage.tables import Municipality, Notice, OutboxMessage, State
from tests.botapi.server import BotApiServer
from tests.kill.process import BotProcess

_LONGEST = 4096  # what Telegram takes in one message
_UNDERWAY = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed', 'sending')"
_UNHANDLED = "SELECT count(*) FROM inbox WHERE handled_at IS NULL"


@dataclass
class Verdict:
    """What was counted, and everything that should not have been."""

    name: str
    figures: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def demand(self, holds: bool, what: str) -> None:
        """Notes `what` as wrong unless it holds."""
        if not holds:
            self.wrong.append(what)

    def add(self, other: "Verdict") -> None:
        """Takes over what another one counted."""
        for name, figure in other.figures.items():
            self.figures[name] = self.figures.get(name, 0) + figure
        self.wrong += other.wrong

    def __str__(self) -> str:
        return f"{self.name}: " + ", ".join(f"{figure} {name}" for name, figure in self.figures.items())

    def report(self) -> None:
        """Prints the counts. Raises AssertionError with everything that is wrong."""
        print(self, flush=True)
        assert not self.wrong, f"{self}\n" + "\n".join(self.wrong[:40])


def look(database: Path, query: str, *given: Any) -> list[tuple[Any, ...]]:
    """What a query finds, read beside a program that may be running; nothing is locked by it."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return connection.execute(query, given).fetchall()


def count(database: Path, query: str, *given: Any) -> int:
    """The one number that a query gives."""
    return int(look(database, query, *given)[0][0])


async def quiet(server: BotApiServer, bot: BotProcess, seconds: float = 120) -> list[str]:
    """Waits until nothing is on its way anywhere; returns what still is after so many seconds."""
    until = time.monotonic() + seconds
    while left := _left(server, bot):
        if time.monotonic() > until:
            return left
        await asyncio.sleep(0.1)
    return []


def _left(server: BotApiServer, bot: BotProcess) -> list[str]:
    left = {
        "updates not acknowledged": len(server.world.updates.waiting_updates),
        "inbox rows not handled": count(bot.database, _UNHANDLED),
        "outbox rows waiting, claimed or sending": count(bot.database, _UNDERWAY),
    }
    return [f"{figure} {what}" for what, figure in left.items() if figure]


async def judge(server: BotApiServer, bot: BotProcess, name: str, *, notice: bool = False) -> Verdict:
    """When everything is quiet, stops the program and counts what holds for every campaign.

    Raises nothing: what is wrong stands in the verdict. `notice`: rows that ended in doubt are allowed, since
    a notice is never repeated.
    """
    verdict = Verdict(name)
    verdict.wrong += await quiet(server, bot)
    verdict.figures["kills"] = bot.kills
    code = await bot.stop()
    verdict.demand(code == 0, f"SIGTERM ended it with code {code}")
    verdict.wrong += [f"log: {line}" for line in bot.faults()]
    verdict.demand(look(bot.database, "PRAGMA integrity_check") == [("ok",)], "the database is damaged")
    verdict.wrong += [f"after the stop: {left}" for left in _left(server, bot)]
    deliveries(server, bot.database, verdict, notice=notice)
    return verdict


def deliveries(server: BotApiServer, database: Path, verdict: Verdict, *, notice: bool) -> None:
    """Every row against the messages that the server accepted, by chat and by the text to the letter."""
    rows: Counter[tuple[int, str]] = Counter()
    doubts: Counter[tuple[int, str]] = Counter()
    open_ones: Counter[tuple[int, str]] = Counter()
    states: Counter[State] = Counter()
    attempts = 0
    engine = connect(database)
    with transaction(engine) as session:
        for row in session.scalars(select(OutboxMessage).order_by(col(OutboxMessage.id))):
            if row.platform not in (None, "telegram"):  # counted by who looks at that platform
                continue
            states[row.state] += 1
            attempts += row.doubtful
            if row.address is None or row.state in (State.FAILED, State.WITHDRAWN):
                continue
            if row.priority == Priority.CHANGE:  # of a message that is counted by its own row
                continue
            for piece in markup.split(_text(session, row), _LONGEST):
                key = (int(row.address), markup.html(piece))
                rows[key] += 1
                doubts[key] += row.doubtful
                open_ones[key] += row.state == State.UNCERTAIN
    engine.dispose()
    accepted, apologies = _accepted(server)
    lost = {key: owed - open_ones[key] - accepted[key] for key, owed in rows.items()}
    never = {key: owed - accepted[key] for key, owed in rows.items()}
    twice = {key: seen - rows[key] for key, seen in accepted.items()}
    doubled = {key: extra - doubts[key] for key, extra in twice.items()}
    uncertain = states[State.UNCERTAIN]
    verdict.figures |= {
        "messages owed": sum(rows.values()),
        "lost": sum(figure for figure in lost.values() if figure > 0),
        "doubled without doubt": sum(figure for figure in doubled.values() if figure > 0),
        "sent twice in doubt": sum(figure for figure in twice.values() if figure > 0),
        "doubtful attempts": attempts,
        "left uncertain": uncertain,
        "of those never arrived": sum(figure for figure in never.values() if figure > 0),
    }
    if apologies:
        verdict.figures["times told it cannot be stored now"] = apologies
    verdict.wrong += [f"lost: {chat}: {text!r}" for (chat, text), figure in lost.items() if figure > 0]
    verdict.wrong += [
        f"{figure} too many in {chat}: {text!r}" for (chat, text), figure in doubled.items() if figure > 0
    ]
    if not notice:
        # Three times killed in the very moment of sending: it happens, and is then shown rather than repeated.
        verdict.demand(uncertain <= verdict.figures["kills"] // 20, f"{uncertain} rows were given up in doubt")


def _text(session: Session, row: OutboxMessage) -> str:
    if row.text:
        return row.text
    if make := question_texts.TEXTS.get(row.subject):
        text = make(session, row.subject_id or 0, row.person_id or 0, row.created_at)
        assert text, "nobody in these campaigns withdraws a question"
        return text
    assert row.subject == notices.SUBJECT, row.subject
    notice = session.get_one(Notice, row.subject_id)
    return notice_texts.message(notice.text, session.get_one(Municipality, notice.municipality_id).name)


def _accepted(server: BotApiServer) -> tuple[Counter[tuple[int, str]], int]:
    found: Counter[tuple[int, str]] = Counter()
    apologies = 0
    for chat_id, text in _messages(server):
        if text == CANNOT_STORE:
            apologies += 1
        else:
            found[chat_id, text] += 1
    return found, apologies


def _messages(server: BotApiServer) -> Iterator[tuple[int, str]]:
    for chat in server.world.chats.values():
        for message in chat.messages.values():
            if message.from_bot:
                yield chat.chat_id, message.sent_as
