"""Who else is in a room: what is of one person goes to nobody but them, and a group hears what it asked for."""

import asyncio
import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from storage import outbox
from storage.database import transaction
from storage.tables import Member
from tests.platforms.matrix import Live, good, now, running, until
from tests.platforms.test_matrix import known
from tests.platforms.test_matrix_rooms import chat
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


def tell(live: Live, name: str, text: str) -> None:
    with transaction(live.app.database.engine) as session:
        member = session.scalars(select(Member).where(col(Member.name) == name)).one()
        outbox.tell(session, known(member), text, now())
    live.app.delivery.wake()


async def test_who_is_left_behind_in_a_private_chat_gets_nothing_of_whoever_went(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.comes("Bram")
        bram.room = anna.room
        good(await anna.client.room_invite(anna.room, bram.client.user_id))
        good(await bram.client.join(anna.room))
        await asyncio.sleep(2)
        good(await anna.client.room_leave(anna.room))
        await asyncio.sleep(2)
        await bram.writes("/aanvragen")
        tell(live, "Anna Bakker", "Alleen voor Anna")
        await asyncio.sleep(4)
        heard = [one.body for one in bram.answers]
        assert not [body for body in heard if "Alleen voor Anna" in body or "budget" in body.lower()], heard


async def test_a_room_that_anybody_may_enter_gets_nothing_private(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna = await live.joins("Anna Bakker")
        good(await anna.client.room_put_state(anna.room, "m.room.join_rules", {"join_rule": "public"}))
        await asyncio.sleep(2)
        tell(live, "Anna Bakker", "Alleen voor Anna")
        await asyncio.sleep(4)
        assert not [one.body for one in anna.answers if "Alleen voor Anna" in one.body]


async def test_a_private_chat_is_not_followed_into_company(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.comes("Bram")
        old = anna.room
        made = await asyncio.to_thread(
            synapse.call,
            "POST",
            "/_matrix/client/v3/createRoom",
            {
                "creation_content": {"predecessor": {"room_id": old, "event_id": "$onbekend"}},
                "is_direct": True,
                "invite": [bram.client.user_id],
            },
            anna.client.access_token,
        )
        new = made.body["room_id"]
        good(await bram.client.join(new))
        good(await anna.client.room_invite(new, anna.bot))
        good(await anna.client.room_put_state(old, "m.room.tombstone", {"body": "", "replacement_room": new}))
        await asyncio.sleep(6)  # it may go there; what is of Anna alone may not
        tell(live, "Anna Bakker", "Alleen voor Anna")
        await asyncio.sleep(4)
        assert not [one.body for one in bram.seen if "Alleen voor Anna" in one.body]


async def test_who_asks_the_bot_back_is_reached_again(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna = await live.comes("Anna Bakker")
        levels = {"users": {anna.client.user_id: 100, anna.bot: 0}}
        await anna.opens(room_version="10", power_level_override=levels)
        await anna.says(live.code("Anna Bakker"))
        good(await anna.client.room_kick(anna.room, anna.bot))
        await until(lambda: blocked(live, anna.room))
        good(await anna.client.room_invite(anna.room, anna.bot))
        await anna.until(lambda: anna.bot_is("join"))
        await asyncio.sleep(1)
        assert "Dit kan ik" in (await anna.says("/help")).body  # in conversation it works
        tell(live, "Anna Bakker", "Uw herinnering")
        await asyncio.sleep(4)
        assert [one.body for one in anna.answers if "Uw herinnering" in one.body]


async def blocked(live: Live, room: str) -> bool:
    return (await chat(live, room)).unreachable_at is not None


async def test_a_group_is_linked_while_only_the_griffie_is_in_it_yet(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        griet = await live.joins("Griet Mulder")
        await griet.says("/groepen koppelen")
        asked = await griet.says("1")
        code = re.search(r"[!/]koppel (\S+)", asked.body)
        assert code, asked.body
        await griet.opens(direct=False, name="Fractie")  # the others are asked later
        await asyncio.sleep(2)
        before = len(griet.answers)
        await griet.writes(f"!koppel {code[1]}")
        assert "gekoppeld aan" in (await griet.hears(before)).body


@pytest.mark.parametrize("text", ["!weer Utrecht", "/shrug", "/ ik bedoel", "/2 is genoeg"])
async def test_in_a_room_a_command_of_somebody_else_is_not_for_it(synapse: Synapse, tmp_path: Path, text: str) -> None:
    async with running(synapse, tmp_path) as live:
        anna, bram = await live.comes("Anna"), await live.comes("Bram")
        await anna.opens(direct=False)
        good(await anna.client.room_invite(anna.room, bram.client.user_id))
        good(await bram.client.join(anna.room))
        await anna.writes(text)
        await asyncio.sleep(2)
        assert [one.body for one in anna.answers] == []


async def test_who_had_somebody_in_for_a_moment_is_reached_again(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        anna, bram = await live.joins("Anna Bakker"), await live.comes("Bram")
        await anna.says("/help")
        bram.room = anna.room
        good(await anna.client.room_invite(anna.room, bram.client.user_id))
        good(await bram.client.join(anna.room))
        await until(lambda: blocked(live, anna.room))
        good(await bram.client.room_leave(anna.room))
        before = len(anna.answers)
        await until(lambda: reached(live, anna.room))
        tell(live, "Anna Bakker", "Alleen voor Anna")
        assert (await anna.hears(before)).body == "Alleen voor Anna"


async def reached(live: Live, room: str) -> bool:
    return not await blocked(live, room)
