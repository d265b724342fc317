"""Reminders that waited for a platform until their meeting had begun: the griffie hears of it once."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from domain.delivery import DeliveryFailed, Priority
from handlers import outgoing
from storage.database import transaction
from storage.parcels import Parcel
from storage.tables import Chat, OutboxMessage, State
from tests.town import MATRIX, PLATFORM, Letter, Town, town

pytestmark = pytest.mark.asyncio


async def a_meeting_during_an_outage(here: Town) -> None:
    """Anna and Bram are on a platform that stops before they are reminded of a meeting of today, 15.00."""
    with transaction(here.engine) as session:
        session.execute(update(Chat).where(col(Chat.address).in_(["anna", "bram"])).values(platform=MATRIX))
    for text in ("/vergadering", "gemeenteraad", "vandaag 15.00 uur", "zaal", "nee", "Armoede", "ja"):
        await here.says("griet", text)
    here.matrix.away = True
    await here.later(timedelta(hours=3))


async def test_once_with_all_the_names_and_never_again(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await a_meeting_during_an_outage(here)
        letters = await here.later(timedelta(hours=2))
        assert {letter.to for letter in letters} == {"griet", "hans"}
        assert all("Het gaat om Anna Bakker en Bram de Vries." in letter.plain for letter in letters)
        here.matrix.away = False
        assert await here.later(timedelta(hours=8)) == []


async def test_what_is_found_late_when_its_turn_comes_is_left_for_the_clock(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await a_meeting_during_an_outage(here)
        started = here.now + timedelta(hours=2)
        with transaction(here.engine) as session:
            session.execute(
                update(OutboxMessage).where(col(OutboxMessage.subject) == "reminder").values(due_at=here.now)
            )
            assert outgoing.take(session, started, "test", {PLATFORM: 10, MATRIX: 10}) == []
        with transaction(here.engine) as session:
            rows = session.scalars(select(OutboxMessage).where(col(OutboxMessage.state) == State.WAITING)).all()
            assert [row.due_at > started for row in rows] == [True, True]
            outgoing.queue_due(session, started)
            told = session.scalars(select(OutboxMessage).where(col(OutboxMessage.subject) == "reminder-late")).all()
            assert len(told) == 2


async def test_a_meeting_that_was_cancelled_needs_no_telling(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await a_meeting_during_an_outage(here)
        for text in ("/afgelasten 5", "nee", "ja"):
            await here.says("griet", text)
        letters = await here.later(timedelta(hours=8))
        assert not [letter for letter in letters if "platform" in letter.plain]


async def test_what_was_tried_for_days_in_vain_is_told_once(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        refused: set[int] = set()

        def refuses(parcel: Parcel) -> DeliveryFailed | None:
            if parcel.priority != Priority.REMINDER or (refused and parcel.id not in refused):
                return None
            refused.add(parcel.id)
            return DeliveryFailed("even niet")

        here.paper.refuses = refuses
        told: list[Letter] = []
        for _ in range(40):
            told += [letter for letter in await here.later(timedelta(hours=4)) if "kon niet worden" in letter.plain]
            with transaction(here.engine) as session:  # two days of a quarter of an hour each
                session.execute(update(OutboxMessage).where(col(OutboxMessage.id).in_(refused)).values(attempts=195))
        assert {letter.to for letter in told} == {"griet", "hans"}
        assert len(told) == 2
        assert "Laat het hun op een andere manier weten." in told[0].plain
        assert "Het gaat om" in told[0].plain
