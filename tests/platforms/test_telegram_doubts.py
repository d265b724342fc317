"""Messages of which the answer was lost, on an account where that is looked into."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.delivery import Priority
from storage.database import transaction
from storage.tables import OutboxMessage, State
from tests.botapi.faults import Fault, Reset, ServerError, Truncate, When
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.platforms.telegram import Live, running

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

LOST: tuple[Fault, ...] = (Reset(applied=True), ServerError(applied=True), Truncate())
BROKEN: tuple[Fault, ...] = (Reset(), ServerError())


def answers(live: Live, person: Person) -> list[OutboxMessage]:
    with transaction(live.app.database.engine) as session:
        query = select(OutboxMessage).where(
            col(OutboxMessage.address) == str(person.id), col(OutboxMessage.priority) < Priority.CHANGE
        )
        return list(session.scalars(query.order_by(col(OutboxMessage.id))))


async def arrive_once(live: Live, person: Person, number: int) -> None:
    """Waits for so many answers; each is there once, under the id on its row, and none is in doubt."""
    await live.server.wait_for(person, number, timeout=60)
    await live.app.settled()
    rows, there = answers(live, person), live.server.messages(person)
    assert [(row.state, row.doubtful) for row in rows] == [(State.SENT, 0)] * len(rows)
    assert {row.message_id for row in rows} == {str(message.message_id) for message in there}
    assert len(there) == number


def untouched(server: BotApiServer) -> bool:
    """Whether no question about a message changed one."""
    return not any(call.applied for call in server.calls_of("editMessageReplyMarkup"))


@pytest.mark.parametrize("fault", [*LOST, *BROKEN])
async def test_an_answer_in_doubt_arrives_exactly_once(tmp_path: Path, fault: Fault) -> None:
    async with BotApiServer() as server, running(server, tmp_path, trace=True) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.joins("Bram de Vries")
        for number, text in enumerate(("/privacy", "/training")):  # without and with buttons
            server.inject(fault, When(methods=("sendMessage",), chat_id=anna.id, times=1))
            bram.writes("/agenda")
            anna.writes(text)
            bram.writes("/help")
            anna.writes("/annuleer")
            await arrive_once(live, anna, 3 + 2 * number)
            await arrive_once(live, bram, 3 + 2 * number)
        assert untouched(server)


async def test_everybody_at_once_with_a_third_of_the_calls_spoilt(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path, trace=True) as live:
        people = [await live.joins(name) for name in ("Anna Bakker", "Bram de Vries", "Griet Mulder", "Hans Smit")]
        for seed, fault in enumerate((*LOST, *BROKEN)):
            server.inject(fault, When(methods=("sendMessage",), probability=0.07, seed=seed))
        for _ in range(5):
            for person in people:
                person.writes("/privacy")
        await asyncio.gather(*(server.wait_for(person, 6, timeout=120) for person in people))
        server.faults.clear()
        for person in people:
            await live.app.settled()
            assert len(server.messages(person)) == 6
            assert {(row.state, row.doubtful) for row in answers(live, person)} == {(State.SENT, 0)}
        assert untouched(server)


async def test_the_service_is_away_while_it_is_looked_into(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path, trace=True) as live:
        anna = await live.joins("Anna Bakker")
        lost = server.inject(Reset(applied=True), When(methods=("sendMessage",), times=1))
        asked = server.inject(ServerError(), When(methods=("editMessageReplyMarkup",), times=2))
        anna.writes("/privacy")
        await server.wait_until(lambda: asked.hits == 2)
        await arrive_once(live, anna, 2)
        assert lost.hits == 1


async def test_a_piece_of_a_long_message_is_looked_for_as_well(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path, trace=True) as live:
        griet = await live.joins("Griet Mulder")
        await live.says(griet, "/bericht")
        await live.says(griet, "Gemeenteraad")
        before = server.messages(griet)[-1].message_id
        lost = server.inject(Reset(applied=True), When(methods=("sendMessage",), times=2))
        griet.writes("goed 😀😀😀😀😀😀😀😀😀\n" * 190)
        pieces = await server.wait_for(griet, lambda seen: bool(seen and seen[-1].labels), after=before)
        await live.app.settled()
        assert lost.hits == 2
        assert sum(piece.plain.count("goed") for piece in server.messages(griet, after=before)) == 190
        assert answers(live, griet)[-1].message_id == str(pieces[-1].message_id)
        assert untouched(server)


async def test_numbers_that_do_not_go_up_end_it_and_the_old_rule_holds(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path, trace=True) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.joins("Bram de Vries")
        server.world.last_id = 1_000_000
        await live.says(bram, "/help")
        server.world.last_id = 500_000
        anna.writes("/help")
        await server.wait_for(anna, 2)
        await live.app.settled()
        server.inject(Reset(applied=True), When(methods=("sendMessage",), times=1))
        anna.writes("/privacy")
        await server.wait_for(anna, 4, timeout=60)
        await live.app.settled()
        assert [row.doubtful for row in answers(live, anna)] == [0, 0, 1]
        assert not server.calls_of("editMessageReplyMarkup")


async def test_in_a_group_it_is_as_it_was(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path, trace=True) as live:
        anna = await live.joins("Anna Bakker")
        group = server.group("Fractie", [anna])
        server.inject(Reset(applied=True), When(methods=("sendMessage",), chat_id=group.id, times=1))
        anna.writes("/agenda", chat=group)
        await server.wait_for(group, 2, timeout=60)
        assert not server.calls_of("editMessageReplyMarkup")
