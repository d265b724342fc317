"""Every sample conversation is had with the real program. They are the manual as well."""

from pathlib import Path

import pytest

from tests import stories
from tests.stories import Turn
from tests.town import town

CONVERSATIONS = [
    pytest.param(conversation, id=f"{file.stem}-{number}")
    for file in stories.files()
    for number, conversation in enumerate(stories.read(file.read_text(encoding="utf-8")), 1)
]


@pytest.mark.asyncio
@pytest.mark.parametrize("conversation", CONVERSATIONS)
async def test_conversation_goes_as_written(conversation: list[Turn], tmp_path: Path) -> None:
    async with town(tmp_path, stories.begins(conversation)) as here:
        await stories.have(conversation, here)


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ("Dag Anna", "Dag Anna", True),
        ("Dag Anna", "Dag Bram", False),
        ("Dag …", "Dag Bram", True),
        ("Dag\n…\nTot ziens", "Dag\neen\ntwee\nTot ziens", True),
        ("Dag\n…", "Dag\nen nog iets", True),
        ("Dag\n…", "Hallo\nen nog iets", False),
        ("Dag", "Dag\nen nog iets", False),
    ],
)
def test_ellipsis_stands_for_anything_and_nothing_else_does(expected: str, got: str, same: bool) -> None:
    assert stories.matches(expected, got) is same


def test_a_line_that_nobody_said_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(stories.read("```gesprek\nzomaar\n```\n"))
