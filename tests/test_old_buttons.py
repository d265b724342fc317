"""What an earlier summary, or an earlier version, left open does no harm."""

from pathlib import Path

import pytest
from sqlalchemy import update

from storage.database import transaction
from storage.tables import OpenForm
from tests.town import town

pytestmark = pytest.mark.asyncio


async def test_a_summary_that_is_being_changed_can_no_longer_be_sent(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/training", "Debat", "Academie", "8-12-2026", "300", "Om te leren"):
            await here.says("anna", text)
        first = here.last("anna")
        await here.presses("anna", "Wijzigen")
        asked = here.last("anna")
        stale = (await here.presses("anna", "Ja, versturen", of=first))[0].plain
        assert "al voorbij is. Er is niets veranderd." in stale
        await here.presses("anna", "Kosten", of=asked)
        await here.says("anna", "400")
        second = here.last("anna")
        assert "al voorbij" in (await here.presses("anna", "Ja, versturen", of=first))[0].plain
        assert "al voorbij" in (await here.presses("anna", "Kosten", of=asked))[0].plain
        sent = await here.presses("anna", "Ja, versturen", of=second)
        assert "opgeslagen" in sent[0].plain
        assert any("€ 400,00" in letter.plain for letter in sent if letter.to == "griet")


async def test_who_changes_nothing_after_all_gets_a_summary_that_can_be_sent(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/training", "Debat", "Academie", "8-12-2026", "300", "Om te leren", "wijzigen"):
            await here.says("anna", text)
        await here.presses("anna", "Toch niets")
        assert "opgeslagen" in (await here.presses("anna", "Ja, versturen", of=here.last("anna")))[0].plain


async def test_who_asks_the_same_once_more_can_answer_either_offer(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "Wanneer is de borrel?")
        first = here.last("anna")
        again = await here.says("anna", "wanneer is de borrel?")
        assert [choice.label for choice in again[0].choices] == [choice.label for choice in first.choices]
        sent = await here.presses("anna", "Ja, met mijn naam", of=first)
        assert "Uw vraag is opgeslagen" in sent[0].plain
        assert "al voorbij" in (await here.presses("anna", "Ja, met mijn naam", of=again[0]))[0].plain


async def test_a_form_that_the_program_no_longer_has_keeps_nobody_in(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/training")
        with transaction(here.engine) as session:
            session.execute(update(OpenForm).values(form="of another version"))
        assert "Dit komt er aan" in (await here.says("anna", "/agenda"))[0].plain
        await here.says("anna", "/training")
        with transaction(here.engine) as session:
            session.execute(update(OpenForm).values(form="of another version"))
        assert "een BSN" in (await here.says("anna", "Mijn BSN is 111222333."))[0].plain
