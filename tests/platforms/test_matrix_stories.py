"""A selection of the sample conversations, had through a real Synapse. Word for word the same files."""

from pathlib import Path

import pytest

from tests import stories
from tests.platforms.matrix import running
from tests.platforms.matrix_town import settle
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

FILES = ("agenda", "training-afgewezen", "onbekende", "vergadering-verplaatst")


async def test_the_conversations_go_as_written(synapse: Synapse, tmp_path: Path) -> None:
    talks = {name: list(stories.read((FOLDER / f"{name}.md").read_text(encoding="utf-8"))) for name in FILES}
    names = sorted({who for talk in talks.values() for conversation in talk for who in stories.people(conversation)})
    async with running(synapse, tmp_path) as live:
        people = {name: await live.meets(name) for name in names}
        await live.stop()
        for name, talk in talks.items():
            for conversation in talk:
                town = settle(live, people, tmp_path, stories.begins(conversation))
                await town.start()
                try:
                    await stories.have(conversation, town)
                except AssertionError as error:
                    raise AssertionError(f"{name}: {error}") from error
                finally:
                    await town.stop()


FOLDER = Path(stories.__file__).parent / "gesprekken"
