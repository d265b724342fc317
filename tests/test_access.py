"""Codes: what links a chat with a person, how often one may try, and what a stranger can find out."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.messages import Kind
from domain.roles import Role
from handlers import access
from storage import invitations, members
from storage.database import transaction
from storage.tables import Chat, Invitation
from tests.mandates import give, member
from tests.town import Town, town

pytestmark = pytest.mark.asyncio


def code_for(here: Town, name: str, municipality: str = "GM9998") -> str:
    with transaction(here.engine) as session:
        return invitations.invite(session, member(session, name, municipality), here.now)


async def answer(here: Town, who: str, text: str) -> str:
    letters = await here.says(who, text)
    assert [letter.to for letter in letters] == [who]
    return letters[0].plain


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        " {}\n",
        "/start {}",
        "/code {}",
        "/START {upper}",
        "{upper}",
        "{spaces}",
        "/code {spaces}",
        "{together}",
        "{dashes}",
        "{loose}",
    ],
)
async def test_a_code_works_however_a_telephone_types_it(tmp_path: Path, typed: str) -> None:
    async with town(tmp_path) as here:
        code = next(code for code in iter(lambda: code_for(here, "Emre Visser"), "") if any(map(str.isdigit, code)))
        text = typed.format(
            code,
            upper=code.upper(),
            spaces=code.replace("-", " ").capitalize(),
            together=code.replace("-", ""),
            dashes=code.replace("-", "–"),
            loose=code.replace("-", " - "),
        )
        assert (await answer(here, "emre", text)).startswith("Welkom, Emre Visser.")
        assert "Dit komt er aan" in await answer(here, "emre", "/agenda")


async def test_a_code_works_once_and_only_while_it_is_valid(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        old = code_for(here, "Emre Visser")
        code = code_for(here, "Emre Visser")
        assert "Deze code werkt niet" in await answer(here, "emre", old)
        assert "Welkom" in await answer(here, "emre", code)
        assert "Deze code werkt niet" in await answer(here, "dief", code)
        late = code_for(here, "Fatima Bos")
        here.now += invitations.VALID_FOR
        assert "Deze code werkt niet" in await answer(here, "fatima", late)


async def test_codes_are_not_stored_as_they_are(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        code = code_for(here, "Emre Visser")
        with transaction(here.engine) as session:
            stored = session.scalars(select(col(Invitation.code_hash))).one()
        assert code.replace("-", "") not in stored
        assert len(stored) == 64


async def test_after_five_wrong_codes_even_the_right_one_waits_an_hour(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        code = code_for(here, "Emre Visser")
        for number in range(2, 7):
            assert "werkt niet" in await answer(here, "emre", f"abcd-efgh-2345-678{number}")
        assert "te vaak" in await answer(here, "emre", code)
        await here.later(timedelta(minutes=59))
        assert "te vaak" in await answer(here, "emre", code)
        await here.later(timedelta(minutes=2))
        assert "Welkom" in await answer(here, "emre", code)


async def test_a_stranger_hears_the_same_whatever_they_say(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        heard = {
            await answer(here, "dief", text)
            for text in (
                "hallo",
                "Anna Bakker",
                "/agenda",
                "/goedkeuren 1",
                "Hoe dien ik een motie in?",
                "/ontkoppel ja",
            )
        }
        heard |= {letter.plain for letter in await here.says("dief", "1.0", kind=Kind.PRESSED)}
        assert len(heard) == 1
        assert await here.says("dief", "", kind=Kind.BLOCKED) == []


async def test_a_chat_that_changes_hands_shows_nothing_of_the_one_before(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/training")
        await here.says("anna", "Geheim plan")
        code = code_for(here, "Emre Visser")
        assert "een code" not in await answer(here, "anna", "Geheimer plan")
        await here.says("anna", "/stop")
        assert "Welkom, Emre Visser" in await answer(here, "anna", code)
        assert "nog geen aanvragen" in await answer(here, "anna", "/aanvragen")
        with transaction(here.engine) as session:
            emre, anna = member(session, "Emre Visser"), member(session, "Anna Bakker")
            assert emre.person_id != anna.person_id
            assert (
                session.scalars(select(col(Chat.person_id)).where(col(Chat.address) == "anna")).one() == emre.person_id
            )


async def test_a_code_of_another_municipality_joins_the_two_in_one_person(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        give(here.engine, "Anna Bakker", Role.RAADSLID, code="GM9999")
        code = code_for(here, "Anna Bakker", "GM9999")
        assert "Proefdam" in await answer(here, "anna", code)
        assert "Er staan geen vergaderingen" in await answer(here, "anna", "/agenda")
        assert "Voorbeeldstad" in await answer(here, "anna", "/gemeente gm9998")
        assert "Molenwijk" in await answer(here, "anna", "/agenda")
        letters = await here.later(timedelta(hours=34))
        assert [letter.plain.split("\n")[0] for letter in letters if letter.to == "anna"] == ["Voorbeeldstad"]


async def test_unlinking_leaves_the_person_and_what_is_theirs(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/training", "Debat", "Academie", "morgen", "100", "Nodig", "ja"):
            await here.says("anna", text)
        assert "Weet u het zeker" in await answer(here, "anna", "/ontkoppel")
        assert "ontkoppeld" in await answer(here, "anna", "/ontkoppel ja")
        assert (await here.says("anna", "/aanvragen"))[0].text == access.PUBLIC
        code = code_for(here, "Anna Bakker")
        assert "Welkom, Anna Bakker" in await answer(here, "nieuw", code)
        assert "Debat" in await answer(here, "nieuw", "/aanvragen")
        with transaction(here.engine) as session:
            assert members.leads(session, member(session, "Anna Bakker").person_id, (1,)) == (1,)
