"""The griffie's list, imported into a real database."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlmodel import col

from domain.cells import Unreadable
from domain.memberlist import read
from domain.messages import Refusal
from domain.roles import Role
from storage import memberlist, members
from storage.database import transaction
from storage.memberlist import What
from storage.tables import Meeting, Member, Reminder
from tests.importing import HERE, NOW, TODAY, database, load, mandates, rows_of, seats
from tests.lists import ANNA, BRAM, GRIET, HEADER, csv_of, with_part, xlsx_of

BEGAN = date(2022, 3, 30)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with database(tmp_path) as made:
        yield made


def test_a_first_list(engine: Engine) -> None:
    assert load(engine, ANNA, BRAM, GRIET) == [
        "nieuwe commissie: Gemeenteraad",
        "nieuwe commissie: Ruimte",
        "nieuwe commissie: Sport",
        "nieuwe fractie: Groen Dorp",
        "nieuwe fractie: Lokaal",
        "nieuw: Anna Bakker (raadslid voor Groen Dorp vanaf 30-03-2022; lid van Ruimte vanaf 30-03-2022; "
        "lid van Sport vanaf 30-03-2022; lid van Gemeenteraad vanaf 30-03-2022)",
        "nieuw: Bram de Vries (raadslid voor Lokaal vanaf 30-03-2022; fractievoorzitter voor Lokaal vanaf "
        "30-03-2022; lid van Ruimte vanaf 30-03-2022; lid van Gemeenteraad vanaf 30-03-2022)",
        "nieuw: Griet Müller (griffier vanaf 24-11-2026)",
    ]
    with transaction(engine) as session:
        assert [row.name for row in members.gremia(session, HERE)] == ["Gemeenteraad", "Ruimte", "Sport"]
        assert mandates(session, "Bram de Vries") == [
            (Role.RAADSLID, "Lokaal", BEGAN, None),
            (Role.FRACTIEVOORZITTER, "Lokaal", BEGAN, None),
        ]
        assert mandates(session, "Griet Müller") == [(Role.GRIFFIER, None, TODAY, None)]
        emails = [row.email for row in session.scalars(select(Member).order_by(col(Member.id)))]
        assert emails == ["anna@example.nl", "bram@example.nl", "griet@example.nl"]


@pytest.mark.parametrize("days", [0, 1, 400])
def test_the_same_list_again_changes_nothing(engine: Engine, days: int) -> None:
    load(engine, ANNA, BRAM, GRIET)
    before = rows_of(engine)
    assert load(engine, ANNA, BRAM, GRIET, now=NOW + timedelta(days=days)) == [
        "ongewijzigd: Anna Bakker",
        "ongewijzigd: Bram de Vries",
        "ongewijzigd: Griet Müller",
    ]
    assert rows_of(engine) == before


def test_a_plan_changes_nothing(engine: Engine) -> None:
    before = rows_of(engine)
    with transaction(engine) as session:
        memberlist.plan(session, HERE, read(csv_of(HEADER, ANNA)), TODAY)
    assert rows_of(engine) == before


def test_who_is_not_in_the_list_stays(engine: Engine) -> None:
    load(engine, ANNA, BRAM)
    before = rows_of(engine)
    assert load(engine, ANNA) == [
        "ongewijzigd: Anna Bakker",
        "staat niet in de lijst; er verandert niets: Bram de Vries",
    ]
    assert rows_of(engine) == before


def test_another_fractie_another_committee_and_an_end(engine: Engine) -> None:
    load(engine, ANNA, BRAM)
    said = load(engine, (*ANNA[:3], "Lokaal", "Sport; Bestuur", "30-03-2022", ""), (*BRAM[:6], "31-12-2026"))
    assert said == [
        "nieuwe commissie: Bestuur",
        "gewijzigd: Anna Bakker (raadslid voor Groen Dorp: tot en met 23-11-2026; raadslid voor Lokaal vanaf "
        "24-11-2026; lid van Bestuur vanaf 24-11-2026; lid van Ruimte: tot en met 23-11-2026)",
        "beëindigd: Bram de Vries (raadslid voor Lokaal: tot en met 31-12-2026; fractievoorzitter voor Lokaal: "
        "tot en met 31-12-2026; lid van Ruimte: tot en met 31-12-2026; lid van Gemeenteraad: tot en met 31-12-2026)",
    ]
    with transaction(engine) as session:
        assert mandates(session, "Anna Bakker") == [
            (Role.RAADSLID, "Groen Dorp", BEGAN, YESTERDAY),
            (Role.RAADSLID, "Lokaal", TODAY, None),
        ]
        assert seats(session, "Anna Bakker") == [
            ("Ruimte", BEGAN, YESTERDAY),
            ("Sport", BEGAN, None),
            ("Gemeenteraad", BEGAN, None),
            ("Bestuur", TODAY, None),
        ]


def test_who_left_before_does_not_come_in(engine: Engine) -> None:
    before = rows_of(engine)
    assert load(engine, (*ANNA[:6], "31-12-2024")) == [
        "ongewijzigd: Anna Bakker (de einddatum is al voorbij, dus deze persoon komt er niet bij)"
    ]
    assert rows_of(engine) == before


@pytest.mark.parametrize("wrong", [("Carla", "", "koningin", "", "", "", ""), ("", "", "raadslid", "", "", "", "")])
def test_with_one_mistake_nothing_is_imported(engine: Engine, wrong: tuple[str, ...]) -> None:
    before = rows_of(engine)
    with pytest.raises(Refusal, match="Er is niets veranderd"):
        load(engine, ANNA, wrong, BRAM)
    assert rows_of(engine) == before


class Outage(Exception):
    """The machine stops in the middle of it."""


def test_when_it_fails_half_way_nothing_is_imported(engine: Engine) -> None:
    before = rows_of(engine)

    def import_and_fail() -> None:
        with transaction(engine) as session:
            memberlist.apply(session, HERE, read(csv_of(HEADER, ANNA, BRAM)), NOW)
            raise Outage

    with pytest.raises(Outage):
        import_and_fail()
    assert rows_of(engine) == before


def test_with_mistakes_nobody_is_said_to_be_missing(engine: Engine) -> None:
    load(engine, ANNA, BRAM)
    given = read(csv_of(HEADER, ANNA, (*BRAM[:2], "baas", *BRAM[3:])))
    with transaction(engine) as session:
        assert [change.what for change in memberlist.plan(session, HERE, given, TODAY)] == [What.UNCHANGED]


def test_a_new_seat_gets_its_reminders_and_an_ended_one_loses_them(engine: Engine) -> None:
    load(engine, ANNA)
    with transaction(engine) as session:
        ids = {row.name: row.id for row in members.gremia(session, HERE)}
        ruimte, sport = ids["Ruimte"], ids["Sport"]
        for gremium in (ruimte, sport):
            assert gremium is not None
            starts_at = NOW + timedelta(days=10)
            session.add(
                Meeting(municipality_id=HERE, gremium_id=gremium, cause=str(gremium), starts_at=starts_at, place="zaal")
            )

    def reminded() -> set[tuple[str, int | None]]:
        with transaction(engine) as session:
            query = (
                select(col(Member.name), col(Meeting.gremium_id))
                .join(Reminder, col(Reminder.member_id) == Member.id)
                .join(Meeting, col(Meeting.id) == Reminder.meeting_id)
            )
            return {(name, gremium) for name, gremium in session.execute(query)}

    load(engine, ANNA, BRAM)
    assert reminded() == {("Bram de Vries", ruimte)}  # nothing changed for Anna
    load(engine, (*ANNA[:4], "Sport", *ANNA[5:]), (*BRAM[:4], "Sport", *BRAM[5:]))
    assert reminded() == {("Anna Bakker", sport), ("Bram de Vries", sport)}
    load(engine, (*ANNA[:4], "Sport", "", "01-12-2026"), (*BRAM[:4], "Sport", *BRAM[5:]))
    assert reminded() == {("Bram de Vries", sport)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_a_name_is_stored_the_same_from_every_encoding(engine: Engine, encoding: str) -> None:
    given = read(csv_of(HEADER, GRIET, ("Zoë Ägren", *ANNA[1:]), encoding=encoding))
    with transaction(engine) as session:
        memberlist.apply(session, HERE, given, NOW)
        assert sorted(row.name for row in session.scalars(select(Member))) == ["Griet Müller", "Zoë Ägren"]


def test_a_workbook_is_imported_and_a_bomb_is_not(engine: Engine) -> None:
    data = xlsx_of(HEADER, ANNA, BRAM)
    with pytest.raises(Unreadable, match="te groot"):
        read(with_part(data, "xl/media/x.bin", bytes(30_000_000)))
    with transaction(engine) as session:
        memberlist.apply(session, HERE, read(data), NOW)
        assert len(list(session.scalars(select(Member)))) == 2


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Anna Bakker", "Bram de Vries", "Chris Yilmaz"]),
        st.sampled_from(["", "a@example.nl", "b@example.nl"]),
        st.sampled_from(["raadslid", "fractievoorzitter", "burgerlid", "griffier", "raadslid en beheerder"]),
        st.sampled_from(["", "Groen", "Lokaal"]),
        st.sampled_from(["", "Ruimte", "Ruimte, Sport"]),
        st.sampled_from(["", "1-1-2024", "1-1-2027"]),
        st.sampled_from(["", "1-11-2026", "1-12-2026", "1-2-2027"]),
    ),
    max_size=4,
)


@settings(max_examples=25)  # each makes a database of its own
@given(lists=st.lists(st.tuples(ROWS, st.integers(0, 40)), min_size=1, max_size=4))
def test_any_lists_one_after_another(lists: list[tuple[list[tuple[str, ...]], int]]) -> None:
    with TemporaryDirectory() as folder, database(Path(folder)) as engine:
        now = NOW
        for rows, days in lists:
            now += timedelta(days=days)
            try:
                load(engine, *rows, now=now)
            except (Refusal, Unreadable):
                continue
            before = rows_of(engine)
            for change in load(engine, *rows, now=now):
                assert change.startswith(("ongewijzigd", "staat niet in de lijst")), change
            assert rows_of(engine) == before
