"""The number behind a command, however it is written."""

from pathlib import Path

import pytest

from domain.typed import figures
from tests.town import town


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("0012", 12), ("0", 0), ("999999999", 999_999_999), ("9" * 10, None), ("9" * 9999, None)]
    + [(text, None) for text in ("", "²", "١", "-1", "1.0", "1e3", " 1", "een", "1_0")],
)
def test_only_figures_are_a_number(text: str, number: int | None) -> None:
    assert figures(text) == number


@pytest.mark.asyncio
async def test_noughts_before_a_number_do_not_hide_that_there_is_no_such(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text, told in (("/lees motie 00021", "Dat deel is er niet"), ("/themas 00011", "Dat thema ken ik niet")):
            assert told in (await here.says("anna", text))[0].plain
        assert "Motie:" in (await here.says("anna", "/lees motie 00001"))[0].plain
