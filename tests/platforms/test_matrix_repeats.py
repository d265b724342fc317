"""A message that may have been sent long ago is looked for in its room before it is sent again."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.matrix import Matrix, content, sending
from domain.delivery import DeliveryFailed, Priority
from domain.messages import Address
from storage.parcels import Parcel
from tests.platforms.matrix import Live, Person, now, running, until
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


def parcel(anna: Person, row: int, at: datetime) -> Parcel:
    return Parcel(row, Address("matrix", anna.room), Priority.REMINDER, f"Herinnering {row}", at)


async def connected(live: Live) -> Matrix:
    platform = live.app.platforms["matrix"]
    assert isinstance(platform, Matrix)
    await until(lambda: platform.ready)
    return platform


async def sent(live: Live, what: Parcel) -> str:
    return await (await connected(live)).send(what, what.text, last=True)


async def test_what_was_sent_more_than_a_day_ago_is_found_in_the_room(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        old, new = parcel(anna, 1_000_001, now() - timedelta(hours=24)), parcel(anna, 1_000_002, now())
        first = [await sent(live, one) for one in (old, new)]
        for number in range(120):  # more than a page of what came after it
            await anna.writes("ja", msgtype="m.notice", number=number)
        await live.stop()
        # On another device the server does not know the names of earlier sends any more, as after a day.
        (tmp_path / "matrix/device.json").unlink()
        (tmp_path / "matrix/keys.sqlite3").unlink()
        live.start()
        again = [await sent(live, one) for one in (old, new)]
        assert again[0] == first[0]
        assert again[1] != first[1]  # so young that it is the server that must recognise it
        await anna.until(lambda: any(one.event_id == again[1] for one in anna.answers))
        assert sum("Herinnering 1000001" in one.body for one in anna.answers) == 1


async def test_in_an_encrypted_room_as_well(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker", encrypted=True)
        old = parcel(anna, 1_000_001, now() - timedelta(hours=24))
        event_id = await sent(live, old)
        await live.stop()
        live.start()
        platform = await connected(live)
        client = platform._client
        assert client is not None
        room = client.rooms[anna.room]
        async with asyncio.timeout(30):
            assert await sending.find(client, room, content.tag(old), old.created_at) == event_id
            assert await sending.find(client, room, content.tag(parcel(anna, 7, now())), old.created_at) is None
        assert await sent(live, old) == event_id


async def test_where_too_much_was_said_since_it_is_not_sent_again(
    synapse: Synapse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_PAGES", 1)
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        for number in range(105):  # more than is looked through
            await anna.writes("ja", msgtype="m.notice", number=number)
        old = parcel(anna, 1_000_001, now() - timedelta(hours=24))
        with pytest.raises(DeliveryFailed) as failed:
            await sent(live, old)
        assert failed.value.uncertain
        assert failed.value.permanent
        await sent(live, parcel(anna, 1_000_002, now()))
        platform = await connected(live)
        client = platform._client
        assert client is not None
        # Made after what the bot said there last: so it was not sent.
        later = now() + timedelta(hours=2)
        assert await sending.find(client, client.rooms[anna.room], content.tag(old), later) is None
