"""What comes in: once, in order, and whatever goes wrong inside."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from domain.messages import Address, Incoming, Kind, readable
from handlers import routes
from handlers.routes import Route
from storage.database import transaction
from storage.tables import InboxMessage, OutboxMessage, TrainingRequest
from tests.town import PLATFORM, Town, town

pytestmark = pytest.mark.asyncio


def said(here: Town, who: str, text: str, key: str) -> Incoming:
    return Incoming(text=text, chat=Address(PLATFORM, who), at=here.now, key=key)


async def test_messages_of_one_chat_are_handled_in_order_and_of_others_beside_them(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        words = ["/training", "Debatteren", "Raadsacademie", "8 december", "300", "Om te leren", "ja"]
        batch = [
            said(here, who, word, f"{who}{number}")
            for number, word in enumerate(words)
            for who in ("anna", "bram", "dewi")
        ]
        await here.app.intake.receive(batch)
        await here.app.settled()
        with transaction(here.engine) as session:
            assert len(session.scalars(select(TrainingRequest)).all()) == 3


async def test_what_is_delivered_twice_is_handled_once(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        once = said(here, "anna", "/help", "k1")
        await here.app.intake.receive([once, once])
        await here.app.intake.receive([once])
        await here.app.settled()
        assert len(here.paper.letters) == 1


async def test_a_question_holds_its_place_in_the_chat_while_it_is_searched_for(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        texts = ["heb ik recht op ambtelijke bijstand?", "/help", "wat is een motie?", "/agenda"]
        await here.app.intake.receive([said(here, "anna", text, text) for text in texts])
        await here.app.settled()
        first_lines = [letter.plain.split("\n")[0] for letter in here.paper.letters]
        assert first_lines == ["Hulp van ambtenaren", "Dit kan ik voor u doen", "Motie", "Dit komt er aan:"]


async def test_text_is_forgotten_once_it_has_been_handled(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "iets heel geheims over mijn wachtgeld")
        with transaction(here.engine) as session:
            assert {row.text for row in session.scalars(select(InboxMessage))} == {""}


async def test_a_fault_of_ours_is_undone_and_told_with_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(said: Incoming, ctx: Any) -> Any:
        ctx.session.add(TrainingRequest(municipality_id=1, member_id=1, cause="x", title="geheim", provider="",
                                        cost_cents=0, why="", submitted_at=ctx.now))  # fmt: skip
        ctx.session.flush()
        raise ZeroDivisionError("geheim")

    monkeypatch.setitem(routes._BY_WORD, "stuk", Route(("stuk",), breaks))
    async with town(tmp_path) as here:
        with structlog.testing.capture_logs() as logs:
            (answer,) = await here.says("anna", "/stuk")
        assert "door een fout in Raadsmaat" in answer.plain
        (entry,) = [entry for entry in logs if entry["event"] == "a handler failed"]
        assert entry["reference"] in answer.plain
        assert "geheim" not in str(logs)
        with transaction(here.engine) as session:
            assert session.scalars(select(TrainingRequest)).all() == []
        assert "Dit kan ik" in (await here.says("anna", "/help"))[0].plain


async def test_a_fault_for_one_person_does_not_touch_the_others_in_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(said: Incoming, ctx: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(routes._BY_WORD, "stuk", Route(("stuk",), breaks))
    async with town(tmp_path) as here:
        with structlog.testing.capture_logs():
            await here.app.intake.receive(
                [said(here, who, text, who) for who, text in (("anna", "/help"), ("bram", "/stuk"), ("dewi", "/help"))]
            )
            await here.app.settled()
        answers = {letter.to: letter.plain for letter in here.paper.letters}
        assert "door een fout" in answers.pop("bram")
        assert all("Dit kan ik" in text for text in answers.values())
        assert len(answers) == 2


async def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            session.connection().exec_driver_sql("PRAGMA busy_timeout = 10")
        other = sqlite3.connect(tmp_path / "raadsmaat.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with structlog.testing.capture_logs(), pytest.raises(OperationalError, match="locked"):
            await here.app.intake.receive([said(here, "anna", "/help", "k1")])
        other.execute("ROLLBACK")
        other.close()
        await here.app.intake.receive([said(here, "anna", "/help", "k1")])
        await here.app.settled()
        assert [letter.to for letter in here.paper.letters] == ["anna"]


@pytest.mark.parametrize("text", ["a\x00b", "half \ud83d teken", "x" * 1_000_000, "\u202eachterstevoren"])
async def test_whatever_comes_in_can_be_stored_and_is_answered(tmp_path: Path, text: str) -> None:
    async with town(tmp_path) as here:
        assert len(await here.says("anna", readable(text))) == 1


async def test_a_chat_that_blocks_and_comes_back(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        assert await here.says("anna", "", kind=Kind.BLOCKED) == []
        await here.says("griet", "/bericht")
        await here.says("griet", "Gemeenteraad")
        shown = (await here.says("griet", "De raadzaal is dicht."))[0].plain
        assert "Anna Bakker" in shown
        await here.says("griet", "stop")
        assert await here.says("anna", "", kind=Kind.UNBLOCKED) == []
        assert "Dit kan ik" in (await here.says("anna", "/help"))[0].plain


async def test_texts_that_were_sent_are_erased_after_a_month_and_their_buttons_still_understood(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        (agenda,) = await here.says("griet", "/agenda")
        await here.later(timedelta(days=29))
        with transaction(here.engine) as session:
            assert "Commissie Ruimte" in session.get_one(OutboxMessage, agenda.id).text
        await here.later(timedelta(days=2))
        with transaction(here.engine) as session:
            assert session.get_one(OutboxMessage, agenda.id).text == ""
        (answer,) = await here.presses("griet", agenda.choices[0].label, of=agenda)
        assert "al begonnen of voorbij" in answer.plain
