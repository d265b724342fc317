"""Who is who: an imported list compared with the people, fracties and committees that are known already."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from domain.memberlist import read
from domain.messages import Refusal
from domain.roles import Role
from storage import memberlist
from storage.database import transaction
from storage.memberlist import What
from storage.tables import Member
from tests.importing import HERE, NOW, THERE, TODAY, database, load, mandates, rows_of
from tests.lists import ANNA, BRAM, GRIET, HEADER, csv_of

BEGAN = date(2022, 3, 30)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with database(tmp_path) as made:
        yield made


def test_a_typing_error_in_a_name_is_noticed(engine: Engine) -> None:
    load(engine, ANNA)
    assert load(engine, ANNA, (*BRAM[:3], "Groendorp", "Ruimtte", "", ""))[:2] == [
        "nieuwe commissie: Ruimtte (lijkt op “Ruimte”: is het dezelfde?)",
        "nieuwe fractie: Groendorp (lijkt op “Groen Dorp”: is het dezelfde?)",
    ]


def test_names_are_the_same_in_capitals_and_with_commissie_before_them(engine: Engine) -> None:
    load(engine, ANNA)
    other = (*ANNA[:3], "GROEN DORP", "Commissie ruimte, SPORT", "30-03-2022", "")
    assert load(engine, other) == ["ongewijzigd: Anna Bakker"]


def test_somebody_is_recognised_by_their_address(engine: Engine) -> None:
    load(engine, ANNA)
    assert load(engine, ("Anna Bakker-Boer", "ANNA@Example.nl", *ANNA[2:])) == [
        "gewijzigd: Anna Bakker-Boer (naam was Anna Bakker)"
    ]
    assert load(engine, ("Piet Smit", "anna@example.nl", *ANNA[2:])) == [
        "gewijzigd: Piet Smit (naam was Anna Bakker-Boer; let op: een heel andere naam. Is het iemand anders? "
        "Geef die dan een eigen e-mailadres)"
    ]


def test_without_an_address_somebody_is_recognised_by_their_name(engine: Engine) -> None:
    load(engine, ("Anna Bakker", "", *ANNA[2:]))
    assert load(engine, ANNA) == ["gewijzigd: Anna Bakker (e-mailadres wordt anna@example.nl)"]
    assert load(engine, ("anna bakker", "", *ANNA[2:])) == ["gewijzigd: anna bakker (naam was Anna Bakker)"]


def test_another_address_is_another_person_unless_the_former_is_given(engine: Engine) -> None:
    load(engine, ANNA)
    moved = ("Anna Bakker", "a@b.nl", *ANNA[2:])
    with transaction(engine) as session:
        (new, left) = memberlist.plan(session, HERE, read(csv_of(HEADER, moved)), TODAY)
    assert new.what == What.NEW
    assert "er is al iemand met deze naam" in str(new)
    assert left.what == What.UNLISTED
    given = read(csv_of((*HEADER, "Vorig e-mailadres"), (*moved, "anna@example.nl")))
    changed = "gewijzigd: Anna Bakker (e-mailadres wordt a@b.nl (was anna@example.nl))"
    for expected in (changed, "ongewijzigd: Anna Bakker"):
        with transaction(engine) as session:
            assert [str(change) for change in memberlist.apply(session, HERE, given, NOW)] == [expected]


def test_a_former_address_that_nobody_has_says_nothing(engine: Engine) -> None:
    load(engine, ("Anna Bakker", "", *ANNA[2:]))
    given = read(csv_of((*HEADER, "Vorig e-mailadres"), ("Anna Bakker", "", *ANNA[2:], "old@example.nl")))
    with transaction(engine) as session:
        assert [str(change) for change in memberlist.plan(session, HERE, given, TODAY)] == ["ongewijzigd: Anna Bakker"]


def test_two_with_one_name_must_have_an_address_in_the_list(engine: Engine) -> None:
    load(engine, ANNA, ("Anna Bakker", "ab@example.nl", *ANNA[2:]))
    before = rows_of(engine)
    with pytest.raises(Refusal, match="staan fouten"):
        load(engine, GRIET, ("Anna Bakker", "", *ANNA[2:]))
    assert rows_of(engine) == before


def test_two_lines_that_are_one_person_here(engine: Engine) -> None:
    load(engine, ANNA)
    given = read(csv_of(HEADER, ("Anna Boer", "anna@example.nl", *ANNA[2:]), ("Anna Bakker", "", *ANNA[2:])))
    with transaction(engine) as session:
        last = memberlist.plan(session, HERE, given, TODAY)[-1]
    assert str(last) == "kan niet: Anna Bakker (dit is dezelfde persoon als op regel 2)"


def test_the_same_address_elsewhere_is_somebody_else(engine: Engine) -> None:
    load(engine, ANNA, BRAM, where=THERE)
    there = {name: rows for name, rows in rows_of(engine).items() if name != "municipality"}
    assert load(engine, (*ANNA[:3], "Lokaal", "Sport", "", "31-12-2026"))[-1].startswith("nieuw: Anna Bakker")
    with transaction(engine) as session:
        annas = list(session.scalars(select(Member).where(col(Member.email) == "anna@example.nl")))
        assert [row.municipality_id for row in annas] == [THERE, HERE]
        assert len({row.person_id for row in annas}) == 2
        assert mandates(session, "Anna Bakker", THERE) == [(Role.RAADSLID, "Groen Dorp", BEGAN, None)]
    for name, rows in rows_of(engine).items():
        if name != "municipality":
            # Persons belong to no municipality; those of there came first.
            theirs = [row for row in rows if row.get("municipality_id", THERE) == THERE]
            assert theirs[: len(there[name])] == there[name]
