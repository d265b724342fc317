"""One person in several chats: the code that links them, and what it does not give."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.platform import Named
from domain import platforms
from storage import chats
from storage.database import transaction
from storage.tables import Chat, Invitation
from tests.mandates import member
from tests.town import MATRIX, Paper, Town, town

pytestmark = pytest.mark.asyncio


async def code(here: Town, who: str) -> str:
    await here.says(who, "/koppel")
    return here.code()


async def test_a_code_is_single_use_short_lived_and_kept_as_a_hash(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        given = await code(here, "anna")
        with transaction(here.engine) as session:
            row = session.scalars(select(Invitation)).one()
            assert given.replace("-", "") not in row.code_hash
            assert row.expires_at - row.created_at == timedelta(minutes=15)
        assert "nu ook van u" in (await here.says("anna op matrix", f"/start {given}"))[0].plain
        assert "werkt niet" in (await here.says("dief", given))[0].plain


async def test_guessing_is_limited_as_it_is_for_invitations(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        given = await code(here, "anna")
        for number in range(2, 7):
            await here.says("dief", f"abcd-efgh-2345-678{number}")
        assert "te vaak" in (await here.says("dief", given))[0].plain


async def test_the_other_chats_hear_of_a_new_one(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        letters = await here.says("anna op matrix", await code(here, "anna"))
        assert {letter.to for letter in letters} == {"anna", "anna op matrix"}
        assert "Was u dat niet zelf?" in here.last("anna").plain


@pytest.mark.parametrize("words", ["/meldingen {}", "/ontkoppel {}", "/ontkoppel {} ja"])
async def test_nobody_can_do_anything_with_a_chat_of_somebody_else(tmp_path: Path, words: str) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            bram = session.scalars(select(Chat).where(col(Chat.address) == "bram")).one()
        for number in (str(bram.id), "999", "x", "1" * 30):
            assert "niet (meer) van u" in (await here.says("anna", words.format(number)))[0].plain or number == "x"
        with transaction(here.engine) as session:
            assert session.get_one(Chat, bram.id) == bram


async def test_unlinking_the_chat_one_is_in_leaves_the_other(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna op matrix", await code(here, "anna"))
        assert "Terugkomen kan met /koppel" in (await here.says("anna", "/ontkoppel"))[0].plain
        await here.says("anna", "/ontkoppel ja")
        with transaction(here.engine) as session:
            person = member(session, "Anna Bakker").person_id
            assert [chat.platform for chat in chats.of(session, person)] == [MATRIX]
        assert "Voorbeeldstad" in (await here.says("anna op matrix", "/instellingen"))[0].plain


async def test_where_the_bot_has_a_name_people_read_it(tmp_path: Path) -> None:
    class WithName(Paper):
        handle = "@raadsmaat:voorbeeld.example"

    async with town(tmp_path) as here:
        await here.stop()
        here.matrix = WithName(MATRIX, here.paper.letters)
        assert isinstance(here.matrix, Named)
        await here.start()
        await here.app.caught_up()
        shown = (await here.says("anna", "/koppel"))[0].plain
        assert "begin een gesprek met @raadsmaat:voorbeeld.example en stuur de code" in shown


async def test_on_telegram_it_is_a_link() -> None:
    assert platforms.how("telegram", "raadsmaat_bot", "ab-cd") == "open https://t.me/raadsmaat_bot?start=ab-cd"
