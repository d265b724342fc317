"""The sample conversations that need one platform only, had over the Bot API. Word for word the same files."""

from pathlib import Path

import pytest

from tests import stories
from tests.platforms.telegram_town import town
from tests.stories import Turn

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

# Written for a terminal, and otherwise here on purpose: the first two are about Matrix; the bot says that it deletes a
# message with personal data itself; and where a message can change, how a question stands is shown in that message.
LEFT_OUT = frozenset(
    {
        *("groep", "uitnodigen-op-matrix"),
        *("persoonsgegevens", "vraag-blijft-liggen", "vraag-doorvragen", "vraag-in-behandeling"),
    }
)

CONVERSATIONS = [
    pytest.param(conversation, id=f"{file.stem}-{number}")
    for file in stories.files()
    for number, conversation in enumerate(stories.read(file.read_text(encoding="utf-8")), 1)
    if file.stem not in LEFT_OUT and not stories.needs_two_platforms(conversation)
]


@pytest.mark.parametrize("conversation", CONVERSATIONS)
async def test_conversation_goes_as_written(conversation: list[Turn], tmp_path: Path) -> None:
    async with town(tmp_path, stories.begins(conversation)) as here:
        await stories.have(conversation, here)
