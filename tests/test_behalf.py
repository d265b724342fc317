"""What the griffie does for somebody else: on their name, written down, and never across a border."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from storage.database import transaction
from storage.tables import AuditEntry, Member, TrainingRequest
from tests.mandates import end, member
from tests.town import Town, town

pytestmark = pytest.mark.asyncio


def number(here: Town, name: str, code: str = "GM9998") -> int:
    with transaction(here.engine) as session:
        found = member(session, name, code).id
        assert found is not None
        return found


async def test_it_is_theirs_and_who_did_it_is_written_down(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/namens anna", "1", "Debat", "Academie", "morgen", "100", "Nodig", "ja"):
            await here.says("griet", text)
        with transaction(here.engine) as session:
            request = session.scalars(select(TrainingRequest)).one()
            assert request.member_id == member(session, "Anna Bakker").id
            entry = session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "behalf.training")).one()
            assert entry.actor_id == member(session, "Griet Mulder").id
            assert entry.subject_id == request.member_id
        assert "Debat" in (await here.says("anna", "/aanvragen"))[0].plain


@pytest.mark.parametrize("words", ["", " training", " vraag", " herinner aan 60", " intrekken 1"])
async def test_nobody_elsewhere_and_nobody_without_a_seat(tmp_path: Path, words: str) -> None:
    async with town(tmp_path) as here:
        end(here.engine, "Dewi Jansen")
        for who in (
            number(here, "Olaf Prins", "GM9999"),
            number(here, "Dewi Jansen"),
            number(here, "Griet Mulder"),
            number(here, "Hans Smit"),
            999,
        ):
            letters = await here.says("griet", f"/namens {who}{words}")
            assert [letter.to for letter in letters] == ["griet"]
            assert "zit nu niet in de raad of een commissie" in letters[0].plain


async def test_somebody_who_leaves_meanwhile_gets_nothing_on_their_name(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/namens anna", "1", "Debat", "Academie", "morgen", "100", "Nodig"):
            await here.says("griet", text)
        end(here.engine, "Anna Bakker")
        assert "niets verstuurd of opgeslagen" in (await here.says("griet", "ja"))[0].plain
        with transaction(here.engine) as session:
            assert session.scalars(select(TrainingRequest)).all() == []


async def test_of_two_with_that_name_one_is_chosen(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            bram = session.scalars(select(Member).where(col(Member.name) == "Bram de Vries")).one()
            bram.name = "Anna de Vries"
        letters = await here.says("griet", "/namens anna")
        assert [choice.label for choice in letters[0].choices] == ["Anna Bakker", "Anna de Vries"]
        assert "Anna de Vries" in (await here.presses("griet", "Anna de Vries"))[0].plain
