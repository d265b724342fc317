"""Two platforms in one program: what one of them does is never a reason for the other to wait."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot import delivery
from bot.app import App
from bot.platform import Receive
from domain.delivery import DeliveryFailed
from storage import platforms
from storage.database import transaction
from storage.parcels import Parcel
from storage.tables import Chat, OutboxMessage, RunningPlatform, State
from tests.town import MATRIX, MONDAY, PLATFORM, Paper, Town, database, library, town

pytestmark = pytest.mark.asyncio

LONG = 30  # seconds after which these tests give up; none of them waits that long


def link(here: Town, who: str, platform: str, address: str | None = None) -> None:
    """Gives somebody of the sample a second chat."""
    with transaction(here.engine) as session:
        first = session.scalars(select(Chat).where(col(Chat.address) == who)).one()
        session.add(
            Chat(
                platform=platform,
                address=address or who,
                person_id=first.person_id,
                municipality_id=first.municipality_id,
                linked_at=here.now,
            )
        )


def condition(here: Town, name: str) -> RunningPlatform:
    with transaction(here.engine) as session:
        return session.get_one(RunningPlatform, name)


class Stuck(Paper):
    """A platform of which every send hangs, and which does not let go either."""

    async def send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self) -> None:
        await asyncio.Event().wait()


class Broken(Paper):
    """A platform that cannot be used at all: it fails as soon as it is started, `times` times."""

    times = 1_000_000

    async def run(self, receive: Receive) -> None:
        self.times -= 1
        if self.times >= 0:
            raise ConnectionError("https://secret.example/token")
        await asyncio.Event().wait()


async def test_a_platform_of_which_every_send_hangs_holds_up_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app._CLOSING", 0.05)
    here = Town(database(tmp_path, filled=True))
    here.matrix = Stuck(MATRIX, here.paper.letters)
    await here.start()
    with transaction(here.engine) as session:
        # Far more than the program takes in hand at once, and all before what the others are owed.
        session.add_all(
            OutboxMessage(
                platform=MATRIX, address=f"iemand-{number}", priority=0, text="…", created_at=MONDAY, due_at=MONDAY
            )
            for number in range(3 * delivery.AHEAD)
        )
    here.app.delivery.wake()
    for text in ("/training", "Debat", "Academie", "morgen", "100", "Nodig", "ja"):
        await asyncio.wait_for(_said(here, "anna", text), LONG)
    while not any(letter.to == "griet" for letter in here.paper.letters):
        await asyncio.sleep(0.005)
    with transaction(here.engine) as session:
        query = select(col(OutboxMessage.id)).where(
            col(OutboxMessage.platform) == MATRIX, col(OutboxMessage.state) != State.WAITING
        )
        assert len(session.scalars(query).all()) == delivery.AHEAD
    hanging = list(here.app.delivery._tasks)
    here.app.delivery._tasks.clear()  # the end does not wait for them
    await asyncio.wait_for(here.stop(), LONG)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


async def _said(here: Town, who: str, text: str) -> None:
    """Somebody says something and is answered; what hangs elsewhere is left alone."""
    before = len(here.paper.letters)
    here_says = asyncio.create_task(here.says(who, text))
    while len(here.paper.letters) == before:
        await asyncio.sleep(0.005)
    here_says.cancel()


async def test_a_platform_that_fails_at_start_is_started_again_and_the_other_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app._FIRST_PAUSE", 0.01)
    monkeypatch.setattr("bot.app._LONGEST_PAUSE", 0.02)
    here = Town(database(tmp_path, filled=True))
    broken = Broken(MATRIX, here.paper.letters)
    broken.times = 3
    app = App(here.engine, [here.paper, broken], library(), lambda: here.now)
    async with app.running():
        running = asyncio.gather(*(app._keep_running(platform) for platform in (here.paper, broken)))
        here.app = app
        assert "Dit kan ik voor u doen" in (await asyncio.wait_for(here.says("anna", "/help"), LONG))[0].text
        while broken.times >= 0:
            await asyncio.sleep(0.005)
        while app.conditions.changed().get(MATRIX, ""):
            await asyncio.sleep(0.005)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_that_a_platform_fails_is_written_down_until_it_works(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        link(here, "anna", MATRIX)
        here.matrix.refuses = lambda parcel: DeliveryFailed("Matrix is niet bereikbaar")
        await here.says("anna op matrix", "/help")
        await here.later(timedelta(seconds=1))
        assert condition(here, MATRIX).failing_since == here.now
        assert condition(here, MATRIX).error == "Matrix is niet bereikbaar"
        assert condition(here, PLATFORM).failing_since is None
        here.matrix.refuses = lambda parcel: None
        await here.later(timedelta(minutes=1))
        await here.later(timedelta(seconds=1))
        assert condition(here, MATRIX).failing_since is None
        assert condition(here, MATRIX).error is None


async def test_what_is_sent_by_itself_goes_round_a_platform_that_does_not_work(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        link(here, "anna", MATRIX)
        await here.says("anna op matrix", "/help")
        here.matrix.refuses = lambda parcel: DeliveryFailed("Matrix is niet bereikbaar")
        await here.says("anna op matrix", "/agenda")
        await here.later(timedelta(seconds=1))
        reminded = await here.later(timedelta(hours=34))
        assert "anna" in [letter.to for letter in reminded]


async def test_only_platforms_that_run_count(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            session.execute(update(Chat).where(col(Chat.address) == "anna").values(platform="telegram"))
            assert [row.name for row in platforms.running(session)] == [PLATFORM, MATRIX]
        for text in ("/bericht", "fractie lokaal", "Belt u mij even?"):
            letters = await here.says("griet", text)
        assert "0 mensen" in letters[0].plain
        assert "Niet bereikbaar via Raadsmaat: Anna Bakker." in letters[0].plain
