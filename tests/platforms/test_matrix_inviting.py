"""The griffie gives somebody's address, and the bot asks them to a chat: once, and without a word until they come."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage.database import transaction
from storage.tables import AskedIn
from tests.platforms.matrix import Live, Person, good, running, until
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def asked(griet: Person, emre: Person) -> str:
    """Griet gives Emre's address; the room to which he is asked."""
    said = await griet.says(f"/uitnodigen Emre Visser {emre.client.user_id}")
    assert "Ik nodig Emre Visser uit" in said.body
    await until(lambda: bool(emre.client.invited_rooms))
    [emre.room] = emre.client.invited_rooms
    return emre.room


def rows(live: Live) -> Sequence[AskedIn]:
    assert live.engine is not None
    with transaction(live.engine) as session:
        session.expire_on_commit = False
        return session.scalars(select(AskedIn)).all()


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
async def test_who_takes_the_invitation_is_known_at_once(synapse: Synapse, tmp_path: Path, encrypted: bool) -> None:
    async with running(synapse, tmp_path, encrypted=encrypted, poll_seconds=0.5) as live:
        griet, emre = await live.joins("Griet Mulder"), await live.comes("Emre", encrypted=True)
        room = await asked(griet, emre)
        await live.stop()  # it is asked once, also when nobody knows any more that it was
        assert live.engine is not None
        with transaction(live.engine) as session:
            session.execute(update(AskedIn).values(room=None))
        live.start()
        await until(lambda: rows(live)[0].room == room)
        assert list(emre.client.invited_rooms) == [room]
        good(await emre.client.join(room))
        welcome = await emre.hears(0)
        assert "Welkom, Emre Visser" in welcome.body
        assert welcome.encrypted is encrypted
        assert "Dit kan ik voor u doen" in (await emre.says("/help")).body
        assert rows(live)[0].joined_at is not None
        assert len(emre.answers) == 2


async def test_who_says_no_is_left_alone_and_the_griffie_hears_so(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        griet, emre = await live.joins("Griet Mulder"), await live.comes("Emre")
        room = await asked(griet, emre)
        before = len(griet.answers)
        good(await emre.client.room_leave(room))
        assert "is niet aangenomen" in (await griet.hears(before)).body
        assert emre.answers == []
        assert rows(live)[0].refused_at is not None


async def test_an_address_that_is_not_taken_is_told_to_the_griffie(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, poll_seconds=0.5) as live:
        griet = await live.joins("Griet Mulder")
        await griet.says("/uitnodigen Emre Visser @emre:bestaatniet.example")
        assert "lukt niet. Klopt het adres?" in (await griet.hears(len(griet.answers))).body
