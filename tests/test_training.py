"""Training requests where a conversation of the sample municipality cannot reach: unusual mandates, races."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from domain.roles import Role
from storage.database import transaction
from storage.tables import Chat, LedgerEntry, RequestState, TrainingRequest
from tests.mandates import end, give
from tests.town import Letter, Town, town

pytestmark = pytest.mark.asyncio


async def ask(here: Town, who: str, *, day: str = "8 december", cost: str = "450") -> list[Letter]:
    letters: list[Letter] = []
    for text in ("/training", "Begroting lezen", "Academie", day, cost, "Om te leren", "ja"):
        letters = await here.says(who, text)
    return letters


def requests(here: Town) -> list[TrainingRequest]:
    with transaction(here.engine) as session:
        return list(session.scalars(select(TrainingRequest).order_by(col(TrainingRequest.id))))


async def test_nobody_decides_on_their_own_request(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        give(here.engine, "Griet Mulder", Role.RAADSLID)
        letters = await ask(here, "griet")
        assert {letter.to for letter in letters} == {"griet", "hans"}
        for command in ("/goedkeuren 1", "/afwijzen 1"):
            assert "niet over uw eigen aanvraag" in (await here.says("griet", command))[0].plain
        shown = (await here.says("griet", "/aanvragen"))[0]
        assert not any("goedkeuren" in choice.label for choice in shown.choices)
        assert any(choice.says == "/intrekken 1" for choice in shown.choices)
        for text in ("/goedkeuren 1", "nee", "ja"):
            letters = await here.says("hans", text)
        assert {letter.to for letter in letters} == {"griet", "hans"}
        assert requests(here)[0].state == RequestState.APPROVED


async def test_nobody_decides_on_their_own_request_by_becoming_griffie_half_way(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here, "anna")
        give(here.engine, "Anna Bakker", Role.GRIFFIEMEDEWERKER)
        assert "niet over uw eigen aanvraag" in (await here.says("anna", "/goedkeuren 1"))[0].plain
        assert requests(here)[0].state == RequestState.SUBMITTED


async def test_a_decision_that_was_begun_ends_with_the_mandate(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        give(here.engine, "Hans Smit", Role.RAADSLID)
        await ask(here, "anna")
        for text in ("/goedkeuren 1", "nee"):
            await here.says("hans", text)
        end(here.engine, "Hans Smit", role=Role.GRIFFIEMEDEWERKER)
        assert {letter.to for letter in await here.says("hans", "ja")} == {"hans"}
        assert requests(here)[0].state == RequestState.SUBMITTED


async def test_the_griffie_hears_that_the_requester_is_not_reached(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here, "anna")
        with transaction(here.engine) as session:
            session.execute(delete(Chat).where(col(Chat.address) == "anna"))
        for text in ("/afwijzen 1", "Te duur"):
            await here.says("griet", text)
        assert "Anna Bakker is nu niet bereikbaar" in (await here.says("griet", "ja"))[0].plain


async def test_without_a_griffie_a_request_is_kept_and_the_requester_knows_whom_to_turn_to(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for name in ("Griet Mulder", "Hans Smit"):
            end(here.engine, name)
        letters = await ask(here, "anna")
        assert [letter.to for letter in letters] == ["anna"]
        assert "griffie@voorbeeldstad.example" in letters[0].plain
        assert len(requests(here)) == 1


async def test_a_training_next_year_uses_the_budget_of_next_year(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here, "anna", day="12 januari 2027", cost="1.000")
        for text in ("/goedkeuren 1", "nee"):
            await here.says("griet", text)
        assert "budget van 2027 is nog € 500,00 over" in (await here.says("griet", "ja"))[0].plain
        assert "€ 1.500,00 opleidingsbudget voor 2026" in (await here.says("anna", "/aanvragen"))[0].plain
        assert requests(here)[0].day == date(2027, 1, 12)


async def test_asking_for_more_than_the_budget_is_allowed(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for number, cost in ((1, "1.400"), (2, "600")):
            await ask(here, "anna", cost=cost)
            for text in (f"/goedkeuren {number}", "nee", "ja"):
                letters = await here.says("griet", text)
        assert "nog € -500,00 over" in letters[0].plain
        assert "is op" in (await here.says("anna", "/aanvragen"))[0].plain
        with transaction(here.engine) as session:
            assert sorted(session.scalars(select(col(LedgerEntry.cents)))) == [-140_000, -60_000, 150_000]


async def test_pressing_or_sending_yes_twice_stores_one_request(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here, "anna")
        summary = next(letter for letter in reversed(here.paper.letters) if "Klopt dit?" in letter.text)
        await here.presses("anna", "Ja, versturen", of=summary)
        await here.says("anna", "ja")
        assert len(requests(here)) == 1


async def test_somebody_without_role_in_council_or_griffie_has_no_requests(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        end(here.engine, "Chris Yilmaz")
        give(here.engine, "Chris Yilmaz", Role.BEHEERDER)
        for text in ("/aanvragen", "/training", "/vraag", "/vragen"):
            assert "Dat commando ken ik niet" in (await here.says("chris", text))[0].plain
        shown = (await here.says("chris", "Hoe vraag ik een cursus aan?"))[0]
        assert not any(choice.says.startswith(("/training", "/vraag", "/aanvragen")) for choice in shown.choices)
        assert "Daar heb ik geen antwoord op" in (await here.says("chris", "Wanneer is de borrel?"))[0].plain
