"""Telegram messages that are edited or deleted afterwards."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.delivery import Priority
from handlers import outgoing
from storage.database import transaction
from storage.tables import OutboxMessage, State
from tests.botapi.faults import Refuse, Reset, When
from tests.botapi.server import BotApiServer
from tests.platforms.telegram import Live, now, running

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


def changes(live: Live) -> list[State]:
    with transaction(live.app.database.engine) as session:
        query = select(OutboxMessage).where(col(OutboxMessage.priority) == Priority.CHANGE)
        return [row.state for row in session.scalars(query)]


async def test_the_chosen_option_and_the_decision_are_shown_in_place(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        for text in ("/training", "Debat *en* <b>", "Raadsacademie", "8-12-2026", "300", "Om te leren"):
            await live.says(anna, text)
        summary = server.messages(anna)[-1]
        await live.presses(anna, "Ja, versturen")
        await server.wait_until(lambda: summary.plain.endswith("✓ Ja, versturen"))
        assert summary.labels == []
        assert "Debat *en* <b>" in summary.plain
        told = (await server.wait_for(griet, 2))[-1]
        before = len(server.messages(griet))
        await live.presses(griet, "Goedkeuren")
        assert told.labels == ["Goedkeuren", "Afwijzen"]  # a command can be given again until it is done
        await live.presses(griet, "Nee, niets")
        await live.presses(griet, "Ja, goedkeuren")
        await server.wait_until(lambda: told.plain.endswith("✓ Aanvraag 1 is goedgekeurd door Griet Mulder."))
        assert told.labels == []
        assert "Debat *en* <b>" in told.plain
        assert len(server.messages(griet)) == before + 3  # nothing new because of the edits
        assert not server.errors


async def test_a_question_shows_in_place_that_somebody_took_it(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        for text in ("/vraag Waar is *de* <b>raadzaal?", "ja"):
            await live.says(anna, text)
        await live.presses(anna, "Ja, versturen")
        stored = server.messages(anna)[-1]
        assert stored.plain.startswith("Uw vraag is opgeslagen")
        await server.wait_for(griet, 2)
        await live.presses(griet, "Oppakken")
        await server.wait_until(lambda: "Stand: opgepakt door Griet Mulder van de griffie (" in stored.plain)
        for text in ("/beantwoord 1", "Boven.", "ja"):
            await live.says(griet, text)
        await server.wait_until(lambda: "Stand: beantwoord (" in stored.plain)
        assert "opgepakt" not in stored.plain
        heard = server.messages(anna)
        assert heard[-1].plain.startswith("Antwoord van de griffie")
        assert heard[-2] is stored  # nothing new was said when it was taken
        assert not server.errors


async def test_how_a_question_stands_is_told_once_where_its_message_has_gone(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        for text in ("/vraag Waar is *de* <b>raadzaal?", "ja"):
            await live.says(anna, text)
        stored = await live.presses(anna, "Ja, versturen")
        stored.deleted = True
        await server.wait_for(griet, 2)
        for act, heard in (
            (partial(live.presses, griet, "Oppakken"), "Griet Mulder van de griffie heeft uw vraag 1 opgepakt: “Waar"),
            (partial(live.says, griet, "/teruggeven 1"), "Uw vraag 1 ligt weer open bij de griffie: “Waar"),
            (partial(live.presses, griet, "Oppakken"), "Griet Mulder van de griffie heeft uw vraag 1 opgepakt: “Waar"),
        ):
            before = len(server.messages(anna))
            await act()
            told = (await server.wait_for(anna, before + 1))[-1]
            assert told.plain.startswith(heard)
            await live.app.settled()
        before = len(server.messages(anna))
        for text in ("/beantwoord 1", "Boven.", "ja"):
            await live.says(griet, text)
        assert (await server.wait_for(anna, before + 1))[-1].plain.startswith("Antwoord van de griffie")
        await live.app.settled()  # the change to “beantwoord” cannot be made either
        await live.app.tick()
        await live.app.settled()
        assert len(server.messages(anna)) == before + 1
        assert State.WAITING not in changes(live)


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        ("Bad Request: message is not modified: specified new message content is the same", State.SENT),
        ("Bad Request: message to edit not found", State.WITHDRAWN),
        ("Bad Request: message can't be edited", State.WITHDRAWN),
        ("Bad Request: MESSAGE_ID_INVALID", State.WITHDRAWN),
        ("Bad Request: MESSAGE_EDIT_TIME_EXPIRED", State.WITHDRAWN),
    ],
)
async def test_an_edit_that_telegram_refuses_ends_quietly(tmp_path: Path, refusal: str, state: State) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        await live.says(anna, "/training")
        server.inject(Refuse(400, refusal), When(methods=("editMessageText",)))
        await live.presses(anna, "Stoppen")
        await server.wait_until(lambda: bool(server.calls_of("editMessageText")))
        await live.app.settled()
        assert changes(live) == [state]
        assert len(server.calls_of("editMessageText")) == 1
        assert "Dit komt er aan" in (await live.says(anna, "/agenda")).plain


async def test_an_edit_whose_answer_is_lost_is_done_again(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        await live.says(anna, "/training")
        server.inject(Reset(applied=True), When(methods=("editMessageText",), times=1))
        await live.presses(anna, "Stoppen")
        await server.wait_until(lambda: len(server.calls_of("editMessageText")) == 2, timeout=60)
        await server.wait_until(lambda: server.errors[400] == 1)  # “not modified”: it was so already
        await live.app.settled()
        assert changes(live) == [State.SENT]


async def test_who_changes_a_message_hears_once_that_it_was_handled(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        said = anna.writes("/help")
        await server.wait_for(anna, 2)
        anna.edits(said.message_id, "/agenda")
        told = (await server.wait_for(anna, 3))[-1]
        assert "al verwerkt" in told.plain
        update = server.world.updates.history[-1]
        assert update.kind == "edited_message"
        server.deliver_again(update.update_id)
        assert "Wat Raadsmaat bewaart" in (await live.says(anna, "/privacy")).plain
        assert len(server.messages(anna)) == 4


async def test_a_message_that_was_changed_before_it_was_read_counts_as_it_was_left(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        before = (await live.says(anna, "/help")).message_id
        await server.goes_down()
        said = anna.writes("/help")
        anna.writes("/privacy")
        for text in ("/thema", "/agenda"):
            anna.edits(said.message_id, text)
        await server.comes_up()
        await server.wait_for(anna, 2, after=before)
        await live.says(anna, "/help")
        first_lines = [one.plain.split("\n")[0] for one in server.messages(anna, after=before)]
        assert first_lines == ["Dit komt er aan:", "Wat Raadsmaat bewaart", "Dit kan ik voor u doen"]


async def test_a_change_of_no_words_of_others_or_of_long_ago_is_nothing(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        els = server.person("Els")
        group = server.group("Fractie", [els])
        sent = [anna.sends_voice(), anna.sends("location", {"latitude": 52.0, "longitude": 5.0})]
        in_group = els.writes("/help@raadsmaat_bot", chat=group)
        old = anna.writes("/help")
        await server.wait_for(anna, 4)
        await server.wait_for(group)
        week = timedelta(days=7, minutes=1)
        await live.app.settled()
        await live.app.database.run(partial(outgoing.forget, now=now() + week))
        for one in (*sent, old):
            anna.edits(one.message_id, "iets anders")
        els.edits(in_group.message_id, "iets anders", chat=group)
        server.world.updates.push("edited_message", {**server.world.message_json(old), "message_id": 77_777}, anna.id)
        assert "Wat Raadsmaat bewaart" in (await live.says(anna, "/privacy")).plain
        assert len(server.messages(anna)) == 5
        assert len(server.messages(group)) == 1


async def test_what_holds_personal_data_goes_from_the_chat(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, stranger = await live.joins("Anna Bakker"), server.person("Iemand")
        stranger.starts()
        await server.wait_for(stranger)
        for person in (anna, stranger):
            said = person.writes("mijn nummer is 123456782")
            await server.wait_for(person, lambda found: "Ik haal uw vorige bericht weg" in found[-1].plain)
            await server.wait_until(partial(getattr, said, "deleted"))
        await live.app.settled()
        assert changes(live) == [State.SENT, State.SENT]
        assert len(server.calls_of("deleteMessage")) == 2
        assert len(server.messages(anna)) == 2


async def test_what_cannot_be_deleted_the_person_is_asked_to(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        said = anna.writes("mijn nummer is 123456782", date=int(now().timestamp()) - 49 * 3600)
        told = await server.wait_for(anna, 3)
        assert "kon ik niet weghalen. Haal het alstublieft zelf weg" in told[-1].plain
        group = server.group("Fractie", [anna])
        anna.writes("@raadsmaat_bot mijn nummer is 123456782", chat=group)
        assert "zelf weg" in (await server.wait_for(group, 2))[-1].plain
        await live.app.settled()
        assert changes(live) == [State.FAILED, State.FAILED]
        assert not said.deleted


async def test_what_the_person_deleted_already_needs_no_word(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        server.inject(Refuse(400, "Bad Request: message to delete not found"), When(methods=("deleteMessage",)))
        anna.writes("mijn nummer is 123456782")
        await server.wait_until(lambda: len(server.calls_of("deleteMessage")) == 1)
        await live.app.settled()
        assert changes(live) == [State.WITHDRAWN]
        assert len(server.messages(anna)) == 2


async def test_a_deletion_whose_answer_is_lost_is_done_again(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        server.inject(Reset(applied=True), When(methods=("deleteMessage",), times=1))
        said = anna.writes("mijn nummer is 123456782")
        await server.wait_until(lambda: len(server.calls_of("deleteMessage")) == 2, timeout=60)
        await live.app.settled()
        assert said.deleted
        assert changes(live) == [State.WITHDRAWN]
        assert len(server.messages(anna)) == 2
