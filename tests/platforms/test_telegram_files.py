"""Files over the Bot API, in both directions."""

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import transaction
from storage.tables import InboxMessage, StoredFile
from tests.botapi.faults import Reset, ServerError, When
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.platforms.telegram import Live, running

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

PDF = b"%PDF-1.7\n" + bytes(50_000)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)


async def approved(live: Live) -> tuple[Person, Person]:
    anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
    for text in ("/training", "Debatteren", "Raadsacademie", "8-12-2026", "300", "Om te leren", "ja"):
        await live.says(anna, text)
    for text in ("/goedkeuren 1", "nee", "ja"):
        await live.says(griet, text)
    await live.app.settled()
    return anna, griet


@pytest.mark.parametrize("fault", [None, ServerError(502), Reset()])
async def test_a_receipt_comes_in_and_goes_out_again(tmp_path: Path, fault: "ServerError | Reset | None") -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await approved(live)
        if fault:
            server.inject(fault, When(methods=("getFile",), times=1))
        before = server.messages(anna)[-1].message_id
        anna.sends_document(PDF, "bon *1*.pdf", caption="bij aanvraag 1")
        asked = (await server.wait_for(anna, after=before, timeout=60))[-1]
        assert "bon 1.pdf" in asked.plain
        await live.presses(anna, "1: Debatteren")
        await server.wait_for(griet, lambda found: found[-1].labels == ["Bestand bekijken"])
        got = await live.presses(griet, "Bestand bekijken")
        assert got.kind == "document"
        sent = server.world.files[got.content["document"]["file_id"]]
        assert (sent.content, sent.mime_type, sent.name) == (PDF, "application/pdf", "bon 1.pdf")
        again = await live.says(griet, "/bestand 1")
        assert again.content["document"]["file_id"] == got.content["document"]["file_id"]  # uploaded once
        with transaction(live.app.database.engine) as session:
            assert len(session.scalars(select(StoredFile)).all()) == 1
            assert all(row.attachment is None and not row.text for row in session.scalars(select(InboxMessage)))


async def test_a_photo_goes_with_a_notice_whose_text_is_too_long_for_a_caption(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, griet = await live.joins("Anna Bakker"), await live.joins("Griet Mulder")
        for text in ("/bericht", "Gemeenteraad", "Lees <b>dit</b> 😀. " * 80):
            await live.says(griet, text)
        before = server.messages(griet)[-1].message_id
        griet.sends_photo(PNG)
        await server.wait_for(griet, after=before)
        await live.presses(griet, "Ja, versturen")
        words, file = (await server.wait_for(anna, 3))[-2:]
        assert words.plain.count("Lees <b>dit</b> 😀.") == 80
        assert (file.kind, file.plain) == ("document", "")
        assert server.world.files[file.content["document"]["file_id"]].content == PNG
        assert not server.errors


async def test_a_file_that_telegram_does_not_give_ends_with_a_sentence(tmp_path: Path) -> None:
    async with BotApiServer() as server, running(server, tmp_path) as live:
        anna, _ = await approved(live)
        for content in (PDF + bytes(10_000_000), PDF + bytes(20_000_000)):
            before = server.messages(anna)[-1].message_id
            anna.sends_document(content, "groot.pdf")
            assert "te groot" in (await server.wait_for(anna, after=before))[-1].plain
        assert not server.calls_of("getFile")  # its size was said beforehand
        before = server.messages(anna)[-1].message_id
        anna.sends(
            "document", {"file_id": "onbekend", "file_unique_id": "x", "file_name": "leugen.pdf", "file_size": 1}
        )
        assert "lukte niet" in (await server.wait_for(anna, after=before))[-1].plain
        anna.sends_voice()
        assert "alleen tekst" in (await server.wait_for(anna, 2, after=before))[-1].plain
