"""After a month nothing is left of what somebody typed, and a button that needs none of it still works."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from domain.delivery import DeliveryFailed
from storage.database import transaction
from storage.tables import AskedIn, GroupCode, Invitation, OpenForm, OutboxMessage
from tests.town import Town, town

pytestmark = pytest.mark.asyncio
SECRET = "pandabeer"


async def left(here: Town) -> str:
    with transaction(here.engine) as session:
        rows = session.execute(select(col(OutboxMessage.text), col(OutboxMessage.choices)))
        return "\n".join(f"{row[0]} {row[1]}" for row in rows)


async def test_words_in_a_button_go_with_the_text(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", f"Mag ik mijn {SECRET} meenemen?")
        await here.says("anna", "nee")
        for text in (f"/vraag Waar eet mijn {SECRET}?", "ja", "ja"):
            await here.says("bram", text)
        await here.says("griet", "/neem 1")
        await here.says("bram", f"En mijn {SECRET}?")
        await here.says("bram", "nee, dit is iets anders")
        assert SECRET in await left(here)
        menu = (await here.says("anna", "/instellingen"))[0]
        await here.later(timedelta(days=40))
        await here.later(timedelta(hours=2))
        # What still waits for the griffie is told again each day: that is theirs, and not a month old.
        with transaction(here.engine) as session:
            old = select(OutboxMessage).where(col(OutboxMessage.sent_at) < here.now - timedelta(days=31))
            assert all(SECRET not in f"{row.text} {row.choices}" for row in session.scalars(old))
        assert "opgeslagen" in (await here.presses("anna", menu.choices[0].label, of=menu))[0].plain


async def test_what_never_arrived_goes_as_well(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/help")
        here.paper.refuses = lambda parcel: DeliveryFailed("nee", permanent=True)
        for text in (f"/vraag Waar eet mijn {SECRET}?", "ja"):  # and it is summed up
            await here.says("anna", text)
        await here.later(timedelta(days=29))
        assert SECRET in await left(here)
        await here.later(timedelta(days=2))
        assert SECRET not in await left(here)


async def test_codes_that_work_no_more_go_and_so_do_the_addresses_of_who_came(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("griet", "/uitnodigen Emre Visser")
        for text in ("/groepen koppelen", "Gemeenteraad", "/uitnodigen Fatima Bos @fatima:elders.example"):
            await here.says("griet", text)
        assert await counts(here) == (1, 1, ["@fatima:elders.example"])
        with transaction(here.engine) as session:
            session.execute(update(AskedIn).values(room="!kamer", joined_at=here.now))
        await here.later(timedelta(days=29))
        assert await counts(here) == (1, 1, ["@fatima:elders.example"])
        await here.later(timedelta(days=32))
        assert await counts(here) == (0, 0, [""])


async def counts(here: Town) -> tuple[int, int, list[str]]:
    with transaction(here.engine) as session:
        codes = [len(session.scalars(select(table)).all()) for table in (Invitation, GroupCode)]
        return codes[0], codes[1], list(session.scalars(select(col(AskedIn.address))))


async def test_an_offer_that_nobody_answers_is_forgotten_and_a_form_is_much_later(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "Wanneer is de borrel?")
        await here.says("bram", "/training")
        await here.says("bram", "Debatteren")
        await here.later(timedelta(days=6))
        with transaction(here.engine) as session:
            assert len(session.scalars(select(OpenForm)).all()) == 2
        await here.later(timedelta(days=2))
        with transaction(here.engine) as session:
            [row] = session.scalars(select(OpenForm)).all()
            assert row.answers["title"] == "Debatteren"
        assert "Ik weet niet waar u ja op zegt" in (await here.says("anna", "ja"))[0].plain
        await here.later(timedelta(days=23))
        with transaction(here.engine) as session:
            assert not session.scalars(select(OpenForm)).all()


async def test_a_word_that_is_a_command_of_others_is_a_question(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for word in ("artikel", "gesloten", "deel", "bericht"):
            assert "Dat commando ken ik niet" not in (await here.says("anna", word))[0].plain
        assert "Dat commando ken ik niet" in (await here.says("anna", "/artikel"))[0].plain
