"""A selection of the sample conversations, had through a real Synapse. Word for word the same files."""

from pathlib import Path

import pytest

from tests import stories
from tests.platforms.matrix import running
from tests.platforms.matrix_town import settle
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

FILES = (
    *("agenda", "bericht-versturen", "bestanden", "instellingen", "onbekende"),
    *("stop-en-annuleer", "training-aanvragen", "training-afgewezen", "tussendoor", "vergadering-besloten"),
    *("vergadering-verplaatst", "vraag-beantwoord", "was-dit-nuttig"),
)


async def test_the_conversations_go_as_written(synapse: Synapse, tmp_path: Path) -> None:
    talks = [
        (name, conversation)
        for name in FILES
        for conversation in stories.read((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
        if not stories.needs_two_platforms(conversation)
    ]
    names = sorted({who for _, conversation in talks for who in stories.people(conversation)})
    async with running(synapse, tmp_path) as live:
        people = {name: await live.meets(name) for name in names}
        await live.stop()
        for name, conversation in talks:
            town = settle(live, people, tmp_path, stories.begins(conversation))
            await town.start()
            try:
                await stories.have(conversation, town)
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from error
            finally:
                await town.stop()


FOLDER = Path(stories.__file__).parent / "gesprekken"
