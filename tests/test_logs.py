"""Logs never hold what somebody wrote, a name or an address, not even when something goes wrong."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from bot import logs
from domain.delivery import DeliveryFailed
from domain.messages import Incoming, Reply
from handlers import routes
from handlers.context import Context
from handlers.routes import Route
from storage.outbox import Parcel
from tests import stories
from tests.town import Town, town

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


def trips(said: Incoming, ctx: Context) -> Reply:
    """A handler with a mistake in it, whose exception quotes what somebody wrote."""
    raise ValueError(f"{ctx.member.name} zei {said.text} in {said.chat}")


async def wrong_in_every_way(here: Town) -> None:
    await here.says("anna", "/themas Zeer geheime woorden")
    await here.says("griet", "/bericht")
    await here.says("griet", "iedereen")
    await here.says("griet", "Zeer geheime woorden")

    def refuse(parcel: Parcel) -> DeliveryFailed | None:
        if parcel.chat.chat == "anna":
            raise RuntimeError(f"no room for {parcel.text} in {parcel.chat}")
        return DeliveryFailed(f"storing bij {parcel.chat}", uncertain=True)

    here.paper.refuses = refuse
    await here.says("griet", "ja")
    here.paper.refuses = lambda parcel: None
    await here.later(timedelta(hours=1))


@pytest.mark.asyncio
async def test_what_goes_wrong_is_logged_with_its_place_and_without_anything_of_people(
    tmp_path: Path, written: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(routes._BY_WORD, "themas", Route(("themas",), trips))
    async with town(tmp_path) as here:
        await wrong_in_every_way(here)
        sorry = next(letter for letter in here.paper.letters if "Er ging iets mis" in letter.plain)
    shown = written.readouterr()
    without(shown.out + shown.err, {"geheime", "themas", "console"})
    failed = [entry for entry in entries(shown.err) if entry["event"] == "a handler failed"]
    assert len(failed) == 1
    assert failed[0]["error"] == "ValueError"
    assert str(failed[0]["reference"]) in sorry.plain
    assert any("test_logs.py" in str(place) for place in list(failed[0]["at"]))  # type: ignore[call-overload]
    assert any(entry["event"] == "sending failed" for entry in entries(shown.err))
