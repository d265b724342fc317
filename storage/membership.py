"""The mandates and seats of a whole municipality, read at once, and changed step by step."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlmodel import Session, col

from domain.membership import Altered, Mandate, Readdressed, Registered, Renamed, Seat, Started, Step
from storage import database, tables
from storage.tables import Fractie, Gremium, Member, Person

_T = TypeVar("_T", Fractie, Gremium, Member, tables.Mandate, tables.Seat)


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of a municipality's fracties and gremia, by their names."""

    fracties: Mapping[str, int]
    gremia: Mapping[str, int]


def names(session: Session, municipality_id: int) -> Names:
    """The fracties and gremia that the municipality has now."""
    fracties, gremia = _rows(session, Fractie, municipality_id), _rows(session, Gremium, municipality_id)
    return Names(
        {row.name: row.id for row in fracties if row.id is not None},
        {row.name: row.id for row in gremia if row.id is not None},
    )


def known(session: Session, municipality_id: int) -> list[Registered]:
    """Everybody this municipality knows, also who has no mandate any more, in the order of their ids."""
    fracties = {row.id: row.name for row in _rows(session, Fractie, municipality_id)}
    gremia = {row.id: row.name for row in _rows(session, Gremium, municipality_id)}
    mandates: defaultdict[int, list[Mandate]] = defaultdict(list)
    for one in _rows(session, tables.Mandate, municipality_id):
        mandates[one.member_id].append(Mandate(one.id, one.role, fracties.get(one.fractie_id), one.begins, one.ends))
    seats: defaultdict[int, list[Seat]] = defaultdict(list)
    for place in _rows(session, tables.Seat, municipality_id):
        seats[place.member_id].append(Seat(place.id, gremia[place.gremium_id], place.begins, place.ends))
    return [
        Registered(row.id, row.name, row.email, tuple(mandates[row.id]), tuple(seats[row.id]))
        for row in _rows(session, Member, municipality_id)
        if row.id is not None
    ]


def _rows(session: Session, table: type[_T], municipality_id: int) -> Sequence[_T]:
    by: Any = table
    return session.scalars(select(table).where(by.municipality_id == municipality_id).order_by(by.id)).all()


def new(session: Session, municipality_id: int, name: str, email: str | None, now: datetime) -> int:
    """Makes a member who is a person of their own, whoever else has this name or address; returns the id."""
    person_id = database.add(session, Person(created_at=now))
    member = Member(municipality_id=municipality_id, person_id=person_id, name=name, email=email)
    return database.add(session, member)


def carry_out(session: Session, municipality_id: int, member_id: int, step: Step, names: Names) -> None:
    """Does one step for a member of this municipality."""
    match step:
        case Renamed(name):
            session.execute(update(Member).where(col(Member.id) == member_id).values(name=name))
        case Readdressed(email):
            session.execute(update(Member).where(col(Member.id) == member_id).values(email=email))
        case Started(Mandate() as made):
            session.add(
                tables.Mandate(
                    municipality_id=municipality_id,
                    member_id=member_id,
                    role=made.role,
                    fractie_id=names.fracties[made.fractie] if made.fractie else None,
                    begins=made.begins,
                    ends=made.ends,
                )
            )
        case Started(Seat() as place):
            session.add(
                tables.Seat(
                    municipality_id=municipality_id,
                    gremium_id=names.gremia[place.gremium],
                    member_id=member_id,
                    begins=place.begins,
                    ends=place.ends,
                )
            )
        case Altered(_, Mandate() as becomes):
            mandate = session.get_one(tables.Mandate, becomes.id)
            mandate.begins, mandate.ends = becomes.begins, becomes.ends
            mandate.fractie_id = names.fracties[becomes.fractie] if becomes.fractie else None
            session.add(mandate)
        case Altered(_, Seat() as becomes):
            seat = session.get_one(tables.Seat, becomes.id)
            seat.begins, seat.ends = becomes.begins, becomes.ends
            session.add(seat)
