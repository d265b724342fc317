"""A whole conversation over the Bot API, and what Telegram does that people do not."""

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import transaction
from storage.tables import Chat, OutboxMessage, State, TrainingRequest
from tests.botapi.faults import Flood, Refuse, Reset, ServerError, When
from tests.botapi.server import BotApiServer
from tests.platforms.telegram import Live, running

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def ask_for_training(live: Live, person: "object") -> None:
    for text in ("/training", "Debatteren", "Raadsacademie", "8-12-2026", "300", "Om beter te spreken"):
        await live.says(person, text)  # type: ignore[arg-type]


async def test_a_training_request_from_invitation_to_decision(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        assert "Welkom, Anna Bakker" in server.messages(anna)[-1].plain
        assert "Welke training" in (await live.says(anna, "/training")).plain
        for text in ("Debatteren <b>&", "Raadsacademie", "8-12-2026", "1.250,50"):
            await live.says(anna, text)
        summary = await live.says(anna, "Om *beter* te <i>spreken</i>")
        assert "Training: Debatteren <b>&" in summary.plain
        assert "Om *beter* te <i>spreken</i>" in summary.plain
        assert summary.labels == ["Ja, versturen", "Wijzigen", "Stoppen"]
        assert "opgeslagen" in (await live.presses(anna, "Ja, versturen")).plain
        told = (await server.wait_for(griet, 2))[-1]
        assert "€ 1.250,50" in told.plain
        assert told.labels == ["Goedkeuren", "Afwijzen"]
        await live.presses(griet, "Afwijzen")
        await live.says(griet, "Te duur")
        assert "afgewezen" in (await live.says(griet, "ja")).plain
        heard = await server.wait_for(anna, lambda messages: "Te duur" in messages[-1].plain)
        assert "afgewezen" in heard[-1].plain
        assert not server.errors
        assert all(len(pressed.answers) == 1 for pressed in server.pressed)


async def test_a_question_typed_freely_is_answered_with_its_source(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        answer = await live.says(anna, "hoe vraag ik ambtelijke bijstand aan?")
        if answer.labels and "Gemeentewet" not in answer.plain:  # it asks which article is meant
            answer = await live.presses(anna, answer.labels[0])
        assert "Gemeentewet" in answer.plain
        assert "Gecontroleerd op" in answer.plain
        assert any(entity["type"] == "text_link" for entity in answer.entities)


async def test_the_same_update_twice_is_answered_once(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        said = anna.writes("/agenda")
        await server.wait_for(anna, 2)
        server.deliver_again(said)
        await live.says(anna, "/help")
        assert [message.plain.split("\n")[0] for message in server.messages(anna)][1:] == [
            "Dit komt er aan:",
            "Dit kan ik voor u doen",
        ]


async def test_a_press_twice_counts_once_and_an_old_button_is_answered(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        await ask_for_training(live, anna)
        message_id = server.messages(anna)[-1].message_id
        await live.presses(anna, "Ja, versturen")
        before = server.messages(anna)[-1].message_id
        anna.presses("Ja, versturen", message_id=message_id)
        stale = (await server.wait_for(anna, after=before))[-1]
        assert "al voorbij" in stale.plain
        for data in ("9999999.0", "x", "1.99", "1.-1", "٣.٠"):
            before = server.messages(anna)[-1].message_id
            anna.presses(data=data)
            assert "al voorbij" in (await server.wait_for(anna, after=before))[-1].plain
        with transaction(live.app.database.engine) as session:
            assert len(session.scalars(select(TrainingRequest)).all()) == 1
        await server.wait_until(lambda: all(pressed.answers for pressed in server.pressed))


async def test_somebody_elses_button_does_nothing(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        await ask_for_training(live, anna)
        await live.presses(anna, "Ja, versturen")
        forged = (await server.wait_for(griet, 2))[-1].buttons[0][0].data
        before = server.messages(anna)[-1].message_id
        anna.presses(data=forged)
        assert "al voorbij" in (await server.wait_for(anna, after=before))[-1].plain


async def test_blocking_and_coming_back(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        anna.blocks()
        griet = await live.joins("Griet Mulder")
        await live.says(griet, "/bericht")
        await live.says(griet, "Gemeenteraad")
        preview = await live.says(griet, "De raadzaal is dicht.")
        assert "Anna Bakker" in preview.plain.partition("Niet bereikbaar")[2]
        anna.unblocks()
        await live.says(griet, "stop")
        with transaction(live.app.database.engine) as session:
            chats = session.scalars(select(Chat).where(Chat.platform == "telegram")).all()  # type: ignore[arg-type]
            assert all(chat.unreachable_at is None for chat in chats)


async def test_a_voice_message_gets_a_sentence(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        await live.says(anna, "/training")
        before = server.messages(anna)[-1].message_id
        anna.sends_voice()
        reply = (await server.wait_for(anna, after=before))[-1]
        assert "alleen tekst" in reply.plain
        assert "Welke training" in reply.plain


async def test_in_a_group_nothing_private_is_answered(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        group = server.group("Fractie", [anna])
        anna.writes("/aanvragen", chat=group)
        answers = await server.wait_for(group)
        assert "eigen bericht" in answers[-1].plain
        told = (await server.wait_for(anna, 2))[-1]
        assert "U vroeg mij iets in een groep" in told.plain
        assert "pleidingsbudget" in (await live.presses(anna, "Ja, hier graag")).plain
        stranger = server.person("Iemand")
        stranger.starts()
        await server.wait_for(stranger)
        group.chat.members.add(stranger.id)
        stranger.writes("/aanvragen", chat=group)
        answers = await server.wait_for(group, 2)
        assert answers[0].plain == answers[1].plain  # nobody sees who is a member
        anna.writes("zomaar een praatje", chat=group)
        await live.says(anna, "/help")
        assert len(server.messages(group)) == 2
        assert len(server.messages(stranger)) == 1


async def test_a_long_message_comes_in_pieces_with_the_buttons_below_the_last(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        griet = await live.joins("Griet Mulder")
        await live.says(griet, "/bericht")
        await live.says(griet, "Gemeenteraad")
        before = server.messages(griet)[-1].message_id
        griet.writes("goed 😀😀😀😀😀😀😀😀😀\n" * 190)
        pieces = await server.wait_for(griet, lambda seen: bool(seen and seen[-1].labels), after=before)
        assert len(pieces) > 1
        assert not any(piece.labels for piece in pieces[:-1])
        assert "Ja, versturen" in pieces[-1].labels
        assert sum(piece.plain.count("goed") for piece in pieces) == 190
        assert not server.errors


@pytest.mark.parametrize(
    "fault", [Reset(), ServerError(), ServerError(500, applied=True), Reset(applied=True), Flood(1)]
)
async def test_an_answer_arrives_through_every_fault(tmp_path: Path, fault: "object") -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        injected = server.inject(fault, When(methods=("sendMessage",), times=1))  # type: ignore[arg-type]
        before = server.messages(anna)[-1].message_id
        anna.writes("/agenda")
        await server.wait_until(lambda: injected.hits == 1)
        applied = bool(getattr(fault, "applied", False))
        await server.wait_for(anna, 2 if applied else 1, timeout=15, after=before)
        with transaction(live.app.database.engine) as session:
            doubtful = [row.doubtful for row in session.scalars(select(OutboxMessage)) if row.doubtful]
        assert bool(doubtful) == (not isinstance(fault, Flood))


async def test_markup_that_telegram_refuses_goes_as_plain_text(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        server.inject(
            Refuse(400, "Bad Request: can't parse entities: Unsupported start tag"),
            When(methods=("sendMessage",), times=1),
        )
        assert "Dit komt er aan:" in (await live.says(anna, "/agenda")).plain


async def test_a_chat_that_is_gone_is_not_tried_again(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        anna.deactivates()
        await live.says(griet, "/bericht")
        await live.says(griet, "Gemeenteraad")
        await live.says(griet, "De raadzaal is dicht.")
        await live.says(griet, "ja")
        await live.app.settled()
        assert "Niet bereikt: Anna Bakker" in (await live.says(griet, "/bereik 1")).plain
        with transaction(live.app.database.engine) as session:
            rows = session.scalars(select(OutboxMessage)).all()
            assert State.FAILED in {row.state for row in rows}


async def test_what_was_said_during_an_outage_of_telegram_is_answered(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        await server.goes_down()
        anna.writes("/agenda")
        await server.comes_up()
        await server.wait_for(anna, 2, timeout=60)


async def test_a_stranger_gets_public_information_and_wrong_codes_run_out(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        stranger = server.person("Iemand")
        stranger.starts()
        assert "uitnodigingscode" in (await server.wait_for(stranger))[-1].plain
        for _ in range(5):
            assert "werkt niet" in (await live.says(stranger, "/start abcd-efgh-jkmn-pqrs")).plain
        assert "over een uur" in (await live.says(stranger, f"/start {live.code('Anna Bakker')}")).plain


async def test_of_a_deleted_account_the_griffie_is_not_told_that_it_blocked(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        anna.deactivates()
        for text in ("/bericht", "Gemeenteraad", "De raadzaal is dicht.", "ja"):
            await live.says(griet, text)
        await live.app.settled()
        with transaction(live.app.database.engine) as session:
            why = [row.unreachable_why for row in session.scalars(select(Chat)) if row.unreachable_at]
        assert why == ["deze chat bestaat niet meer"]


async def test_a_pressed_button_is_answered_also_when_that_fails_once(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna = await live.joins("Anna Bakker")
        fault = server.inject(ServerError(502), When(methods=("answerCallbackQuery",), times=1))
        await live.presses(anna, "Agenda")
        await server.wait_until(lambda: fault.hits == 1)
        await server.wait_until(lambda: all(pressed.answers for pressed in server.pressed), timeout=10)
