"""Files through a real Synapse, in both directions, plain and encrypted."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from storage.database import transaction
from storage.tables import InboxMessage, StoredFile
from tests.platforms.matrix import Live, Message, Person, good, running
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

PDF = b"%PDF-1.7\n" + bytes(50_000)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)
TOO_BIG = PDF + bytes(10_000_000)


async def approved(live: Live, *, encrypted: bool = False) -> tuple[Person, Person]:
    """Anna with a request that Griet approved."""
    anna = await live.joins("Anna Bakker", encrypted=encrypted)
    griet = await live.joins("Griet Mulder", encrypted=encrypted)
    before = len(griet.answers)
    for text in ("/training", "Debatteren", "Raadsacademie", "8-12-2026", "300", "Om te leren", "ja"):
        await anna.says(text)
    await griet.hears(before)
    for text in ("/goedkeuren 1", "nee"):
        await griet.says(text)
    before = len(anna.answers)
    await griet.says("ja")
    await anna.hears(before)
    return anna, griet


async def sent(person: Person, *, after: int) -> tuple[Message, Message]:
    """The file and the words that belong to it, which come next."""
    await person.hears(after + 1)
    file, words = person.answers[after : after + 2]
    return file, words


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_a_receipt_comes_in_and_goes_out_again(synapse: Synapse, tmp_path: Path, encrypted: bool) -> None:
    async with running(synapse, tmp_path) as live:
        anna, griet = await approved(live, encrypted=encrypted)
        before = len(anna.answers)
        await anna.sends_file(PDF, "bon *1*.pdf", "application/pdf")
        asked = await anna.hears(before)
        assert "bon 1.pdf (50 kB)" in asked.body
        before = len(griet.answers)
        assert "hoort nu bij aanvraag 1" in (await anna.says("1")).body
        assert "stuurde een bestand" in (await griet.hears(before)).body
        for _ in range(2):
            before = len(griet.answers)
            await griet.writes("/bestand 1")
            file, words = await sent(griet, after=before)
            assert (file.content["msgtype"], file.body, file.encrypted) == ("m.file", "bon 1.pdf", encrypted)
            assert file.content["info"] == {"mimetype": "application/pdf", "size": len(PDF)}
            assert ("file" in file.content, "url" in file.content) == (encrypted, not encrypted)
            assert await griet.opens_file(file) == PDF
            assert words.body == "Bestand 1: bon 1.pdf"
        with transaction(live.app.database.engine) as session:
            assert session.scalars(select(col(StoredFile.content))).all() == [PDF]
            assert all(row.attachment is None and not row.text for row in session.scalars(select(InboxMessage)))


async def test_what_the_server_keeps_of_a_file_in_an_encrypted_room_cannot_be_read_there(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with running(synapse, tmp_path) as live:
        _, griet = await notice_with_photo(live, encrypted=True)
        file = photo(griet)
        stored = good(await griet.client.download(file.content["file"]["url"]))
        assert stored.body != PNG
        assert stored.content_type == "application/octet-stream"
        assert await griet.opens_file(file) == PNG


async def test_a_photo_goes_with_a_notice_before_its_words(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna, griet = await notice_with_photo(live, encrypted=False)
        file, words = anna.answers[-2:]
        assert (file.content["msgtype"], file.body) == ("m.image", "schema.png")
        assert await anna.opens_file(file) == PNG
        assert words.content["m.mentions"] == {"user_ids": [anna.client.user_id]}
        # Uploaded once for both of them.
        assert file.content["url"] == photo(griet).content["url"]


async def notice_with_photo(live: Live, *, encrypted: bool) -> tuple[Person, Person]:
    """A notice with a photo that went to Anna, and that Griet opened as well."""
    anna = await live.joins("Anna Bakker", encrypted=encrypted)
    griet = await live.joins("Griet Mulder", encrypted=encrypted)
    for text in ("/bericht", "Gemeenteraad", "Lees <b>dit</b>"):
        await griet.says(text)
    # As newer apps send it: with words of its own, and the name apart.
    await griet.sends_file(PNG, "een toelichting", "image/png", filename="schema.png")
    await griet.until(lambda: "schema.png" in griet.answers[-1].body)
    await griet.writes("ja")
    await anna.until(lambda: "Lees <b>dit</b>" in anna.answers[-1].body)
    await griet.writes("/bestand 1")
    await griet.until(lambda: griet.answers[-1].body.startswith("Bestand 1"))
    return anna, griet


def photo(person: Person) -> Message:
    """The photo that somebody received."""
    return next(one for one in person.answers if one.content["msgtype"] == "m.image")


async def test_a_file_that_cannot_be_had_ends_with_a_sentence(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path) as live:
        anna, _ = await approved(live, encrypted=True)
        before = len(anna.answers)
        await anna.sends_file(TOO_BIG, "groot.pdf", "application/pdf")
        assert "te groot" in (await anna.hears(before)).body
        lies: list[tuple[str, dict[str, Any], bytes]] = [
            ("te groot", {"info": {"size": 1}}, TOO_BIG),  # no more of it is read than we take
            ("kan ik niet aannemen", {"info": {"size": "veel", "mimetype": "image/png"}}, b"MZ" + bytes(1000)),
            ("kan ik niet aannemen", {"filename": 7}, b""),
        ]
        for expected, lie, content in lies:
            before = len(anna.answers)
            await anna.sends_file(content, "bon.pdf", "application/pdf", **lie)
            assert expected in (await anna.hears(before)).body
        good_one = {"key": {"k": "A" * 43}, "iv": "A" * 22, "hashes": {"sha256": "A" * 43}}
        for place in (
            {"url": "mxc://localhost/bestaatniet"},
            {"url": "mxc://localhost/../../admin"},
            {"url": "https://elders.example/bon.pdf"},
            {"file": good_one | {"url": "mxc://localhost/bestaatniet"}},
            {"file": good_one | {"url": await uploaded(anna)}},
            {"file": good_one | {"url": await uploaded(anna), "key": {"k": "é"}}},
        ):
            before = len(anna.answers)
            await anna.puts("m.room.message", {"msgtype": "m.file", "body": "bon.pdf", **place})
            assert "lukte niet" in (await anna.hears(before)).body
        before = len(anna.answers)
        await anna.puts("m.room.message", {"msgtype": "m.audio", "body": "stem.ogg", "url": "mxc://localhost/x"})
        assert "alleen tekst" in (await anna.hears(before)).body


async def uploaded(person: Person) -> str:
    answer, _ = await person.client.upload(lambda *_: PDF, "application/pdf", filesize=len(PDF))
    return str(good(answer).content_uri)


async def test_a_file_is_fetched_after_an_outage_of_the_server(tmp_path: Path) -> None:
    with Synapse(tmp_path / "synapse") as server:
        async with running(server, tmp_path) as live:
            anna, griet = await approved(live)
            await live.stop()
            before = len(anna.answers)
            await anna.sends_file(PDF, "bon.pdf", "application/pdf")
            live.start()
            assert "bon.pdf" in (await anna.hears(before)).body
            await anna.says("1")
            await griet.until(lambda: "stuurde een bestand" in griet.answers[-1].body)
            before = len(griet.answers)
            await griet.writes("/bestand 1")
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            file, words = await sent(griet, after=before)
            assert await griet.opens_file(file) == PDF
            assert words.body == "Bestand 1: bon.pdf"
            await griet.says("/help")
            assert len(griet.answers) == before + 3
