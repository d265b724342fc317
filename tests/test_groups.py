"""Group chats: what may be said there, what holds when it goes out, and whose they are."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.delivery import DeliveryFailed
from domain.messages import Address
from domain.roles import Role
from handlers import access
from storage import chats
from storage.database import transaction
from storage.tables import AuditEntry, Group, GroupReminder
from tests.mandates import give
from tests.town import MATRIX, Letter, Town, town

pytestmark = pytest.mark.asyncio

ROOM = "groep op matrix"


async def link(here: Town, what: str = "Commissie Ruimte", room: str = ROOM) -> None:
    await here.says("griet", "/groepen koppelen")
    await here.says("griet", what)
    assert "gekoppeld aan" in (await here.says(room, f"/koppel {here.code()}"))[0].plain


def in_room(letters: list[Letter]) -> list[str]:
    return [letter.plain for letter in letters if letter.to == ROOM]


async def test_once_a_group_and_not_again_after_a_restart(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await link(here)
        assert len(in_room(await here.later(timedelta(hours=34)))) == 1
        assert in_room(await here.restart()) == []
        assert len(in_room(await here.later(timedelta(days=6)))) == 1


async def test_a_reminder_is_read_again_before_it_goes(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await link(here)
        for text in ("/afgelasten 1", "nee", "ja"):
            letters = await here.says("griet", text)
        assert ["gaat niet door" in text for text in in_room(letters)] == [True]
        assert in_room(await here.later(timedelta(hours=34))) == []


async def test_after_an_outage_only_the_last_and_never_one_too_late(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await link(here)
        await here.stop()
        await here.later(timedelta(days=8))
        assert len(in_room(await here.restart())) == 1
        await here.stop()
        await here.later(timedelta(days=1))
        assert in_room(await here.restart()) == []


async def test_a_code_links_one_group_for_a_day_and_guessing_is_limited(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await link(here)
        assert "werkt niet" in (await here.says("groep2", f"/koppel {here.code()}"))[0].plain
        await here.says("griet", "/groepen koppelen")
        await here.says("griet", "Gemeenteraad")
        code = here.code()
        for _ in range(5):
            await here.says("groep2", "/koppel abcd-efgh-2345-6789")
        assert "te vaak" in (await here.says("groep2", f"/koppel {code}"))[0].plain
        await here.later(timedelta(days=1, minutes=1))
        assert "werkt niet" in (await here.says("groep2", f"/koppel {code}"))[0].plain


@pytest.mark.parametrize(
    "words", ["/aanvragen", "/vragen", "/budget", "/training", "/instellingen", "Mijn saldo?", "1"]
)
async def test_nothing_private_is_said_in_a_linked_group(tmp_path: Path, words: str) -> None:
    async with town(tmp_path) as here:
        await link(here)
        assert [letter.text for letter in await here.says(ROOM, words)] == [access.GROUP]


async def test_a_group_that_is_gone_is_found_out_when_sending(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await link(here)
        here.matrix.refuses = lambda parcel: DeliveryFailed("Raadsmaat zit niet meer in deze chat", unreachable=True)
        await here.later(timedelta(hours=34))
        letters = await here.later(timedelta(seconds=1))
        assert {letter.to for letter in letters if "ontkoppeld" in letter.plain} == {"griet", "hans"}
        with transaction(here.engine) as session:
            assert session.scalar(select(func.count()).select_from(Group)) == 0
            assert session.scalar(select(func.count()).select_from(GroupReminder)) == 0
            actions = session.scalars(select(AuditEntry.action)).all()  # type: ignore[call-overload]
            assert {"group.linked", "group.lost"} <= set(actions)


async def test_a_group_that_gets_another_address_stays_linked(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await link(here)
        with transaction(here.engine) as session:
            chats.moved(session, Address(MATRIX, "groep"), Address(MATRIX, "groep9"))
        letters = await here.later(timedelta(hours=34))
        assert "groep9 op matrix" in [letter.to for letter in letters]


async def test_a_griffie_elsewhere_sees_and_unlinks_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await link(here)
        give(here.engine, "Olaf Prins", Role.GRIFFIER, code="GM9999")
        assert "nog geen groep" in (await here.says("olaf", "/groepen"))[0].plain
        assert "niet (meer) gekoppeld" in (await here.says("olaf", "/groepen ontkoppel 1"))[0].plain
        assert "Commissie Ruimte" in (await here.says(ROOM, "/agenda"))[0].plain


async def test_a_group_on_a_platform_that_is_switched_off_gets_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await link(here)
        for text in ("/platform uit matrix", "De server stopt.", "ja"):
            letters = await here.says("griet", text)
        assert ["De server stopt" in text for text in in_room(letters)] == [True]
        assert in_room(await here.later(timedelta(hours=34))) == []
        assert "gebruikt Raadsmaat niet op Matrix" in (await here.says(ROOM, "/agenda"))[0].plain
