"""People with another client than ours read the bot, and the bot reads them: encrypted, as strict as clients are."""

import asyncio
from pathlib import Path

import pytest

from tests.independent.client import IndependentClient
from tests.independent.conversation import have
from tests.platforms.matrix import person
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_an_encrypted_conversation_with_the_real_program(synapse: Synapse, tmp_path: Path) -> None:
    conversation = await have(synapse, tmp_path)
    assert all(one.encrypted and one.body and one.shield == "NONE" for one in conversation.lines), conversation.lines
    said = [one.body or "" for one in conversation.lines if one.sender == conversation.bot]
    assert "Dit is Raadsmaat" in said[0]
    assert "Welkom, Anna Bakker" in said[1]
    assert any("laptop" in body and "artikel 3.3.2" in body for body in said)
    assert "budget" in said[-1]


async def test_a_device_that_nobody_vouches_for_is_neither_read_nor_written_to(
    synapse: Synapse, tmp_path: Path
) -> None:
    """What the bot would be without cross-signing: the test above would fail then."""
    anna, bare = await asyncio.to_thread(synapse.register, "anna"), await asyncio.to_thread(synapse.register, "kaal")
    async with (
        person(synapse, bare, anna.user, tmp_path / "keys") as other,
        IndependentClient(synapse.url, anna, tmp_path / "client.log") as strict,
    ):
        opening = asyncio.create_task(strict.do("open", other=bare.user))
        await other.until(lambda: bool(other.client.invited_rooms))
        [room] = other.client.invited_rooms
        await other.client.join(room)
        await opening
        other.room = room
        await other.until(lambda: room in other.client.rooms and other.client.rooms[room].encrypted)
        event_id = await other.writes("Goedemorgen")
        seen = await strict.until(lambda one: one.event_id == event_id)
        assert seen.body is None
        assert seen.failure == "UNSIGNED_SENDER_DEVICE"
        await strict.do("say", room=room, text="Goedemorgen terug")
        await other.until(lambda: any(one["type"] == "m.room.encrypted" for one in other.others))
        assert [one.body for one in other.seen if one.sender == anna.user] == []
