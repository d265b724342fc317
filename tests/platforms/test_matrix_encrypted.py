"""Encrypted rooms: both directions, and what happens when a key is missing."""

import json
from pathlib import Path

import pytest
from nio import ToDeviceMessage

from bot.matrix import sealed
from bot.platform import Reporting
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
        # A new session whose key nobody was given.
        olm = anna.client.olm
        olm.create_outbound_group_session(anna.room)
        session = olm.outbound_group_sessions[anna.room]
        session.shared = True
        key = session.session_key
        olm.outbound_group_sessions[anna.room] = session
        await anna.writes("/agenda")
        assert "sleutel is hier niet aangekomen" in (await anna.hears(before)).body
        olm.outbound_group_sessions[anna.room] = session
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
        for device in anna.client.device_store.active_user_devices(anna.bot):
            if (found := olm.session_store.get(device.curve25519)) is None:
                continue
            content = {
                "algorithm": "m.megolm.v1.aes-sha2",
                "room_id": anna.room,
                "session_id": session.id,
                "session_key": key,
            }
            cipher = olm._olm_encrypt(found, device, "m.room_key", content)
            message = ToDeviceMessage("m.room.encrypted", anna.bot, device.id, cipher)
            good(await anna.client.to_device(message))
        await anna.until(lambda: len(anna.answers) >= before + 3)
        firsts = [one.body.split("\n")[0] for one in anna.answers[before + 1 :]]
        assert firsts == ["Dit komt er aan:", "Wat Raadsmaat bewaart"]
        assert "Dit kan ik" in (await anna.says("/help")).body
        assert json.loads((tmp_path / "matrix/sealed.json").read_text()) == {}
