"""Trouble that lasts longer than a retry, and what a program may not leave behind when it ends."""

import asyncio
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import intake
from domain.delivery import DeliveryFailed, Priority
from domain.messages import Address, Incoming, Reply
from handlers import routes
from handlers.context import Context
from handlers.routes import Route
from storage.database import transaction
from storage.parcels import Parcel
from storage.tables import OutboxMessage, State
from tests.town import PLATFORM, Town, town

pytestmark = pytest.mark.asyncio


def said(here: Town, who: str, text: str, key: str) -> Incoming:
    return Incoming(text=text, chat=Address(PLATFORM, who), at=here.now, key=key)


def states(here: Town) -> set[State]:
    with transaction(here.engine) as session:
        return {row.state for row in session.scalars(select(OutboxMessage))}


async def is_asked_to_wait(here: Town, seconds: float) -> None:
    """The platform answers a send, to Anna, with a wait for everybody."""
    refused = asyncio.Event()

    def refuses(parcel: Parcel) -> DeliveryFailed | None:
        here.paper.refuses = lambda parcel: None
        refused.set()
        return DeliveryFailed("wachten", retry_after=seconds, everyone=True)

    here.paper.refuses = refuses
    await here.app.intake.receive([said(here, "anna", "/help", "k1")])
    await refused.wait()


async def test_what_could_not_be_handled_for_long_is_handled_as_soon_as_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_RETRY_DATABASE", 0)
    failures = iter(range(20))

    def stubborn(said: Incoming, ctx: Context) -> Reply:
        if next(failures, None) is not None:
            raise OperationalError("", None, Exception("database or disk is full"))
        return Reply("Eindelijk.")

    monkeypatch.setitem(routes._BY_WORD, "stuk", Route(("stuk",), stubborn))
    async with town(tmp_path) as here, asyncio.timeout(60):
        with structlog.testing.capture_logs():
            await here.app.intake.receive([said(here, "anna", "/help", "k1"), said(here, "anna", "/stuk", "k2")])
            await here.app.settled()
        assert [letter.plain for letter in here.paper.letters[1:]] == ["Eindelijk."]


async def test_a_row_that_cannot_be_made_into_a_message_does_not_keep_the_others(tmp_path: Path) -> None:
    async with town(tmp_path) as here, asyncio.timeout(60):
        with transaction(here.engine) as session:
            session.add(
                OutboxMessage(
                    municipality_id=1,
                    person_id=1,
                    priority=Priority.URGENT,
                    subject="bestaat-niet",
                    created_at=here.now,
                    due_at=here.now,
                )
            )
        for words in ("/bericht", "Gemeenteraad", "De raadzaal is dicht.", "ja"):
            await here.says("griet", words)
        assert {"anna", "bram", "dewi"} <= {letter.to for letter in here.paper.letters}


async def test_an_answer_that_waits_long_for_its_turn_is_sent_once(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await is_asked_to_wait(here, 0.5)
        await here.app.intake.receive([said(here, "bram", "/help", "k2")])
        for later in (timedelta(minutes=6), timedelta(seconds=10)):
            here.now += later
            await here.app.tick()
        await here.app.settled()
        assert Counter(letter.to for letter in here.paper.letters) == {"anna": 1, "bram": 1}


async def test_a_program_that_stops_puts_back_what_it_did_not_send(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await is_asked_to_wait(here, 1)
        for number, words in enumerate(("/bericht", "Gemeenteraad", "De raadzaal is dicht.", "ja")):
            await here.app.intake.receive([said(here, "griet", words, f"g{number}")])
        while State.CLAIMED not in states(here):
            await asyncio.sleep(0)
    assert states(here) <= {State.WAITING, State.SENT}


async def test_a_program_that_stops_while_it_answers_leaves_no_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(said: Incoming, ctx: Context) -> Reply:
        begun.set()
        may_end.wait(5)
        return Reply("Klaar.")

    monkeypatch.setitem(routes._BY_WORD, "traag", Route(("traag",), slow))
    async with town(tmp_path) as here:
        receiving = asyncio.create_task(here.app.intake.receive([said(here, "anna", "/traag", "k1")]))
        while not begun.is_set():
            await asyncio.sleep(0)
        receiving.cancel()
        may_end.set()
        await asyncio.gather(receiving, return_exceptions=True)
    assert states(here) <= {State.WAITING, State.SENT}
