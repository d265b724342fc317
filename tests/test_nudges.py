"""A question that nobody picks up is told in turn, through outages and changes, and only to those who may know."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.roles import Role
from storage.database import transaction
from storage.tables import Chat, Nudge, Question, QuestionState
from tests.mandates import end, give, member
from tests.town import AMSTERDAM, Town, town

pytestmark = pytest.mark.asyncio
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OVERDUE, DIGEST = "Nog niemand heeft vraag", "Vragen die op de griffie wachten"


async def ask(here: Town, *, confidential: bool = False) -> None:
    for text in ("/vraag Waar is mijn pas?", *(["vertrouwelijk", "nee"] if confidential else ["ja"]), "ja"):
        await here.says("anna", text)


async def told(here: Town, by: timedelta) -> dict[str, list[str]]:
    """What people hear about questions when time passes, by person."""
    found: dict[str, list[str]] = {}
    for letter in await here.later(by):
        if letter.plain.startswith((OVERDUE, DIGEST)):
            found.setdefault(letter.to, []).append(letter.plain)
    return found


def question(here: Town) -> Question:
    with transaction(here.engine) as session:
        row = session.scalars(select(Question)).one()
        session.expunge(row)
        return row


async def test_each_turn_comes_once(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("griet", "/waarneming Hans")
        await ask(here)
        heard = [await told(here, HOUR) for _ in range(4 * 24)]
        first = {number: sorted(each) for number, each in enumerate(heard, 1) if each}
        # Asked on Monday at ten: the deputy after four hours, the griffier after eight, then each morning at nine.
        assert first == {
            4: ["hans"],
            24: ["griet"],
            47: ["griet", "hans"],
            71: ["griet", "hans"],
            95: ["griet", "hans"],
        }


async def test_without_a_deputy_it_is_the_griffier_and_one_who_cannot_be_reached_is_passed_over(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        assert list(await told(here, 4 * HOUR)) == ["griet"]
        assert question(here).nudge == Nudge.DIGEST
        await here.says("griet", "/waarneming Hans")
        with transaction(here.engine) as session:
            session.delete(session.scalars(select(Chat).where(col(Chat.address) == "hans")).one())
        await here.says("anna", "/vraag Nog een vraag?")
        await here.says("anna", "ja")
        await here.says("anna", "ja")
        assert list(await told(here, 22 * HOUR)) == ["griet"]


async def test_a_griffier_who_is_the_deputy_is_told_once(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("griet", "/waarneming Griet")
        await ask(here)
        heard = [await told(here, HOUR) for _ in range(46)]
        assert [sorted(each) for each in heard if each] == [["griet"]]


async def test_a_confidential_one_is_for_the_griffier_alone(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("griet", "/waarneming Hans")
        await ask(here, confidential=True)
        for _ in range(5):
            heard = await told(here, DAY)
            assert "hans" not in heard
            assert all("mijn pas" not in text for text in heard.get("griet", []) if text.startswith(DIGEST))


async def test_a_long_outage_skips_nobody(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("griet", "/waarneming Hans")
        await ask(here)
        await here.stop()
        here.now += timedelta(days=6)  # until Sunday
        await here.start()
        assert await told(here, HOUR) == {}
        assert list(await told(here, 22 * HOUR)) == ["hans"]
        assert list(await told(here, 4 * HOUR)) == ["griet"]


async def test_however_much_waits_the_list_comes_once(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            anna = member(session, "Anna Bakker")
            for number in range(450):
                session.add(
                    Question(
                        municipality_id=anna.municipality_id,
                        member_id=anna.id or 0,
                        cause=f"many:{number}",
                        text="Waar?",
                        anonymous=False,
                        asked_at=here.now,
                        waiting_since=here.now,
                        nudge=Nudge.DIGEST,
                        nudge_at=here.now,
                    )
                )
        heard = await told(here, HOUR)
        assert {who: len(texts) for who, texts in heard.items()} == {"griet": 1, "hans": 1}
        assert "en nog 430" in heard["griet"][0]
        assert await told(here, HOUR) == {}


async def test_who_picks_it_up_in_time_spares_the_others(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        await here.says("griet", "/neem 1")
        assert await told(here, 22 * HOUR) == {}
        assert list(await told(here, HOUR)) == ["griet", "hans"]
        await here.says("griet", "/beantwoord 1")
        await here.says("griet", "In het kluisje.")
        await here.says("griet", "ja")
        assert question(here).nudge_at is None
        assert await told(here, 7 * DAY) == {}


async def test_what_was_taken_by_somebody_who_left_is_open_again(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        await here.says("hans", "/neem 1")
        end(here.engine, "Hans Smit")
        await told(here, 23 * HOUR)
        row = question(here)
        assert (row.state, row.taken_by, row.nudge) == (QuestionState.OPEN, None, Nudge.DEPUTY)
        assert list(await told(here, 4 * HOUR)) == ["griet"]


async def test_other_hours_and_turns_hold_for_what_waits_already(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await ask(here)
        for text in ("/wachttijd", "1", "1", "ja"):
            await here.says("griet", text)
        assert question(here).nudge_at == here.now + HOUR
        for text in ("/werktijd", "elke dag", "gesloten", "ja"):
            letters = await here.says("griet", text)
        assert letters[0].plain.startswith("De griffie moet minstens één dag in de week werken.")
        for text in ("/werktijd", "ma t/m wo", "gesloten", "ja"):
            await here.says("griet", text)
        assert question(here).nudge_at == datetime(2026, 11, 26, 10, 0, tzinfo=AMSTERDAM).astimezone(UTC)


async def test_where_there_is_no_griffier_the_griffie_is_told(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        end(here.engine, "Griet Mulder")
        await ask(here)
        assert list(await told(here, 4 * HOUR)) == ["hans"]


async def test_the_deputy_is_of_the_own_griffie(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        give(here.engine, "Olaf Prins", Role.GRIFFIER, code="GM9999")
        with transaction(here.engine) as session:
            olaf, anna = member(session, "Olaf Prins", "GM9999").id, member(session, "Anna Bakker").id
        for who in ("Olaf", olaf, anna, 999, "Anna", "'; --", "x" * 3000):
            assert "hoort niet bij de griffie" in (await here.says("griet", f"/waarneming {who}"))[0].plain
        assert "Er is nog geen waarnemer" in (await here.says("olaf", "/waarneming"))[0].plain
