"""What is kept about somebody is shown to them, and is gone when they left and the griffie has it erased."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.memberlist import read
from domain.roles import Role
from storage import erasure, memberlist
from storage.database import transaction
from storage.tables import AuditEntry, Chat, LedgerEntry, Member, OutboxMessage, Question, StoredFile, TrainingRequest
from tests.lists import HEADER, csv_of
from tests.mandates import end, give, member
from tests.town import Letter, Town, town

pytestmark = pytest.mark.asyncio
SECRET = "pandabeer"
PDF = b"%PDF-1.7\n" + SECRET.encode() * 4000


async def all_say(here: Town, *lines: str) -> list[Letter]:
    """Each line is “who: what”; the answers to the last."""
    letters: list[Letter] = []
    for line in lines:
        who, _, text = line.partition(": ")
        letters = await here.says(who, text)
    return letters


async def busy(here: Town) -> None:
    """Anna asks for a training with a file to it, and asks two questions, of which one is answered."""
    await all_say(here, "anna: /training", f"anna: Debat {SECRET}", f"anna: {SECRET}", "anna: morgen", "anna: 100")
    await all_say(here, f"anna: Voor {SECRET}")
    await all_say(here, "anna: ja", "griet: /goedkeuren 1", f"griet: Goed, {SECRET}", "griet: ja")
    await here.sends("anna", f"{SECRET}.pdf", PDF)
    await here.presses("anna", f"1: Debat {SECRET}")
    await all_say(here, f"anna: /vraag Waar eet mijn {SECRET}?", "anna: ja", "anna: ja")
    await all_say(here, "griet: /beantwoord 1", f"griet: Uw {SECRET} eet hier.", "griet: ja")
    await all_say(here, f"anna: /vraag Waar slaapt mijn {SECRET}?", "anna: ja", "anna: ja")


async def erase(here: Town, name: str) -> list[Letter]:
    return await all_say(here, f"griet: /wissen {name}", "griet: ja")


def kept_in(file: Path) -> bytes:
    """All bytes of the database, once what was written lately has been put in its place."""
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    return file.read_bytes()


async def test_they_see_all_of_it(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await busy(here)
        shown = "\n".join(letter.plain for letter in await here.says("anna", "/gegevens"))
        for word in (
            "Anna Bakker", "anna@voorbeeldstad.example", "Lokaal Vooruit", "Commissie Ruimte", f"Debat {SECRET}",
            f"Voor {SECRET}", f"{SECRET}.pdf", f"Waar eet mijn {SECRET}?", f"Uw {SECRET} eet hier.",
            f"Waar slaapt mijn {SECRET}?", "€ 1.500,00", "€ -100,00",
        ):  # fmt: skip
            assert word in shown
        assert SECRET not in "\n".join(letter.plain for letter in await here.says("bram", "/gegevens"))


async def test_also_what_they_chose_and_what_they_did_not_send(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        assert "keuze van herinneringen" not in (await here.says("anna", "/gegevens"))[0].plain
        await all_say(here, "anna: /herinner uit 120", "anna: hoe dien ik een motie in?")
        shown = (await here.says("anna", "/gegevens"))[0].plain
        assert "uw keuze van herinneringen: een week ervoor en een dag ervoor" in shown
        assert "waarover uw laatste vraag ging: motie" in shown
        await all_say(here, "anna: /training", f"anna: {SECRET}")
        assert f"“{SECRET}”" in (await here.says("anna", "/gegevens"))[0].plain
        await here.says("anna", "stop")
        assert SECRET not in (await here.says("anna", "/gegevens"))[0].plain


async def test_nothing_is_left_of_who_left(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await busy(here)
        await all_say(here, "bram: /vraag Waar eet mijn wasbeer?", "bram: ja", "bram: ja")
        file = Path(str(here.engine.url.database))
        assert SECRET.encode() in kept_in(file)
        nobody = (await here.says("griet", "/wissen Karel Veenstra"))[0].plain
        await here.says("griet", "stop")
        end(here.engine, "Anna Bakker")
        # What will go reads the same for who asked nothing: an asker without a name stays one.
        before = (await here.says("griet", "/wissen Anna Bakker"))[0].plain
        assert before.replace("Anna Bakker", "") == nobody.replace("Karel Veenstra", "")
        assert "zijn gewist" in (await here.says("griet", "ja"))[0].plain
        await here.later(timedelta(days=31))  # what the griffie was sent about it goes as everything that was sent
        left = kept_in(file)
        assert not [word for word in (SECRET, "Anna Bakker", "anna@voorbeeldstad") if word.encode() in left]
        assert b"wasbeer" in left
        with transaction(here.engine) as session:
            request = session.scalars(select(TrainingRequest)).one()
            assert (request.cost_cents, request.title) == (10_000, erasure.GONE)
            assert sum(session.scalars(select(col(LedgerEntry.cents)))) == 140_000
            assert session.scalars(select(StoredFile)).all() == []
            done = session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "member.erased")).one()
            assert done.subject_id == request.member_id
        assert "Vraag 2" not in (await here.says("griet", "/vragen"))[0].plain


async def test_what_was_still_owed_to_them_is_not_sent(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            anna = member(session, "Anna Bakker")
            session.add(
                OutboxMessage(
                    municipality_id=anna.municipality_id,
                    person_id=anna.person_id,
                    priority=2,
                    text=SECRET,
                    created_at=here.now,
                    due_at=here.now + timedelta(days=1),
                )
            )
        end(here.engine, "Anna Bakker")
        await erase(here, "Anna Bakker")
        await here.later(timedelta(days=2))
        assert not [letter for letter in here.paper.letters if letter.to == "anna"]


async def test_who_holds_a_function_is_not_erased(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("griet", "/wissen Karel Veenstra")
        give(here.engine, "Karel Veenstra", Role.COMMISSIELID)
        assert "heeft weer een functie" in (await here.says("griet", "ja"))[0].plain
        assert "heeft nog een functie" in (await here.says("griet", "/wissen"))[0].plain
        with transaction(here.engine) as session:
            assert member(session, "Karel Veenstra").email


async def test_no_griffie_erases_somebody_of_another_municipality(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        end(here.engine, "Olaf Prins", code="GM9999")
        with transaction(here.engine) as session:
            olaf = member(session, "Olaf Prins", "GM9999").id
        for who in ("Olaf Prins", olaf):
            assert "ken niemand met die naam" in (await here.says("griet", f"/wissen {who}"))[0].plain


async def test_who_is_known_elsewhere_keeps_the_chat(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        elsewhere = give(here.engine, "Anna B.", Role.RAADSLID, code="GM9999")
        with transaction(here.engine) as session:
            anna = member(session, "Anna Bakker")
            there = member(session, "Anna B.", "GM9999")
            there.person_id = anna.person_id
            session.add(there)
        end(here.engine, "Anna Bakker")
        await erase(here, "Anna Bakker")
        assert "Proefdam" in (await here.says("anna", "/instellingen"))[0].plain
        with transaction(here.engine) as session:
            assert session.scalars(select(Chat).where(col(Chat.address) == "anna")).one().person_id
            assert elsewhere == member(session, "Anna B.", "GM9999").id


async def test_of_two_with_that_name_one_is_chosen_and_nobody_is_erased_twice(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        end(here.engine, "Emre Visser")
        end(here.engine, "Fatima Bos")
        with transaction(here.engine) as session:
            fatima = member(session, "Fatima Bos")
            fatima.name = "Emre Visser"
            session.add(fatima)
        letters = await here.says("griet", "/wissen emre")
        assert [choice.label for choice in letters[0].choices] == ["Emre Visser", "Emre Visser"]
        await here.presses("griet", "Emre Visser")
        await here.says("griet", "ja")
        assert [choice.label for choice in (await here.says("griet", "/wissen"))[0].choices] == [
            "Emre Visser",
            "Karel Veenstra",
        ]


async def test_a_question_that_was_open_is_withdrawn(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await all_say(here, "anna: /vraag Waar eet mijn hond?", "anna: ja", "anna: ja", "griet: /neem 1")
        end(here.engine, "Anna Bakker")
        await erase(here, "Anna Bakker")
        assert "ingetrokken" in (await here.says("griet", "/beantwoord 1"))[0].plain
        with transaction(here.engine) as session:
            assert session.scalars(select(Question)).one().text == ""


async def test_who_comes_back_after_that_begins_anew(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await erase(here, "Karel Veenstra")
        listed = read(csv_of(HEADER, ("Karel Veenstra", "", "raadslid", "", "", "01-01-2026", "")))
        with transaction(here.engine) as session:
            place = member(session, "Anna Bakker").municipality_id
            assert not listed.problems
            memberlist.apply(session, place, listed, here.now)
            names = [row.name for row in session.scalars(select(Member).order_by(col(Member.id)))]
        assert names.count("Karel Veenstra") == names.count(erasure.GONE) == 1
