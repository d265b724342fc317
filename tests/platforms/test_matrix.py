"""A conversation through a real Synapse, and what Matrix does that people do not."""

import json
import stat
from pathlib import Path

import pytest

from tests.platforms.matrix import running
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_a_conversation_from_invitation_to_decision(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        assert "Welke training" in (await anna.says("/training")).body
        for text in ("Debatteren <b>&", "Raadsacademie", "8-12-2026", "1.250,50"):
            await anna.says(text)
        summary = await anna.says("Om *beter* te <i>spreken</i>")
        assert "Training: Debatteren <b>&" in summary.body
        assert "Om *beter* te <i>spreken</i>" in summary.body
        assert "Om *beter* te &lt;i&gt;spreken&lt;/i&gt;" in summary.content["formatted_body"]
        before = len(griet.answers)
        assert "opgeslagen" in (await anna.says("Ja, versturen")).body
        told = await griet.hears(before)
        assert "€ 1.250,50" in told.body
        assert told.content["msgtype"] == "m.text"
        assert told.content["m.mentions"] == {"user_ids": [griet.client.user_id]}
        assert summary.content["msgtype"] == "m.notice"
        assert summary.content["m.mentions"] == {}


async def test_the_device_is_kept_and_closed_to_others(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        before = json.loads((tmp_path / "matrix/device.json").read_text())
        await live.stop()
        live.start()
        await anna.says("/help")
        assert json.loads((tmp_path / "matrix/device.json").read_text()) == before
        devices = synapse.call("GET", "/_matrix/client/v3/devices", token=before["token"]).body["devices"]
        # One is of the registration, one of the bot; starting it again made no other.
        assert len(devices) == 2
    for file in (tmp_path / "matrix").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert stat.S_IMODE((tmp_path / "matrix").stat().st_mode) == 0o700
