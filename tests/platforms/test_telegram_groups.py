"""Groups on Telegram: they become supergroups, and the bot is taken out of them."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.messages import Address
from storage import outbox
from storage.database import transaction
from storage.tables import Group as Linked
from storage.tables import OutboxMessage, State
from tests.botapi.faults import Refuse, When
from tests.botapi.people import Group, Person
from tests.botapi.server import BotApiServer
from tests.platforms.telegram import Live, now, running

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def linked(live: Live) -> tuple[Person, Person, Group]:
    anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
    await live.says(griet, "/groepen koppelen")
    told = (await live.says(griet, "Gemeenteraad")).plain
    code = re.search(r"/koppel (\S+)", told)
    assert code, told
    group = live.server.group("Raad", [anna])
    anna.writes(f"/koppel {code[1]}", chat=group)
    await live.server.wait_for(group)
    await live.app.settled()
    return anna, griet, group


def address(live: Live) -> list[str]:
    with transaction(live.app.database.engine) as session:
        return list(session.scalars(select(col(Linked.address))))


async def test_a_group_that_becomes_a_supergroup_goes_on_there(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, _, group = await linked(live)
        new = group.becomes_supergroup()
        await live.says(anna, "/help")  # what was delivered before has been handled
        assert address(live) == [str(new.id)]
        anna.writes("/agenda", chat=new)
        assert "dit komt er aan" in (await server.wait_for(new))[-1].plain
        assert not server.errors


async def test_a_message_to_a_group_that_moved_unnoticed_is_sent_again_to_the_new_one(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        _, _, group = await linked(live)
        server.world.updates.choose(["callback_query"])  # nothing is told of the move
        group.chat.migrated_to = (new := server.group("Raad", [], supergroup=True, bot=False)).id
        new.chat.bot_status = "member"
        with transaction(live.app.database.engine) as session:
            row = outbox.post(session, 1, Address("telegram", str(group.id)), "De zaal is dicht.", now())
        live.app.delivery.wake()
        assert (await server.wait_for(new, timeout=10))[-1].plain == "De zaal is dicht."
        await live.app.settled()
        with transaction(live.app.database.engine) as session:
            assert session.get_one(OutboxMessage, row).state is State.SENT
        assert address(live) == [str(new.id)]


async def test_the_griffie_hears_that_the_bot_was_taken_out_of_a_group(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet, group = await linked(live)
        group.removes_bot(anna)
        await server.wait_for(griet, lambda found: "gehaald" in found[-1].plain, timeout=10)
        assert address(live) == []


async def test_a_group_where_the_bot_may_not_write_any_more_is_lost(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        _, griet, group = await linked(live)
        server.inject(
            Refuse(400, "Bad Request: not enough rights to send text messages to the chat"),
            When(methods=("sendMessage",), chat_id=group.id),
        )
        with transaction(live.app.database.engine) as session:
            outbox.post(session, 1, Address("telegram", str(group.id)), "De zaal is dicht.", now())
        live.app.delivery.wake()
        await server.wait_for(griet, lambda found: "gehaald" in found[-1].plain, timeout=10)


async def test_a_group_that_moved_is_no_reason_to_say_that_telegram_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        _, _, group = await linked(live)
        server.world.updates.choose(["callback_query"])
        group.chat.migrated_to = (new := server.group("Raad", [], supergroup=True, bot=False)).id
        new.chat.bot_status = "member"
        said: list[str] = []
        monkeypatch.setattr(live.app.conditions, "fails", lambda _name, error: said.append(error))
        with transaction(live.app.database.engine) as session:
            outbox.post(session, 1, Address("telegram", str(group.id)), "De zaal is dicht.", now())
        live.app.delivery.wake()
        await server.wait_for(new, timeout=10)
        assert said == []
