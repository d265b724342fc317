"""Rooms that are replaced by another, as a server's own upgrade does: what goes on there, and what does not."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nio import RoomPreset
from sqlalchemy import select
from sqlmodel import col

from storage.database import transaction
from storage.tables import OutboxMessage
from tests.platforms.matrix import Live, Person, good, running, until
from tests.platforms.test_matrix_company import tell
from tests.platforms.test_matrix_rooms import Clock, invites
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

REMINDER = "Uw herinnering"


def attempts(live: Live) -> int:
    with transaction(live.app.database.engine) as session:
        return session.scalars(select(OutboxMessage).where(col(OutboxMessage.text) == REMINDER)).one().attempts


async def calls(server: Synapse, person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The server's answer to what the library has no call for."""
    token = person.client.access_token
    answer: Any = await asyncio.to_thread(server.call, "POST", f"/_matrix/client/v3/{path}", body, token)
    return dict(answer.body)


async def replaces(server: Synapse, person: Person, **more: Any) -> str:
    """Somebody makes a room that names theirs as the one before it, and has theirs refer to it."""
    before = {"predecessor": {"room_id": person.room, "event_id": "$onbekend"}}
    new = str((await calls(server, person, "createRoom", {"creation_content": before, **more}))["room_id"])
    await refers(person, new)
    return new


async def refers(person: Person, room: str) -> None:
    """Somebody closes their room, and says that it goes on in another."""
    gone_on = {"body": "", "replacement_room": room}
    good(await person.client.room_put_state(person.room, "m.room.tombstone", gone_on))


async def asks(person: Person) -> None:
    """Somebody asks the bot to talk with them alone, in a room that is there already."""
    invitation = {"membership": "invite", "is_direct": True}
    good(await person.client.room_put_state(person.room, "m.room.member", invitation, person.bot))


async def test_what_falls_due_while_a_room_is_being_replaced_arrives(synapse: Synapse, tmp_path: Path) -> None:
    """A server's own upgrade closes the old room to whoever has no power, before the bot is asked to the new one."""
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna = await live.comes("Anna Bakker")
        levels = {"users": {anna.client.user_id: 100, anna.bot: 0}}
        await anna.opens(room_version="10", power_level_override=levels)
        await anna.says(live.code("Anna Bakker"))
        made = await calls(synapse, anna, f"rooms/{anna.room}/upgrade", {"new_version": "11"})
        tell(live, "Anna Bakker", REMINDER)
        await until(lambda: attempts(live) == 2)
        assert live.app.conditions.errors["matrix"] is None  # it is this room only
        anna.room = made["replacement_room"]
        good(await anna.client.room_invite(anna.room, anna.bot))
        async with asyncio.timeout(6):  # not when its next attempt would have been, ten seconds later
            await anna.until(lambda: any(REMINDER in one.body for one in anna.answers))
        await anna.says("/help")
        assert sum(REMINDER in one.body for one in anna.answers) == 1


async def test_a_stranger_does_not_get_round_the_waiting_by_replacing_the_room(
    synapse: Synapse, tmp_path: Path
) -> None:
    clock = Clock()
    async with running(synapse, tmp_path, invited_by=["elders.nl"], clock=clock, poll_seconds=0.5) as live:
        stranger = await invites(live, "Onno", is_direct=True)
        await stranger.until(lambda: stranger.bot_is("join"))
        old = stranger.room
        new = await replaces(synapse, stranger, preset="public_chat")
        stranger.room = new
        await stranger.writes("/help")
        clock.ahead = timedelta(minutes=11)
        stranger.room = old
        await stranger.until(lambda: stranger.bot_is("leave"))
        stranger.room = new
        assert not stranger.bot_is("join")
        good(await stranger.client.room_put_state(new, "m.room.join_rules", {"join_rule": "invite"}))
        await asks(stranger)
        await stranger.until(lambda: stranger.bot_is("join"))
        await stranger.writes("/help")
        clock.ahead = timedelta(minutes=22)
        await stranger.until(lambda: stranger.bot_is("leave"))
        assert stranger.answers == []


async def test_a_room_that_knows_nothing_of_the_old_one_is_not_stayed_in(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna, onno = await live.joins("Anna Bakker"), await live.comes("Onno")
        onno.room = good(await onno.client.room_create(preset=RoomPreset.public_chat)).room_id
        await refers(anna, onno.room)
        await onno.until(lambda: onno.bot_is("leave"))
        assert onno.answers == []
        assert "Dit kan ik" in (await anna.says("/help")).body


async def test_nor_when_a_stranger_asks_the_bot_there(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, invited_by=["elders.nl"], poll_seconds=0.5) as live:
        anna, onno = await live.comes("Anna Bakker"), await live.comes("Onno")
        await anna.opens(greeted=False)
        await anna.says(live.code("Anna Bakker"))
        onno.room = good(await onno.client.room_create()).room_id
        await refers(anna, onno.room)
        await anna.says("/help")  # so the bot has read that it should go there
        await asks(onno)
        await onno.until(lambda: onno.bot_is("leave"))
        assert onno.answers == []


async def test_where_the_bot_was_already_it_stays(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.joins("Bram de Vries")
        await refers(anna, bram.room)
        await anna.says("/help")  # so the bot has read what was before it
        kept = tmp_path / "matrix/rooms.json"
        await until(lambda: anna.room not in json.loads(kept.read_text())["following"])
        assert "Dit kan ik" in (await bram.says("/help")).body
        assert bram.bot_is("join")
