"""Encrypted rooms: both directions, and what happens when a key is missing."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.matrix import sealed
from bot.platform import Reporting
from tests.platforms.keys import gives_key, lost_session
from tests.platforms.matrix import good, running, until
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_a_conversation_in_an_encrypted_room(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker", encrypted=True)
        assert all(one.encrypted for one in anna.answers)
        question = await anna.says("/training")
        assert question.encrypted
        before = len(anna.answers)
        await anna.reacts(question, "1️⃣")  # the only choice: to stop
        await anna.until(lambda: len(anna.answers) >= before + 2)
        assert all(one.encrypted for one in anna.answers)
        await live.stop()
        before = len(anna.answers)
        for number in range(60):
            await anna.writes(f"/onbekend{number}")
        live.start()
        await anna.until(lambda: len(anna.answers) >= before + 60)
        assert "Dit kan ik" in (await anna.says("/help")).body


async def test_what_cannot_be_decrypted_is_explained_once_and_answered_when_its_key_comes(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker", encrypted=True)
        before = len(anna.answers)
        session = lost_session(anna)
        await anna.writes("/agenda")
        assert "sleutel is hier niet aangekomen" in (await anna.hears(before)).body
        await anna.writes("/privacy")
        await until(lambda: sealed.count(tmp_path / "matrix") == 2)
        matrix = live.app.platforms["matrix"]
        assert isinstance(matrix, Reporting)
        await until(lambda: matrix.report().facts["apparaat_bevestigd"] is True)
        report = matrix.report()
        assert report.contact is not None
        assert report.facts == {
            "wijze": "sync",
            "aangemeld": True,
            "versleuteling": True,
            "apparaat_bevestigd": True,
            "onleesbare_berichten": 2,
        }
        await live.stop()
        live.start()
        await gives_key(anna, session)
        await anna.until(lambda: len(anna.answers) >= before + 3)
        firsts = [one.body.split("\n")[0] for one in anna.answers[before + 1 :]]
        assert firsts == ["Dit komt er aan:", "Wat Raadsmaat bewaart"]
        assert "Dit kan ik" in (await anna.says("/help")).body
        assert json.loads((tmp_path / "matrix/sealed.json").read_text()) == {}


async def test_what_was_removed_before_its_key_came_is_not_done(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker", encrypted=True)
        before = len(anna.answers)
        session = lost_session(anna)
        sent = await anna.writes("/training")
        assert "sleutel is hier niet aangekomen" in (await anna.hears(before)).body
        good(await anna.client.room_redact(anna.room, sent))
        await until(lambda: sealed.count(tmp_path / "matrix") == 0)
        await gives_key(anna, session)
        await asyncio.sleep(2)
        assert "Dit kan ik" in (await anna.says("/help")).body
        assert len(anna.answers) == before + 2
