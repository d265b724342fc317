"""The bot asks for keys that did not come with their messages, and takes them from whoever has a right to give them."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from bot.matrix import sealed
from bot.platform import Reporting
from tests.independent.client import IndependentClient
from tests.platforms.keys import answer_to_request, answers_request, gives, lost_session
from tests.platforms.matrix import good, running, until
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_an_independent_client_gives_the_key_that_is_asked_for(synapse: Synapse, tmp_path: Path) -> None:
    who = await asyncio.to_thread(synapse.register, "anna")
    async with running(synapse, tmp_path) as live:
        matrix = live.app.platforms["matrix"]
        assert isinstance(matrix, Reporting)
        await until(lambda: matrix.report().facts["apparaat_bevestigd"] is True)
        async with IndependentClient(synapse.url, who, tmp_path / "client.log") as anna:
            room = str((await anna.do("open", other=live.account.user))["room"])
            await anna.until(lambda one: one.room == room and one.sender == live.account.user)
            await anna.says(room, live.code("Anna Bakker"))
            await asyncio.sleep(2)
            await live.stop()
            with sqlite3.connect(tmp_path / "matrix/keys.sqlite3") as keys:  # a key that did not arrive
                keys.execute("DELETE FROM megolminboundsessions")
            live.start()
            await anna.do("say", room=room, text="/agenda")
            await anna.until(lambda one: "Dit komt er aan" in (one.body or ""))


async def test_a_key_that_comes_as_the_answer_to_our_request_is_used(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker", encrypted=True)
        before = len(anna.answers)
        session = lost_session(anna)
        await anna.writes("/agenda")
        assert "sleutel is hier niet aangekomen" in (await anna.hears(before)).body
        for nonsense in ("geen sleutel", "\ud800"):  # and then it still listens
            await answers_request(anna, session, session_key=nonsense)
        await answers_request(anna, session, sender_claimed_ed25519_key="van een ander")
        await asyncio.sleep(1)
        assert sealed.count(tmp_path / "matrix") == 1
        await answers_request(anna, session)
        assert "Dit komt er aan" in (await anna.hears(before + 1)).body
        await until(lambda: asked(tmp_path) == 0)


async def test_a_key_is_taken_from_nobody_but_the_sender_of_the_message(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker", encrypted=True)
        bram = await live.joins("Bram de Vries", encrypted=True)
        before = len(anna.answers)
        session = lost_session(anna)
        await anna.writes("/agenda")
        assert "sleutel is hier niet aangekomen" in (await anna.hears(before)).body
        # Even the right key: where it comes from is all there is to judge it by.
        content = answer_to_request(anna, session)
        await gives(bram, "m.forwarded_room_key", content)
        assert "Dit kan ik" in (await bram.says("/help")).body
        assert sealed.count(tmp_path / "matrix") == 1
        await gives(anna, "m.forwarded_room_key", content)
        assert "Dit komt er aan" in (await anna.hears(before + 1)).body


async def test_a_key_that_nothing_waits_for_any_more_is_asked_for_again_when_needed(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker", encrypted=True)
        session = lost_session(anna)
        sent = await anna.writes("/agenda")
        await until(lambda: asked(tmp_path) == 1)
        good(await anna.client.room_redact(anna.room, sent))
        await until(lambda: asked(tmp_path) == 0)
        await answers_request(anna, session)  # too late
        await anna.writes("/privacy")
        await until(lambda: asked(tmp_path) == 1)
        await answers_request(anna, session)
        await anna.until(lambda: any("Wat Raadsmaat bewaart" in one.body for one in anna.answers))


async def test_a_strangers_code_is_read_when_its_key_comes_later(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, invited_by=["elders.nl"], poll_seconds=0.5) as live:
        anna = await live.comes("Anna Bakker", encrypted=True)
        await anna.opens(encrypted=True, greeted=False)
        await anna.writes("hallo")  # an ordinary session, so that there is a way to the bot's device
        session = lost_session(anna)
        for text in ("is daar iemand?", live.code("Anna Bakker")):
            await anna.writes(text)
        await until(lambda: asked(tmp_path) == 1)
        assert sealed.count(tmp_path / "matrix") == 0  # it is no concern of the administrator
        await answers_request(anna, session)
        await anna.until(lambda: bool(anna.answers))
        assert "Welkom, Anna Bakker" in anna.answers[0].body
        await until(lambda: not json.loads((tmp_path / "matrix/rooms.json").read_text())["guests"])
        assert "Dit kan ik" in (await anna.says("/help")).body
        assert len(anna.answers) == 2


def asked(folder: Path) -> int:
    """For how many keys the bot has asked, and waits."""
    with sqlite3.connect(folder / "matrix/keys.sqlite3") as keys:
        return int(keys.execute("SELECT count(*) FROM outgoingkeyrequests").fetchone()[0])
