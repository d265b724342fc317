"""What happens to a message that a platform does not take."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from domain import delivery
from domain.delivery import DeliveryFailed, Priority
from storage import chats
from storage.database import transaction
from storage.parcels import Parcel
from storage.tables import Chat, OutboxMessage, State
from tests.town import PLATFORM, Letter, Town, town

pytestmark = pytest.mark.asyncio


def rows(here: Town) -> Sequence[OutboxMessage]:
    with transaction(here.engine) as session:
        return session.scalars(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()


def fails(here: Town, failure: DeliveryFailed, times: int, only: str = "") -> None:
    """The platform refuses the next `times` sends (to one person)."""
    left = [times]

    def refuses(parcel: Parcel) -> DeliveryFailed | None:
        if (only and parcel.chat.chat != only) or left[0] == 0:
            return None
        left[0] -= 1
        return failure

    here.paper.refuses = refuses


async def notice(here: Town, to: str = "Gemeenteraad") -> list[Letter]:
    await here.says("griet", "/bericht")
    await here.says("griet", to)
    await here.says("griet", "De raadzaal is dicht.")
    return await here.says("griet", "ja")


async def test_a_failed_send_is_tried_again_later(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("even niet"), 2)
        assert await here.says("anna", "/help") == []
        assert await here.later(timedelta(seconds=3)) == []
        assert [letter.to for letter in await here.later(timedelta(seconds=11))] == ["anna"]
        assert [(row.state, row.attempts, row.doubtful) for row in rows(here)] == [(State.SENT, 3, 0)]


async def test_giving_up_is_recorded_with_the_reason(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("even niet"), 1000)
        await here.says("anna", "/help")
        for attempts in (2, 100, 195):
            with transaction(here.engine) as session:
                session.execute(update(OutboxMessage).values(attempts=attempts))
            await here.later(timedelta(minutes=15))
        (row,) = [row for row in rows(here) if row.priority == Priority.CONVERSATION]
        assert (row.state, row.reason) == (State.FAILED, "even niet")


async def test_an_answer_in_doubt_is_repeated_at_most_so_often(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("geen antwoord", uncertain=True), 1000)
        await here.says("anna", "/help")
        for _ in range(10):
            await here.later(timedelta(hours=5))
        (row,) = [row for row in rows(here) if row.priority == Priority.CONVERSATION]
        assert (row.state, row.doubtful, row.attempts) == (State.UNCERTAIN, delivery.MOST_DOUBTS, 3)


async def test_a_notice_in_doubt_is_not_repeated_but_shown(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("geen antwoord", uncertain=True), 1, only="anna")
        await notice(here)
        await here.later(timedelta(hours=5))
        assert [letter.to for letter in here.paper.letters if "raadzaal is dicht" in letter.plain].count("anna") == 0
        report = (await here.says("griet", "/bereik 1"))[0].plain
        assert "Misschien aangekomen: Anna Bakker" in report


async def test_who_cannot_be_reached_in_one_chat_is_reached_in_another(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            anna = session.scalars(select(Chat).where(col(Chat.address) == "anna")).one()
            session.add(
                Chat(
                    platform=anna.platform,
                    address="anna-thuis",
                    person_id=anna.person_id,
                    municipality_id=anna.municipality_id,
                    linked_at=anna.linked_at + timedelta(days=1),
                )
            )
        fails(here, DeliveryFailed("heeft Raadsmaat geblokkeerd", unreachable=True), 1, only="anna-thuis")
        await notice(here)
        await here.later(timedelta(seconds=5))
        assert "raadzaal is dicht" in here.last("anna").plain
        with transaction(here.engine) as session:
            assert chats.of(session, anna.person_id)[0].unreachable_at is None
            assert chats.of(session, anna.person_id)[1].unreachable_why == "heeft Raadsmaat geblokkeerd"


async def test_who_cannot_be_reached_at_all_is_shown_to_the_griffie(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("heeft Raadsmaat geblokkeerd", unreachable=True), 1, only="anna")
        await notice(here)
        await here.later(timedelta(seconds=5))
        assert "Niet bereikt: Anna Bakker" in (await here.says("griet", "/bereik 1"))[0].plain


async def test_a_platform_that_falls_over_does_not_stop_the_program(tmp_path: Path) -> None:
    async with town(tmp_path) as here:

        def falls_over(parcel: Parcel) -> DeliveryFailed | None:
            here.paper.refuses = lambda parcel: None
            raise ZeroDivisionError

        here.paper.refuses = falls_over
        await here.says("anna", "/help")
        assert "Dit kan ik voor u doen" in (await here.says("bram", "/help"))[0].plain
        assert [letter.to for letter in await here.later(timedelta(seconds=3))] == ["anna"]


async def test_what_hangs_in_the_hands_of_a_dead_process_is_put_back(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/help")
        with transaction(here.engine) as session:
            for state, row_id in ((State.CLAIMED, 1), (State.SENDING, 2)):
                known = session.get(OutboxMessage, 1)
                assert known is not None
                row = known if row_id == 1 else OutboxMessage(**known.model_dump(exclude={"id"}))
                row.state, row.claimed_by, row.claimed_at = state, "iemand anders", here.now
                session.add(row)
        assert await here.later(timedelta(minutes=4)) == []
        sent = await here.later(timedelta(minutes=2)) + await here.later(timedelta(seconds=10))
        assert len(sent) == 2
        assert [(row.state, row.doubtful) for row in rows(here)] == [(State.SENT, 0), (State.SENT, 1)]


async def test_a_reminder_of_a_meeting_that_was_cancelled_meanwhile_is_withdrawn(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("even niet"), 1000)
        await here.later(timedelta(days=7, hours=10))
        fails(here, DeliveryFailed("nooit"), 0)
        await here.says("griet", "/afgelasten 1")
        await here.says("griet", "overslaan")
        await here.says("griet", "ja")
        await here.later(timedelta(hours=1))
        texts = [letter.plain for letter in here.paper.letters if letter.to == "anna"]
        assert not any(text.startswith("Herinnering") for text in texts)
        assert State.WITHDRAWN in {row.state for row in rows(here) if row.subject == "reminder"}


async def test_a_long_wait_that_a_platform_asks_for_is_no_failure_and_keeps_the_order(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("even wachten", retry_after=120), 1, only="anna")
        assert await here.says("anna", "/help") == []
        assert await here.says("anna", "/agenda") == []
        assert len(await here.says("bram", "/help")) == 1
        assert await here.later(timedelta(seconds=118)) == []
        assert [(row.state, row.attempts) for row in rows(here)][:2] == [(State.WAITING, 0)] * 2
        here.app.delivery._pacers[PLATFORM].pause(0, "anna")  # its own clock goes on by itself
        here.app.delivery._pacers[PLATFORM]._chats["anna"].free_at = 0
        sent = await here.later(timedelta(seconds=4))
        assert ["Dit kan ik" in letter.plain for letter in sent] == [True, False]


async def test_who_is_always_asked_to_wait_is_given_up_after_days(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("even wachten", retry_after=120), 1000, only="anna")
        await here.says("anna", "/help")
        for _ in range(4):
            await here.later(timedelta(days=1))
        (row,) = [row for row in rows(here) if row.priority == Priority.CONVERSATION]
        assert (row.state, row.attempts) == (State.FAILED, 0)


async def test_what_nobody_can_find_out_is_for_a_person_to_decide(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("niet na te gaan", permanent=True, uncertain=True), 1)
        await here.says("anna", "/help")
        assert await here.later(timedelta(hours=1)) == []
        (row,) = [row for row in rows(here) if row.priority == Priority.CONVERSATION]
        assert (row.state, row.doubtful, row.reason) == (State.UNCERTAIN, 1, "niet na te gaan")


async def test_giving_up_comes_after_two_days() -> None:
    waits: list[timedelta] = []
    while (pause := delivery.wait(len(waits) + 1)) is not None:
        waits.append(pause)
    assert max(waits) == timedelta(minutes=15)
    assert timedelta(days=1.9) < sum(waits, timedelta()) < timedelta(days=2.1)


async def outage(here: Town) -> None:
    """Twenty minutes in which nothing arrives."""
    here.paper.away = True
    assert await here.says("anna", "/help") == []
    for _ in range(20):
        assert await here.later(timedelta(minutes=1)) == []
    here.paper.away = False


async def test_after_an_outage_nothing_waits_any_longer(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await outage(here)
        assert [letter.to for letter in await here.says("bram", "/help")] == ["bram"]
        assert [letter.to for letter in await here.later(timedelta(seconds=1))] == ["anna"]


async def test_after_an_outage_in_which_nobody_says_anything_it_is_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await outage(here)
        heard = [letter for _ in range(15) for letter in await here.later(timedelta(minutes=1))]
        assert [letter.to for letter in heard] == ["anna"]


async def test_a_message_that_fails_between_others_that_arrive_is_not_tried_with_each_of_those(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails(here, DeliveryFailed("even niet"), 1000, only="anna")
        await here.says("anna", "/help")
        for _ in range(40):
            await here.says("bram", "/help")
            await here.later(timedelta(seconds=30))
        (row,) = [row for row in rows(here) if row.state == State.WAITING]
        assert row.attempts == 5
