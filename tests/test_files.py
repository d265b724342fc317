"""Files that people send and get."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlmodel import col

from bot.fetching import fetch
from domain import files
from domain.delivery import DeliveryFailed
from domain.messages import Address, Attachment, Incoming, Kind
from storage import inbox
from storage.database import transaction
from storage.tables import InboxMessage, StoredFile
from tests.town import MONDAY, PLATFORM, Paper, Town, town

PDF = b"%PDF-1.7\n" + bytes(2000)
JPEG = b"\xff\xd8\xff\xe0" + bytes(500)


async def approved(here: Town) -> None:
    for text in ("/training", "Debatteren", "Raadsacademie", "8 december", "300", "Om beter te spreken", "ja"):
        await here.says("anna", text)
    for text in ("/goedkeuren 1", "nee", "ja"):
        await here.says("griet", text)


def kept(here: Town) -> int:
    with transaction(here.engine) as session:
        return session.scalar(select(func.count()).select_from(StoredFile)) or 0


@pytest.mark.asyncio
async def test_a_receipt_is_stored_once_told_to_the_griffie_and_opened_there(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await approved(here)
        (asked,) = await here.sends("anna", "bon.exe", PDF)
        assert "bon.pdf (2 kB)" in asked.plain
        assert "Bij welke aanvraag" in asked.plain
        letters = await here.presses("anna", "1: Debatteren")
        told = next(letter for letter in letters if letter.to == "griet")
        assert "Anna Bakker stuurde een bestand bij aanvraag 1" in told.plain
        await here.presses("griet", "Bestand bekijken")
        to, attachment, content = here.paper.got[-1]
        assert (to, attachment.name, attachment.media_type, content) == ("griet", "bon.pdf", "application/pdf", PDF)
        assert kept(here) == 1
        assert "1: bon.pdf" in (await here.says("anna", "/bestand"))[0].plain
        await here.says("anna", "/bestand 1")
        assert here.paper.got[-1][0] == "anna"
        for who in ("bram", "olaf"):
            assert "ken ik niet" in (await here.says(who, "/bestand 1"))[0].plain
        assert len(here.paper.got) == 2
        with transaction(here.engine) as session:
            assert not session.scalars(select(InboxMessage).where(col(InboxMessage.text) != "")).all()
            assert [row.attachment for row in session.scalars(select(InboxMessage)) if row.attachment] == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("content", "size", "sentence"),
    [
        (b"MZ\x90 een programma", None, "Dit soort bestand kan ik niet aannemen"),
        (b"", None, "Dit soort bestand kan ik niet aannemen"),
        (PDF, 10_000_001, "te groot"),
        (PDF + bytes(10_000_000), 1, "te groot"),
        (DeliveryFailed("weg", permanent=True), None, "Het lukte niet om uw bestand op te halen"),
        (ZeroDivisionError(), None, "Het lukte niet om uw bestand op te halen"),
    ],
)
async def test_what_cannot_be_taken_gets_a_sentence_and_costs_nothing(
    tmp_path: Path, content: bytes | Exception, size: int | None, sentence: str
) -> None:
    async with town(tmp_path) as here:
        await approved(here)
        (reply,) = await here.sends("anna", "bon.pdf", content, size=size)
        assert sentence in reply.plain
        assert kept(here) == 0
        assert "Dit kan ik voor u doen" in (await here.says("anna", "/help"))[0].plain


@pytest.mark.asyncio
async def test_a_file_where_none_is_expected_is_not_even_fetched(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        fails = AssertionError("this was fetched")
        assert "geen goedgekeurde aanvraag" in (await here.sends("anna", "bon.pdf", fails))[0].plain
        assert "/bericht" in (await here.sends("griet", "bon.pdf", fails))[0].plain
        assert "uitnodigingscode" in (await here.sends("vreemde", "bon.pdf", fails))[0].plain
        assert "eigen bericht" in (await here.sends("-5", "bon.pdf", fails))[0].plain
        await here.says("anna", "/training")
        reply = (await here.sends("anna", "bon.pdf", fails))[0].plain
        assert "Eén ding tegelijk" in reply
        assert "Welke training" in reply
        assert kept(here) == 0


@pytest.mark.asyncio
async def test_a_notice_takes_its_file_to_everybody(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/bericht", "Gemeenteraad", "De stukken staan klaar."):
            asked = await here.says("griet", text)
        assert "Wilt u een bestand meesturen?" in asked[0].plain
        await here.sends("griet", "oud.png", b"\x89PNG\r\n\x1a\n" + bytes(10))
        assert "gaat niet mee" in (await here.presses("griet", "Zonder bestand"))[0].plain
        (shown,) = await here.sends("griet", "../../stukken\u202efdp.exe", JPEG)
        assert "Het bestand stukken fdp.jpg (1 kB) gaat mee" in shown.plain
        await here.presses("griet", "Ja, versturen")
        got = {to: (attachment.name, content) for to, attachment, content in here.paper.got}
        assert set(got) >= {"anna", "bram"}
        assert set(got.values()) == {("stukken fdp.jpg", JPEG)}
        assert "📎 stukken fdp.jpg" in here.last("anna").text
        await here.later(timedelta(days=8))
        assert kept(here) == 1  # what belonged to nothing is gone


@pytest.mark.asyncio
async def test_what_was_said_while_a_file_is_fetched_waits_for_it_and_a_restart_fetches_it_again(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as here:
        await approved(here)
        said = Incoming("", Address(PLATFORM, "anna"), here.now, "k", Kind.FILE, attachment=Attachment("a", "", 1, "s"))
        here.paper.files["s"] = PDF
        await here.stop()
        with transaction(here.engine) as session:
            inbox.receive(session, [said], here.now)
        await here.start()
        await here.app.caught_up()
        assert "Bij welke aanvraag" in here.last("anna").plain


@pytest.mark.asyncio
async def test_an_erased_file_is_gone_from_what_was_owed_too(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        here.paper.refuses = lambda parcel: DeliveryFailed("even niet") if parcel.chat.chat == "anna" else None
        for text in ("/bericht", "Gemeenteraad", "De stukken staan klaar."):
            await here.says("griet", text)
        await here.sends("griet", "stukken.pdf", PDF)
        await here.says("griet", "ja")
        with transaction(here.engine) as session:
            session.execute(delete(StoredFile))
        here.paper.refuses = lambda parcel: None
        await here.later(timedelta(minutes=5))
        assert "is gewist" in here.last("anna").text
        assert kept(here) == 0


@pytest.mark.asyncio
async def test_fetching_is_tried_again_and_ends() -> None:
    class Flaky(Paper):
        def __init__(self, failures: int) -> None:
            super().__init__(PLATFORM, [])
            self.left = failures

        async def fetch(self, attachment: Attachment, most: int) -> bytes:
            self.left -= 1
            if self.left >= 0:
                raise DeliveryFailed("even niet")
            return PDF

    said = Incoming("", Address(PLATFORM, "a"), MONDAY, "k", Kind.FILE, attachment=Attachment("a", "", 1, "s"))
    assert (await fetch({PLATFORM: Flaky(2)}, said, (0, 0))).content == PDF
    assert "lukte niet" in (await fetch({PLATFORM: Flaky(9)}, said, (0, 0))).why
    assert "geen bestanden" in (await fetch({}, said)).why


@pytest.mark.asyncio
async def test_a_wait_that_is_asked_for_a_file_is_kept_unless_it_is_long() -> None:
    class Busy(Paper):
        def __init__(self, seconds: float) -> None:
            super().__init__(PLATFORM, [])
            self.seconds = seconds
            self.asked: list[float] = []

        async def fetch(self, attachment: Attachment, most: int) -> bytes:
            self.asked.append(asyncio.get_running_loop().time())
            if len(self.asked) == 1:
                raise DeliveryFailed("even wachten", retry_after=self.seconds)
            return PDF

    said = Incoming("", Address(PLATFORM, "a"), MONDAY, "k", Kind.FILE, attachment=Attachment("a", "", 1, "s"))
    busy, closed = Busy(0.2), Busy(3600)
    assert (await fetch({PLATFORM: busy}, said, (0,))).content == PDF
    assert busy.asked[1] - busy.asked[0] >= 0.19  # a timer may be a little early
    assert "lukte niet" in (await fetch({PLATFORM: closed}, said, (0,))).why
    assert len(closed.asked) == 1


@given(st.text(max_size=200), st.sampled_from(["application/pdf", "image/jpeg"]))
def test_a_name_is_never_a_path_or_a_trick(name: str, media: str) -> None:
    safe = files.safe_name(name, media)
    assert safe.endswith((".pdf", ".jpg"))
    assert safe.isprintable()
    assert not set(safe) & set('/\\:*?"<>|')
    assert 5 <= len(safe) <= 64
    assert not safe.startswith(".")


@given(st.binary(max_size=2000))
def test_only_what_we_know_has_a_type(content: bytes) -> None:
    found = files.media_type(content)
    assert found is None or found in {"application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic"}
