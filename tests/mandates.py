"""Giving and ending mandates, as a griffie does that imports a new list."""

from datetime import date, timedelta

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from domain.roles import Role
from storage import membership
from storage.database import transaction
from storage.tables import Mandate, Member, Municipality
from tests.town import MONDAY

TODAY = MONDAY.date()
LONG_AGO = date(2020, 1, 1)


def member(session: Session, name: str, code: str = "GM9998") -> Member:
    """The member with this name in a municipality."""
    return session.scalars(
        select(Member)
        .join(Municipality, col(Municipality.id) == Member.municipality_id)
        .where(col(Member.name) == name, col(Municipality.code) == code)
    ).one()


def give(engine: Engine, name: str, role: Role, *, code: str = "GM9998", begins: date = LONG_AGO) -> int:
    """Gives a role to somebody of a municipality, whom it may not know yet; returns the id of the member."""
    with transaction(engine) as session:
        place = session.scalars(select(Municipality).where(col(Municipality.code) == code)).one()
        assert place.id is not None
        found = session.scalars(
            select(Member).where(col(Member.name) == name, col(Member.municipality_id) == place.id)
        ).first()
        if found is None:
            found = session.get_one(Member, membership.new(session, place.id, name, None, MONDAY))
        assert found.id is not None
        session.add(Mandate(municipality_id=place.id, member_id=found.id, role=role, begins=begins))
        return found.id


def end(
    engine: Engine, name: str, *, on: date = TODAY - timedelta(days=1), role: Role | None = None, code: str = "GM9998"
) -> None:
    """Ends all mandates of somebody, or those of one role; `on` is the last day."""
    with transaction(engine) as session:
        mandates = select(Mandate).where(col(Mandate.member_id) == member(session, name, code).id)
        for mandate in session.scalars(mandates).all():
            if role in (None, mandate.role):
                mandate.ends = on
                session.add(mandate)
