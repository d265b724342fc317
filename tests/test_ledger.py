"""What nobody may change: the ledger and the audit trail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from domain import roles
from domain.messages import Refusal
from domain.roles import Role
from storage import training
from storage.database import transaction
from storage.tables import AuditEntry, EntryKind, LedgerEntry
from tests.mandates import member
from tests.town import MONDAY, database

PLACE = roles.Municipality(1, "GM9998", "Voorbeeldstad", ZoneInfo("Europe/Amsterdam"), "", (120,))


def talking(engine: Engine, name: str, role: Role) -> roles.Member:
    with transaction(engine) as session:
        row = member(session, name)
        assert row.id is not None
        return roles.Member(row.id, row.person_id, row.name, PLACE, frozenset({role}))


def asked(engine: Engine, who: roles.Member, cents: int, cause: str) -> int:
    with transaction(engine) as session:
        training.allot(session, who, 2026, MONDAY)
        request = training.submit(
            session, who, title="T", provider="P", day=None, cost_cents=cents, why="W", cause=cause, now=MONDAY
        )
        assert request.id is not None
        return request.id


def decided(engine: Engine) -> tuple[roles.Member, roles.Member, int]:
    anna, griet = talking(engine, "Anna Bakker", Role.RAADSLID), talking(engine, "Griet Mulder", Role.GRIFFIER)
    request = asked(engine, anna, 45_000, "k1")
    with transaction(engine) as session:
        training.decide(session, griet, request, approved=True, reason=None, now=MONDAY)
    return anna, griet, request


@pytest.mark.parametrize("table", ["ledger", "audit"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET at = '2000-01-01'", "DELETE FROM {}", "DELETE FROM {} WHERE id = 1", "REPLACE INTO {}"]
)
def test_an_entry_can_be_neither_changed_nor_deleted(tmp_path: Path, table: str, change: str) -> None:
    engine = database(tmp_path, filled=True)
    decided(engine)
    statement = change.format(table)
    if statement.startswith("REPLACE"):
        statement += f" SELECT * FROM {table} WHERE id = 1"
    with transaction(engine) as session:
        before = session.execute(text(f"SELECT * FROM {table}")).all()
    assert before
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.execute(text(statement))
    with transaction(engine) as session:
        assert session.execute(text(f"SELECT * FROM {table}")).all() == before
    engine.dispose()


def test_the_trail_says_who_did_what_in_ids_and_codes_only(tmp_path: Path) -> None:
    engine = database(tmp_path, filled=True)
    _, griet, request = decided(engine)
    with transaction(engine) as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor_id, entry.action, entry.subject, entry.subject_id) == (
        griet.id,
        "training.approved",
        "training",
        request,
    )
    engine.dispose()


@given(st.lists(st.tuples(st.integers(0, 200_000), st.sampled_from(["approve", "refuse", "withdraw", "leave"]))))
@settings(max_examples=25, deadline=None)
def test_the_balance_is_the_sum_of_the_entries_whatever_was_decided(decisions: list[tuple[int, str]]) -> None:
    with TemporaryDirectory() as folder:
        engine = database(Path(folder), filled=True)
        anna, griet = talking(engine, "Anna Bakker", Role.RAADSLID), talking(engine, "Griet Mulder", Role.GRIFFIER)
        left = 150_000
        asked(engine, anna, 1, "first")
        for number, (cents, what) in enumerate(decisions):
            request = asked(engine, anna, cents, str(number))
            with transaction(engine) as session:
                if what == "withdraw":
                    training.withdraw(session, anna, request, MONDAY)
                elif what != "leave":
                    training.decide(session, griet, request, approved=what == "approve", reason="R", now=MONDAY)
            left -= cents if what == "approve" else 0
            with transaction(engine) as session:
                assert training.balance(session, anna.id, 2026) == left
                total = session.scalar(select(func.sum(col(LedgerEntry.cents))))
                assert total == left
        engine.dispose()


def test_the_budget_of_a_year_is_given_once(tmp_path: Path) -> None:
    engine = database(tmp_path, filled=True)
    anna = talking(engine, "Anna Bakker", Role.RAADSLID)
    with transaction(engine) as session:
        for year in (2026, 2026, 2027):
            training.allot(session, anna, year, MONDAY)
        kinds = session.scalars(select(col(LedgerEntry.kind)).order_by(col(LedgerEntry.id))).all()
        assert kinds == [EntryKind.ALLOTTED, EntryKind.ALLOTTED]
        assert training.balance(session, anna.id, 2026) == 150_000
    engine.dispose()


def test_of_many_decisions_at_the_same_moment_one_counts(tmp_path: Path) -> None:
    engine = database(tmp_path, filled=True)
    anna = talking(engine, "Anna Bakker", Role.RAADSLID)
    deciders = [talking(engine, "Griet Mulder", Role.GRIFFIER), talking(engine, "Hans Smit", Role.GRIFFIEMEDEWERKER)]
    request = asked(engine, anna, 45_000, "k")
    together = Barrier(6)

    def decide(number: int) -> bool:
        together.wait()
        try:
            with transaction(engine) as session:
                training.decide(
                    session,
                    deciders[number % 2],
                    request,
                    approved=True,
                    reason=None,
                    now=datetime.now(UTC),
                )
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(decide, range(6))) == 1
    with transaction(engine) as session:
        assert training.balance(session, anna.id, 2026) == 150_000 - 45_000
        assert len(session.scalars(select(AuditEntry)).all()) == 1
    engine.dispose()
