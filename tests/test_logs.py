"""Logs never hold what somebody wrote, a name or an address, not even when something goes wrong."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import logs
from tests import stories
from tests.town import town

HELD = ["training-aanvragen", "vraag-aan-de-griffie", "bericht-versturen", "onbekende", "na-een-storing"]
NAMES = [
    "anna",
    "bram",
    "chris",
    "dewi",
    "griet",
    "hans",
    "olaf",
    "emre",
    "buurman",
    "bakker",
    "mulder",
    "voorbeeldstad",
]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Everything the program writes while logging as talkatively as it can."""
    before = structlog.get_config()
    handlers, level = logging.root.handlers[:], logging.root.level
    logs.configure("debug", json=True)
    yield capsys
    structlog.configure(**before)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def said_in(conversation: list[stories.Turn]) -> set[str]:
    return {turn.says.lower() for turn in conversation if turn.action == "says" and len(turn.says) > 5}


def without(output: str, secrets: set[str]) -> None:
    for line in output.lower().splitlines():
        for secret in (*secrets, *NAMES):
            assert secret not in line.replace("/tests/", ""), (secret, line)


def entries(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


@pytest.mark.asyncio
@pytest.mark.parametrize("name", HELD)
async def test_a_whole_conversation_leaves_no_words_or_names_in_the_log(
    tmp_path: Path, written: pytest.CaptureFixture[str], name: str
) -> None:
    file = next(file for file in stories.files() if file.stem == name)
    for number, conversation in enumerate(stories.read(file.read_text(encoding="utf-8"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with town(folder, stories.begins(conversation)) as here:
            await stories.have(conversation, here)
        shown = written.readouterr()
        without(shown.out + shown.err, said_in(conversation))
        assert not [entry for entry in entries(shown.err) if entry["level"] == "error"]


def test_nothing_is_said_any_more_when_the_interpreter_goes() -> None:
    # It lets go of what a module imported first, and of the stream after that. Python 3.13 tells of it; an older
    # one does in development mode only.
    ending = "from bot import logs; logs.configure('error', json=True); logs.suppress = None; "
    ending += "import structlog; structlog.reset_defaults()"
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", ending], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
