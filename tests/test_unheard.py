"""An earlier message that somebody changes or removes: what they hear, and how they change an answer after all."""

from pathlib import Path

import pytest

from domain.messages import Kind
from tests.town import town

pytestmark = pytest.mark.asyncio


async def test_a_changed_answer_can_be_given_again(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/training", key="een")
        await here.says("anna", "Debateren", key="twee")
        [heard] = await here.says("anna", "twee", kind=Kind.CHANGED)
        assert "al verwerkt" in heard.plain
        assert "Typ “terug”" in heard.plain
        assert "Wie geeft de training?" in heard.plain
        assert "Welke training" in (await here.says("anna", "terug"))[0].plain
        await here.says("anna", "Debatteren")
        for text in ("Academie", "8 december", "300"):
            await here.says("anna", text)
        assert "Debatteren" in (await here.says("anna", "Om te leren"))[0].plain


async def test_outside_a_form_something_new_is_asked_for(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/agenda", key="een")
        [heard] = await here.says("anna", "een", kind=Kind.CHANGED)
        assert "Stuur het als nieuw bericht" in heard.plain
        assert await here.says("anna", "onbekend", kind=Kind.CHANGED) == []


async def test_a_file_that_is_removed_from_the_chat_stays_what_it_was(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.sends("anna", "bon.pdf", b"%PDF-1.7")
        [source] = here.paper.files
        [heard] = await here.says("anna", source, kind=Kind.CHANGED)
        assert "al verwerkt" in heard.plain


async def test_what_was_only_pressed_and_is_taken_back_says_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        [offered] = await here.says("anna", "/bestaatniet")
        await here.says("anna", f"{offered.id}.0", key="drie", kind=Kind.PRESSED)
        assert await here.says("anna", "drie", kind=Kind.CHANGED) == []
