"""Questions without an answer: counted by people, shown from five on, and nobody's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from domain.roles import Member
from search.grouping import groups, typical
from storage import members, unanswered
from storage.database import transaction
from storage.tables import CountingKey, Unanswered
from tests.test_search import UNDERSTANDS
from tests.town import MONDAY, chat, database, library, town

ALIKE = [json.loads(line) for line in (Path(__file__).parent / "vragen" / "gelijk.jsonl").read_text().splitlines()]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with transaction(database(tmp_path, filled=True)) as session:
        yield session


def somebody(session: Session, who: str) -> Member:
    return members.at(session, [chat(who)], MONDAY)[chat(who)]


def people(session: Session, member: Member) -> int:
    return unanswered.people(unanswered.kept(session, member.municipality.id))


def test_a_person_counts_once_in_a_quarter(session: Session) -> None:
    anna, bram, olaf = (somebody(session, who) for who in ("anna", "bram", "olaf"))
    for text in ("Waar is de pas?", "Waar is de pas?", "Waar is mijn pas?"):
        assert unanswered.keep(session, anna, text, MONDAY)
    assert (people(session, anna), len(unanswered.kept(session, anna.municipality.id))) == (1, 2)
    unanswered.keep(session, bram, "Waar is de pas?", MONDAY)
    assert people(session, anna) == 2
    assert people(session, olaf) == 0
    unanswered.keep(session, anna, "Waar is de pas?", MONDAY + timedelta(days=60))  # the next quarter
    assert people(session, anna) == 2


def test_nothing_tells_whose_a_question_was_once_the_quarter_is_over(session: Session) -> None:
    anna = somebody(session, "anna")
    unanswered.keep(session, anna, "Waar is de pas?", MONDAY)
    unanswered.forget(session, MONDAY)
    assert session.scalars(select(CountingKey)).one().period == "2026-4"
    unanswered.forget(session, datetime(2027, 1, 1, tzinfo=UTC))
    assert session.scalars(select(CountingKey)).all() == []
    assert len(unanswered.kept(session, anna.municipality.id)) == 1
    unanswered.forget(session, datetime(2027, 4, 1, tzinfo=UTC))
    assert unanswered.kept(session, anna.municipality.id) == []


def test_two_municipalities_know_the_same_person_by_other_marks(session: Session) -> None:
    anna, olaf = somebody(session, "anna"), somebody(session, "olaf")
    unanswered.keep(session, anna, "Waar is de pas?", MONDAY)
    unanswered.keep(session, replace(anna, municipality=olaf.municipality), "Waar is de pas?", MONDAY)
    assert len(set(session.scalars(select(col(Unanswered.asker))))) == 2


def test_what_was_taken_back_is_gone_also_when_nobody_knows_any_more_whose_it_was(session: Session) -> None:
    anna, bram = somebody(session, "anna"), somebody(session, "bram")
    for member in (anna, bram):
        unanswered.keep(session, member, "Waar is de pas?", MONDAY)
    unanswered.take_back(session, anna, "Waar is de pas?", MONDAY)
    assert people(session, bram) == 1
    unanswered.take_back(session, anna, "Waar is de pas?", MONDAY + timedelta(days=60))
    assert people(session, bram) == 0


def test_nobody_fills_it_alone_and_long_stories_are_not_kept(session: Session) -> None:
    anna = somebody(session, "anna")
    assert not unanswered.keep(session, anna, "x" * (unanswered.LONGEST + 1), MONDAY)
    assert [unanswered.keep(session, anna, f"Vraag {number}", MONDAY) for number in range(40)].count(True) == 30


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-1"),
        (date(2026, 3, 31), "2026-1"),
        (date(2026, 4, 1), "2026-2"),
        (MONDAY.date(), "2026-4"),
    ],
)
def test_quarters(day: date, quarter: str) -> None:
    assert unanswered.period_of(day) == quarter


@pytest.mark.parametrize("read", [pytest.param(True, marks=UNDERSTANDS), False])
def test_the_same_question_in_other_words_comes_together_and_no_two_subjects_do(read: bool) -> None:
    texts = [row["vraag"] for row in ALIKE]
    meanings = library().meanings(texts) if read else []
    alike, least = library().alike(texts, meanings or [None] * len(texts))
    found = [[ALIKE[place]["groep"] for place in group] for group in groups(alike, least)]
    large = [group for group in found if len(group) > 3]
    if read:
        assert all(len(set(group)) == 1 for group in found)
        assert len(large) == 10
    else:  # “de wifi in de fractiekamer” is about both
        assert sum(len(set(group)) > 1 for group in found) <= 1
        assert len(large) >= 4


def test_groups_hold_everything_once_whatever_comes_first() -> None:
    chance = np.random.default_rng(7)
    pairs = chance.random((40, 40), dtype=np.float32)
    alike = ((pairs + pairs.T) / 2).astype(np.float32)
    order = chance.permutation(len(alike))
    found = groups(alike, 0.55)
    mixed = [sorted(int(order[place]) for place in group) for group in groups(alike[np.ix_(order, order)], 0.55)]
    assert sorted(found) == sorted(mixed)
    assert 1 < len(found) < 40
    assert sorted(place for group in found for place in group) == list(range(40))
    assert all(typical(alike, group) in group for group in found)


@pytest.mark.parametrize("count", [0, 1])
def test_few_or_no_questions_are_no_group(count: int) -> None:
    alike, least = library().alike(["Waar?"] * count, [None] * count)
    assert groups(alike, least) == [[0]][:count]


@pytest.mark.asyncio
async def test_only_what_may_be_counted_is_kept_and_without_names(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/vraag Word ik bedreigd?", "vertrouwelijk", "nee", "ja"):
            await here.says("anna", text)
        for text in ("Wanneer is de borrel?", "nee"):
            await here.says("anna", text)
        for text in ("/bericht", "iedereen", "Morgen is het gebouw dicht.", "ja"):
            await here.says("griet", text)
        for text in ("/opbericht 1", "Hoe kom ik dan binnen?", "ja", "ja"):
            await here.says("anna", text)
        with transaction(here.engine) as session:
            assert session.scalars(select(Unanswered)).all() == []
        for text in ("/vraag Beste Griet Mulder, heeft Bram mijn pas?", "ja", "ja"):
            await here.says("anna", text)
        await here.says("anna", "/meetellen Waar woont Hans?")
        with transaction(here.engine) as session:
            assert sorted(session.scalars(select(col(Unanswered.text)))) == ["Heeft … mijn pas?", "Waar woont …?"]
