"""Messages that change afterwards: what was chosen, what was decided, and what a person wants erased."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.delivery import DeliveryFailed, Priority
from domain.messages import Address
from domain.roles import EVERYONE
from storage import chats, edits, members, outbox
from storage.database import transaction
from storage.tables import Chat, OutboxMessage, State
from tests.mandates import end
from tests.town import MATRIX, PLATFORM, Town, town

pytestmark = pytest.mark.asyncio

SOON = timedelta(seconds=3)


def changes(here: Town) -> list[tuple[str, State]]:
    with transaction(here.engine) as session:
        query = select(OutboxMessage).where(col(OutboxMessage.priority) == Priority.CHANGE)
        return [(row.text, row.state) for row in session.scalars(query)]


async def ask(here: Town) -> None:
    for text in ("/training", "Debatteren", "Raadsacademie", "8 december", "300", "Om beter te spreken"):
        await here.says("anna", text)


@pytest.mark.parametrize("how", ["press", "ja, versturen", "1", "Ja, versturen.", "Ja"])
async def test_a_question_shows_what_was_chosen_and_loses_its_buttons(tmp_path: Path, how: str) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        asked = here.last("anna")
        await (here.presses("anna", "Ja, versturen") if how == "press" else here.says("anna", how))
        ((before, after),) = [edit for edit in here.paper.edits if edit[0].to == "anna"]
        assert before == asked
        assert after.text == f"{asked.text}\n\n✓ Ja, versturen"
        assert after.choices == ()


async def test_a_message_without_a_choice_changes_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        await here.says("anna", "/help")
        await here.says("anna", "stop")
        await here.says("griet", "/bereik")
        assert [after.text.rpartition("\n")[2] for _, after in here.paper.edits] == ["✓ Stoppen"]
        assert len(changes(here)) == 1


async def test_a_stale_button_changes_no_message(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        asked = here.last("anna")
        await here.presses("anna", "Ja, versturen")
        (reply,) = await here.presses("anna", "Stoppen", of=asked)
        assert "al voorbij" in reply.plain
        assert len([1 for before, _ in here.paper.edits if before == asked]) == 1


async def test_a_decision_is_shown_where_it_was_asked(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        await here.says("anna", "ja")
        asked = here.last("griet")
        assert [choice.label for choice in asked.choices] == ["Goedkeuren", "Afwijzen"]
        for text in ("/goedkeuren 1", "nee", "ja"):
            await here.says("griet", text)
        ((_, after),) = [edit for edit in here.paper.edits if edit[0] == asked]
        assert after.text == f"{asked.text}\n\n✓ Aanvraag 1 is goedgekeurd door Griet Mulder."
        assert after.choices == ()


async def test_an_answered_question_says_so_and_a_withdrawn_request_too(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/vraag Waar is de raadzaal?", "ja", "ja"):
            await here.says("anna", text)
        await ask(here)
        await here.says("anna", "ja")
        for text in ("/beantwoord 1", "Boven.", "ja"):
            await here.says("griet", text)
        await here.says("anna", "/intrekken 1")
        told = [after.text.rpartition("\n")[2] for before, after in here.paper.edits if before.to == "griet"]
        assert "✓ Vraag 1 is beantwoord door Griet Mulder." in told
        assert "✓ Aanvraag 1 is ingetrokken." in told


async def test_who_left_the_griffie_sees_nothing_of_a_decision(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        await here.says("anna", "ja")
        end(here.engine, "Griet Mulder")
        await here.says("anna", "/intrekken 1")
        assert not [before for before, _ in here.paper.edits if before.to == "griet"]


async def test_a_message_that_is_on_its_way_is_edited_once_it_has_arrived(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        here.paper.refuses = lambda parcel: DeliveryFailed("even niet") if parcel.chat.chat == "griet" else None
        await ask(here)
        await here.says("anna", "ja")
        await here.says("anna", "/intrekken 1")
        here.paper.refuses = lambda parcel: None
        await here.later(timedelta(minutes=5))
        await here.later(timedelta(minutes=5))
        ((before, after),) = [edit for edit in here.paper.edits if edit[0].to == "griet"]
        assert before.choices
        assert (after.text, after.choices) == (f"{before.text}\n\n✓ Aanvraag 1 is ingetrokken.", ())


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (DeliveryFailed("weg", gone=True), State.WITHDRAWN),
        (DeliveryFailed("misschien", uncertain=True), State.SENT),
        (DeliveryFailed("even niet", retry_after=1), State.SENT),
    ],
)
async def test_an_edit_that_fails_ends_quietly_or_is_done_again(
    tmp_path: Path, failure: DeliveryFailed, state: State
) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        failing = [failure] * 5
        here.paper.refuses = lambda parcel: failing.pop() if parcel.replaces and failing else None
        before = len(here.paper.letters)
        await here.says("anna", "ja")
        for _ in range(20):
            await here.later(timedelta(minutes=2))
        assert changes(here)[0][1] is state
        assert len([letter for letter in here.paper.letters[before:] if letter.to == "anna"]) == 1
        with transaction(here.engine) as session:
            assert members.at(session, [Address(PLATFORM, "anna")], here.now)  # nobody became unreachable by it


async def test_only_the_last_of_several_edits_counts(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/help")
        here.paper.refuses = lambda parcel: DeliveryFailed("even niet") if parcel.replaces else None
        for text in ("eerst", "daarna"):
            with transaction(here.engine) as session:
                edits.chosen(session, 1, text, here.now)
            await here.app.caught_up()
        here.paper.refuses = lambda parcel: None
        await here.later(timedelta(minutes=5))
        assert [after.text.rpartition("✓ ")[2] for _, after in here.paper.edits] == ["daarna"]
        assert [(text.rpartition("✓ ")[2], state) for text, state in changes(here)] == [
            ("eerst", State.WITHDRAWN),
            ("daarna", State.SENT),
        ]


async def test_an_unlinked_chat_is_not_edited_any_more(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        await here.says("anna", "ja")
        with transaction(here.engine) as session:
            chat = chats.at(session, Address(PLATFORM, "griet"))
            assert chat
            chats.unlink(session, chat)
        await here.says("anna", "/intrekken 1")
        assert not [before for before, _ in here.paper.edits if before.to == "griet"]


async def test_a_message_of_a_person_is_erased_and_survives_a_restart(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        here.paper.refuses = lambda parcel: DeliveryFailed("even niet") if parcel.erases else None
        with transaction(here.engine) as session:
            edits.erase(session, 1, Address(PLATFORM, "anna"), "77", here.now)
        await here.later(SOON)
        here.paper.refuses = lambda parcel: None
        await here.restart()
        await here.later(timedelta(minutes=5))
        assert here.paper.erased == [("anna", "77")]


async def test_a_change_waits_for_all_else(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/help")
        order: list[str] = []
        here.paper.refuses = lambda parcel: order.append("edit" if parcel.replaces else "new")
        with transaction(here.engine) as session:
            edits.chosen(session, 1, "anders", here.now)
            for person in members.holding(session, 1, EVERYONE, here.now.date()):
                outbox.tell(session, person, "nieuw", here.now, priority=Priority.BROADCAST)
        await here.app.caught_up()
        assert order[-1] == "edit"
        assert order.count("edit") == 1
        assert len(order) > 3


async def test_a_question_shows_what_becomes_of_it_where_its_asker_is_reached(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/koppel")
        await here.says("anna op matrix", here.code())
        for text in ("/vraag Waar is de raadzaal?", "ja", "ja"):
            await here.says("anna op matrix", text)
        asked = here.last("anna op matrix")
        letters = await here.says("griet", "/neem 1")
        assert {letter.to for letter in letters} == {"griet", "hans"}
        await here.says("griet", "/teruggeven 1")
        # She goes on in the terminal, where nothing can be changed: there she gets a message as well.
        await here.says("anna", "/help")
        letters = await here.says("hans", "/neem 1")
        assert {letter.to for letter in letters} == {"hans", "griet", "anna"}
        shown = [
            after.plain.removeprefix(asked.plain).strip() for before, after in here.matrix.edits if before == asked
        ]
        when = "(maandag 23 november, 10.00 uur)."
        assert shown == [
            f"Stand: opgepakt door Griet Mulder van de griffie {when}",
            f"Stand: ligt weer open bij de griffie {when}",
            f"Stand: opgepakt door Hans Smit van de griffie {when}",
        ]


async def test_nobody_else_sees_what_becomes_of_a_question_in_a_chat_that_was_theirs(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/koppel")
        await here.says("anna op matrix", here.code())
        for text in ("/vraag Waar is de raadzaal?", "ja", "ja"):
            await here.says("anna op matrix", text)
        with transaction(here.engine) as session:
            bram, theirs = (
                session.scalars(select(Chat).where(col(Chat.address) == who, col(Chat.platform) == platform)).one()
                for who, platform in (("bram", PLATFORM), ("anna", MATRIX))
            )
            theirs.person_id = bram.person_id
            session.add(theirs)
        letters = await here.says("griet", "/neem 1")
        assert {letter.to for letter in letters} == {"griet", "hans", "anna"}
        assert not [after for _, after in here.matrix.edits if "Stand:" in after.plain]
