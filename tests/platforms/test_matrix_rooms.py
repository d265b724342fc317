"""Which rooms the bot is in: who may invite it, when it goes, and what it says where others read along."""

import asyncio
import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import transaction
from storage.tables import Chat
from tests.platforms.matrix import Live, Person, good, now, running, until
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


class Clock:
    """A clock that the test puts forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


async def invites(live: Live, name: str, **more: object) -> Person:
    """Somebody opens a room and asks the bot; whether it comes is to be seen."""
    someone = await live.comes(name)
    made = good(await someone.client.room_create(invite=[live.account.user], **more))
    someone.room = made.room_id
    return someone


async def test_a_stranger_is_waited_for_and_left_without_a_word(synapse: Synapse, tmp_path: Path) -> None:
    clock = Clock()
    async with running(synapse, tmp_path, invited_by=["elders.nl"], clock=clock, poll_seconds=0.5) as live:
        stranger = await invites(live, "Onno", is_direct=True)
        await stranger.until(lambda: stranger.bot_is("join"))
        for text in ("Hallo?", "/help", "wie bent u"):
            await stranger.writes(text)
        anna = await invites(live, "Anna", is_direct=True)
        await anna.until(lambda: anna.bot_is("join"))
        assert "Welkom, Anna Bakker" in (await anna.says(live.code("Anna Bakker"))).body
        clock.ahead = timedelta(minutes=11)
        await stranger.until(lambda: stranger.bot_is("leave"))
        assert stranger.answers == []
        assert "Dit kan ik" in (await anna.says("/help")).body


async def test_a_group_of_strangers_is_not_entered(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, invited_by=["@griet:elders.nl"], poll_seconds=0.5) as live:
        stranger = await invites(live, "Onno", is_direct=False)
        await stranger.until(lambda: stranger.bot_is("leave"))
        assert stranger.answers == []


async def test_an_invitation_survives_a_restart(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        await live.joins("Bram de Vries")
        await live.stop()
        rooms = tmp_path / "matrix/rooms.json"
        anna = await invites(live, "Anna", is_direct=True)
        kept = json.loads(rooms.read_text()) | {"invited": {anna.room: {"by": anna.client.user_id, "direct": True}}}
        rooms.write_text(json.dumps(kept))
        live.start()
        await anna.until(lambda: anna.bot_is("join"))


async def test_in_a_group_it_speaks_when_spoken_to_and_says_nothing_private(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.comes("Bram")
        private = anna.room
        await anna.opens(direct=False)
        good(await anna.client.room_invite(anna.room, bram.client.user_id))
        good(await bram.client.join(anna.room))
        before = len(anna.answers)
        await anna.writes("zullen we koffie drinken")
        await anna.writes("en weet jij iets van het budget?")
        for text, more in (("/budget", {}), ("en jij?", {"m.mentions": {"user_ids": [anna.bot]}})):
            there = len(anna.answers)
            await anna.writes(text, **more)
            await anna.until(partial(lambda before: len(anna.answers) == before + 2, there))
        heard = [one.body for one in anna.answers[before:]]
        assert sum("In een groep geef ik geen antwoord" in body for body in heard) == 2
        assert sum("U vroeg mij iets in een groep" in body for body in heard) == 2  # in her own room
        anna.room = private
        await anna.says("/help")
        assert len(anna.answers) == before + 5


async def test_when_somebody_comes_in_nothing_private_is_said_any_more(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.comes("Bram")
        good(await anna.client.room_invite(anna.room, bram.client.user_id))
        good(await bram.client.join(anna.room))
        assert "eigen bericht" in (await anna.says("/aanvragen")).body
        assert (await chat(live, anna.room)).unreachable_at is not None
        good(await bram.client.room_leave(anna.room))
        await until(lambda: reachable(live, anna.room))
        assert "budget" in (await anna.says("/aanvragen")).body.lower()


async def test_an_empty_room_is_left_and_its_person_cannot_be_reached_there(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna = await live.joins("Anna Bakker")
        token = json.loads((tmp_path / "matrix/device.json").read_text())["token"]
        good(await anna.client.room_leave(anna.room))

        async def gone() -> bool:
            answer = await asyncio.to_thread(synapse.call, "GET", "/_matrix/client/v3/joined_rooms", None, token)
            return anna.room not in answer.body["joined_rooms"]

        await until(gone)
        assert (await chat(live, anna.room)).unreachable_at is not None


async def test_a_room_that_is_replaced_is_followed(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna = await live.joins("Anna Bakker")
        old = anna.room
        created = {"predecessor": {"room_id": old, "event_id": "$onbekend"}}
        fake = good(await anna.client.room_create(is_direct=True, invite=[anna.bot])).room_id
        made = await asyncio.to_thread(
            synapse.call,
            "POST",
            "/_matrix/client/v3/createRoom",
            {"creation_content": created, "is_direct": True, "invite": [anna.bot]},
            anna.client.access_token,
        )
        new = made.body["room_id"]
        for replacement in (fake, new):  # the first knows nothing of the old one
            good(
                await anna.client.room_put_state(old, "m.room.tombstone", {"body": "", "replacement_room": replacement})
            )
        await until(lambda: reachable(live, new))
        anna.room = new
        assert "Dit kan ik" in (await anna.says("/help")).body
        with transaction(live.app.database.engine) as session:
            assert [row.address for row in session.scalars(select(Chat))] == [new]


async def chat(live: Live, room: str) -> Chat:
    def look() -> Chat | None:
        with transaction(live.app.database.engine) as session:
            found = session.scalars(select(Chat)).all()
            session.expunge_all()
        return next((row for row in found if row.address == room), None)

    found = await asyncio.to_thread(look)
    assert found is not None
    return found


async def reachable(live: Live, room: str) -> bool:
    try:
        return (await chat(live, room)).unreachable_at is None
    except AssertionError:
        return False
