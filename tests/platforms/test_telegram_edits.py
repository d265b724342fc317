"""Telegram messages that are edited or deleted afterwards."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.delivery import Priority
from domain.messages import Address
from storage import edits
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


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        ("Bad Request: message is not modified: specified new message content is the same", State.SENT),
        ("Bad Request: message to edit not found", State.WITHDRAWN),
        ("Bad Request: message can't be edited", State.WITHDRAWN),
        ("Bad Request: MESSAGE_ID_INVALID", State.WITHDRAWN),
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


async def test_a_persons_message_is_deleted_once_and_a_missing_one_ends_quietly(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        said = anna.writes("mijn nummer is 123456782")
        await server.wait_for(anna, 2)
        with transaction(live.app.database.engine) as session:
            for message_id in (str(said.message_id), "999999"):
                edits.erase(session, 1, Address("telegram", str(anna.id)), message_id, now())
        live.app.delivery.wake()
        await server.wait_until(lambda: len(server.calls_of("deleteMessage")) == 2)
        await live.app.settled()
        assert said.deleted
        assert changes(live) == [State.SENT, State.WITHDRAWN]
