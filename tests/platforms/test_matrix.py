"""A conversation through a real Synapse, and what Matrix does that people do not."""

import asyncio
import json
import stat
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.matrix import syncing
from storage import members, outbox
from storage.database import transaction
from storage.tables import Member, OutboxMessage, State
from tests.platforms.matrix import Message, Person, now, running, until
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


async def test_who_asks_it_in_is_told_once_what_to_do_in_words_that_an_app_lets_through(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.meets("Anna")
        assert "Vraag een uitnodigingscode aan de griffie" in anna.answers[0].body
        assert "Typ !privacy" in anna.answers[0].body
        await live.stop()
        live.start()
        assert "Met !help ziet u" in (await anna.says(live.code("Anna Bakker"))).body
        listed = await anna.says("!help")
        assert "!training – " in listed.body
        assert "/training" not in listed.body + listed.content["formatted_body"]
        assert len(anna.answers) == 3


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


async def test_everything_said_between_two_syncs_is_answered_once(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        before = len(anna.answers)
        await live.stop()
        for number in range(60):  # more than a sync delivers: the rest must be read back
            await anna.writes(f"/onbekend{number}")
        live.start()
        await anna.until(lambda: len(anna.answers) >= before + 60)
        await anna.says("/help")
        assert len(anna.answers) == before + 61


async def test_an_outage_of_the_server_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    with Synapse(tmp_path / "synapse") as server:
        async with running(server, tmp_path) as live:
            anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
            before, heard = len(anna.answers), len(griet.answers)
            await live.stop()
            await anna.writes("/agenda")
            await asyncio.to_thread(server.kill)
            live.start()  # the server is down at start
            await asyncio.sleep(1)
            await asyncio.to_thread(server.start)
            assert "Dit komt er aan" in (await anna.hears(before)).body
            await asyncio.to_thread(server.stop)
            with transaction(live.app.database.engine) as session:
                member = session.scalars(select(Member).where(col(Member.name) == "Griet Mulder")).one()
                outbox.tell(session, known(member), "Tijdens de storing", now())
            live.app.delivery.wake()
            await asyncio.sleep(1)
            await asyncio.to_thread(server.start)
            assert "Tijdens de storing" in (await griet.hears(heard)).body
            await anna.says("/help")
            await griet.says("/help")
            assert len(anna.answers) == before + 2
            assert len(griet.answers) == heard + 2


async def test_a_sync_that_hangs_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "_GRACE", 1.0)
    with Synapse(tmp_path / "synapse") as server:
        async with running(server, tmp_path, poll_seconds=1.0) as live:
            anna = await live.joins("Anna Bakker")
            server.freeze()
            await asyncio.sleep(4)
            server.thaw()
            assert "Dit kan ik" in (await anna.says("/help")).body


async def test_a_server_that_asks_to_wait_gets_everything_all_the_same(tmp_path: Path) -> None:
    with Synapse(tmp_path / "synapse", strict=True) as server:
        async with running(server, tmp_path) as live:
            anna = await live.joins("Anna Bakker")
            with transaction(live.app.database.engine) as session:
                member = session.scalars(select(Member).where(col(Member.name) == "Anna Bakker")).one()
                for number in range(12):
                    outbox.tell(session, known(member), f"Bericht {number}", now())
            live.app.delivery.wake()
            await anna.until(lambda: sum("Bericht" in one.body for one in anna.answers) >= 12)
            told = [one.body for one in anna.answers if "Bericht" in one.body]
            assert sorted(told) == sorted(f"Bericht {number}" for number in range(12))


async def test_what_is_not_for_us_is_ignored(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        before = len(anna.answers)
        await anna.puts("m.room.message", {"msgtype": "m.notice", "body": "/help"})
        await anna.puts("nl.iets.anders", {"body": "/help"})
        await anna.reacts(anna.answers[-1], "👍")
        reply = "> <@iemand:elders> wat\n> nog iets\n\n!agenda"
        await anna.writes(reply, **{"m.relates_to": {"m.in_reply_to": {"event_id": anna.answers[-1].event_id}}})
        await anna.until(lambda: any("Dit komt er aan" in one.body for one in anna.answers))
        said = [one.body.split("\n")[0] for one in anna.answers[before:]]
        assert said == ["Dit komt er aan:"]


async def test_a_number_a_word_and_a_reaction_answer_a_choice(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        await anna.says("/training")
        for text in ("Debatteren", "Raadsacademie", "8-12-2026", "300"):
            await anna.says(text)
        summary = await anna.says("Om beter te spreken")
        assert "\n1. Ja, versturen\n" in summary.body
        await anna.until(lambda: len(signs(anna, summary)) == 3)
        assert signs(anna, summary) == ["1️⃣", "2️⃣", "3️⃣"]
        before = len(anna.answers)
        await anna.reacts(summary, "2️⃣")
        await anna.until(lambda: len(anna.answers) >= before + 2)
        shown = next(one for one in anna.answers if "m.new_content" in one.content)
        assert shown.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": summary.event_id}
        assert "✓ Wijzigen" in shown.content["m.new_content"]["body"]
        assert "1. Ja" not in shown.content["m.new_content"]["body"]
        assert "Wat wilt u wijzigen" in "".join(one.body for one in anna.answers[before:])
        for sign in ("1️⃣", "3️⃣"):  # it is answered already
            before = len(anna.answers)
            await anna.reacts(summary, sign)
            await anna.until(
                partial(lambda since: any("al voorbij" in one.body for one in anna.answers[since:]), before)
            )


async def test_a_message_that_is_changed_or_removed(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        said = await anna.writes("/help")
        await anna.until(lambda: "Dit kan ik" in anna.answers[-1].body)
        for change in (lambda: anna.changes(said, "/agenda"), lambda: anna.client.room_redact(anna.room, said)):
            before = len(anna.answers)
            await change()
            assert "al verwerkt" in (await anna.hears(before)).body
        await live.stop()
        before = len(anna.answers)
        first, second = await anna.writes("/help"), await anna.writes("/privacy")
        await anna.changes(first, "/agenda")
        await anna.client.room_redact(anna.room, second)
        live.start()
        await anna.until(lambda: len(anna.answers) > before)
        await anna.says("/thema")
        assert [one.body.split("\n")[0] for one in anna.answers[before:]][:1] == ["Dit komt er aan:"]
        assert len(anna.answers) == before + 2


@pytest.mark.parametrize("encrypted", [False, True])
async def test_how_a_question_stands_is_told_once_where_its_message_was_removed(
    synapse: Synapse, tmp_path: Path, encrypted: bool
) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker", encrypted=encrypted)
        griet = await live.joins("Griet Mulder")
        await anna.says("/vraag Waar is de raadzaal?")
        await anna.says("1")
        await anna.writes("Ja, versturen")
        await anna.until(lambda: any(one.body.startswith("Uw vraag is opgeslagen") for one in anna.answers))
        stored = next(one for one in anna.answers if one.body.startswith("Uw vraag is opgeslagen"))
        await live.app.settled()
        await anna.client.room_redact(anna.room, stored.event_id)
        before = len(anna.answers)
        await griet.says("/neem 1")
        assert (await anna.hears(before)).body.startswith("Griet Mulder van de griffie heeft uw vraag 1 opgepakt")
        for text in ("/beantwoord 1", "Boven.", "ja"):
            await griet.says(text)
        assert (await anna.hears(before + 1)).body.startswith("Antwoord van de griffie")
        await live.app.settled()
        await anna.says("/help")
        heard = [one.body for one in anna.answers[before:]]
        assert len(heard) == 3, heard


async def test_what_holds_personal_data_is_redacted_where_the_bot_may(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        said = await anna.writes("mijn nummer is 123456782")
        await anna.until(lambda: "Ik haal uw vorige bericht weg" in anna.answers[-1].body)
        with transaction(live.app.database.engine) as session:
            erased = select(OutboxMessage).where(col(OutboxMessage.erases) == said)
            assert session.scalars(erased).one().state is not State.FAILED
        await until(lambda: _redacted(anna, said))
        # In a room where it has less power the bot may not, and says so.
        levels = {"users": {anna.client.user_id: 100, anna.bot: 0}}
        await anna.opens(room_version="10", power_level_override=levels)
        before = len(anna.answers)
        await anna.writes("mijn nummer is 123456782")
        await anna.until(lambda: any("Haal het alstublieft zelf weg" in one.body for one in anna.answers[before:]))


async def _redacted(anna: Person, event_id: str) -> bool:
    event = (await anna.client.room_get_event(anna.room, event_id)).event
    return "body" not in event.source["content"]


async def test_long_text_comes_in_pieces_and_each_once(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        with transaction(live.app.database.engine) as session:
            member = session.scalars(select(Member).where(col(Member.name) == "Anna Bakker")).one()
            outbox.tell(session, known(member), "\n\n".join(["woord " * 100] * 20), now())
        live.app.delivery.wake()
        before = len(anna.answers)
        await anna.until(lambda: sum(one.body.count("woord") for one in anna.answers[before:]) >= 2000)
        assert len(anna.answers) - before == 4
        assert sum(one.body.count("woord") for one in anna.answers[before:]) == 2000


def signs(person: Person, message: Message) -> list[str]:
    """The bot's reactions to a message, in order."""
    relations = [
        one["content"]["m.relates_to"]
        for one in person.others
        if one["type"] == "m.reaction" and one["sender"] == person.bot
    ]
    return [relation["key"] for relation in relations if relation["event_id"] == message.event_id]


def known(member: Member) -> members.Known:
    assert member.id is not None
    return members.Known(member.id, member.person_id, member.municipality_id, member.name)
