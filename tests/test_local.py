"""What a municipality fills in and writes itself: stored, its own, and written down who did it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from domain.messages import Refusal
from search.localfolder import LocalText
from storage import local, silence, usefulness
from storage.database import transaction
from storage.tables import AuditEntry, Municipality
from tests.town import AMSTERDAM, MONDAY, database, town

TODAY = MONDAY.date()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with transaction(database(tmp_path, filled=True)) as session:
        yield session


def place(session: Session, code: str = "GM9998") -> int:
    found = session.scalars(select(col(Municipality.id)).where(col(Municipality.code) == code)).one()
    assert found is not None
    return found


def actions(session: Session, municipality_id: int) -> list[str]:
    query = select(col(AuditEntry.action)).where(col(AuditEntry.municipality_id) == municipality_id)
    return list(session.scalars(query.order_by(col(AuditEntry.id))))


def test_a_value_is_filled_in_changed_and_emptied(session: Session) -> None:
    here = place(session)
    assert local.fill(session, here, "scholing.bedrag", "€ 1.500,00", None, MONDAY)
    assert not local.fill(session, here, "scholing.bedrag", "€ 1.500,00", None, MONDAY)
    assert local.fill(session, here, "scholing.bedrag", "€ 2.000,00", None, MONDAY)
    assert local.values(session, here) == {"scholing.bedrag": "€ 2.000,00"}
    assert local.values(session, place(session, "GM9999")) == {}
    assert local.fill(session, here, "scholing.bedrag", "", None, MONDAY)
    assert local.values(session, here) == {}
    assert actions(session, here) == ["local_value.filled", "local_value.filled", "local_value.emptied"]


def test_an_article_belongs_to_one_municipality(session: Session) -> None:
    here, there = place(session), place(session, "GM9999")
    name = local.write(session, here, LocalText("Parkeren", "In de kelder.", (), (("Waar?", "Daar."),)), None, MONDAY)
    [article] = local.local_articles(session, here)
    assert (article.id, article.about.titel, article.local) == (name, "Parkeren", True)
    assert article.about.volgens == "de griffie van Voorbeeldstad"
    assert local.local_articles(session, there) == []
    assert local.local_article(session, there, name) is None
    with pytest.raises(Refusal):
        local.remove(session, there, name, None, MONDAY)
    with pytest.raises(Refusal):
        local.write(session, there, LocalText("Weg", "ermee", (), ()), None, MONDAY, instead_of=name)
    assert local.write(session, here, LocalText("Parkeren", "Buiten.", (), ()), None, MONDAY, instead_of=name) == name
    assert local.local_article(session, here, name) == local.local_articles(session, here)[0]
    local.remove(session, here, name, None, MONDAY)
    assert local.local_article(session, here, name) is None
    assert local.local_articles(session, here) == []
    assert local.write(session, here, LocalText("Nieuw", "Nieuw.", (), ()), None, MONDAY) != name


@pytest.mark.parametrize("name", ["lokaal-", "lokaal-x", "lokaal-1", "lokaal-٣", "lokaal-" + "9" * 40, "scholing", ""])
def test_an_id_that_is_none_finds_nothing(session: Session, name: str) -> None:
    assert local.local_article(session, place(session), name) is None


def test_answers_are_switched_off_where_they_should(session: Session) -> None:
    here, there = place(session), place(session, "GM9999")
    assert silence.switch_off(session, here, "scholing", "Het klopt niet.", None, MONDAY)
    assert not silence.switch_off(session, here, "scholing", "Nog eens.", None, MONDAY)
    assert silence.switch_off(session, None, "motie", "Overal.", None, MONDAY)
    assert set(silence.silent(session, here)) == {"scholing", "motie"}
    assert set(silence.silent(session, there)) == {"motie"}
    assert not silence.switch_on(session, here, "motie", None, MONDAY)
    assert silence.switch_on(session, None, "motie", None, MONDAY)
    assert silence.switch_on(session, here, "scholing", None, MONDAY)
    assert silence.silent(session, here) == {}
    assert actions(session, there) == ["answers.switched_off", "answers.switched_on"]
    assert len(actions(session, here)) == 4


def test_the_reason_of_the_administrator_goes_first(session: Session) -> None:
    here = place(session)
    silence.switch_off(session, None, silence.ALL, "Storing.", None, MONDAY)
    silence.switch_off(session, here, silence.ALL, "Vakantie.", None, MONDAY)
    assert silence.silent(session, here)[silence.ALL].reason == "Storing."


def test_opinions_are_counted_by_month_and_reasons_are_shown_from_five_on(session: Session) -> None:
    here, there = place(session), place(session, "GM9999")
    for useful in (True, False, False):
        usefulness.count(session, here, "scholing", TODAY, useful=useful)
    usefulness.count(session, here, "scholing", TODAY.replace(month=12), useful=True)
    [counted] = usefulness.counts(session, here, "2026-11")
    assert (counted.useful, counted.useless) == (1, 2)
    assert usefulness.counts(session, there, "2026-11") == []
    for letter in "ecdb":
        usefulness.keep_reason(session, here, "scholing", TODAY, letter)
    assert usefulness.reasons(session, here, "scholing") is None
    usefulness.keep_reason(session, here, "scholing", TODAY, "a")
    assert usefulness.reasons(session, here, "scholing") == ["a", "b", "c", "d", "e"]
    assert usefulness.reasons(session, there, "scholing") is None
    assert usefulness.reason_counts(session, here) == {"scholing": 5}


@pytest.mark.asyncio
async def test_what_is_switched_off_just_after_midnight_is_so_from_that_day(tmp_path: Path) -> None:
    async with town(tmp_path, datetime(2026, 11, 24, 0, 30, tzinfo=AMSTERDAM).astimezone(UTC)) as here:
        for text in ("/uitzetten motie", "Het klopt niet meer.", "ja"):
            await here.says("griet", text)
        assert "op 24 november 2026" in (await here.says("griet", "/lees motie"))[0].plain
