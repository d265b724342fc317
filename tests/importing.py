"""Importing lists into a database with two municipalities. What is imported here never touches there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from domain.memberlist import read
from domain.roles import Role
from storage import memberlist
from storage.database import transaction
from storage.tables import Fractie, Gremium, Mandate, Member, Municipality, Seat, metadata
from tests.lists import HEADER, csv_of
from tests.town import database as new_database

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
HERE, THERE = 1, 2


@contextmanager
def database(folder: Path) -> Iterator[Engine]:
    made = new_database(folder)
    with transaction(made) as session:
        session.add(Municipality(id=HERE, code="GM0344", name="Utrecht"))
        session.add(Municipality(id=THERE, code="GM0363", name="Amsterdam"))
    yield made
    made.dispose()


def load(engine: Engine, *rows: tuple[str, ...], where: int = HERE, now: datetime = NOW) -> list[str]:
    """Imports a list; what it says it did must be what the plan said."""
    given = read(csv_of(HEADER, *rows))
    with transaction(engine) as session:
        planned = memberlist.plan(session, where, given, now.date())
    with transaction(engine) as session:
        done = memberlist.apply(session, where, given, now)
    assert done == planned
    return [str(change) for change in done]


def rows_of(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Everything in the database."""
    with transaction(engine) as session:
        return {
            table.name: [dict(row._mapping) for row in session.execute(select(table))]
            for table in metadata.sorted_tables
        }


def mandates(session: Session, name: str, where: int = HERE) -> list[tuple[Role, str | None, date, date | None]]:
    query = (
        select(Mandate, Fractie)
        .join(Member, col(Member.id) == Mandate.member_id)
        .outerjoin(Fractie, col(Fractie.id) == Mandate.fractie_id)
        .where(col(Member.name) == name, col(Member.municipality_id) == where)
        .order_by(col(Mandate.id))
    )
    return [
        (mandate.role, fractie.name if fractie else None, mandate.begins, mandate.ends)
        for mandate, fractie in session.execute(query)
    ]


def seats(session: Session, name: str) -> list[tuple[str, date, date | None]]:
    query = (
        select(Gremium, Seat)
        .join(Seat, col(Seat.gremium_id) == Gremium.id)
        .join(Member, col(Member.id) == Seat.member_id)
        .where(col(Member.name) == name, col(Member.municipality_id) == HERE)
        .order_by(col(Seat.id))
    )
    return [(gremium.name, seat.begins, seat.ends) for gremium, seat in session.execute(query)]
