"""When a griffie works, and who is told of questions that nobody picks up: what it chose, or the standard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from domain.messages import Refusal
from domain.officehours import Closed, Hours, Span
from domain.roles import Member
from storage import audit, database, members
from storage.tables import ClosedPeriod, Office

MOST_PERIODS = 30
_NINE_TO_FIVE = ["09:00", "17:00"]
_STANDARD_WEEK: list[list[str] | None] = [_NINE_TO_FIVE] * 5 + [None] * 2
_STANDARD_AFTER = 4 * 60, 4 * 60  # half a working day for each


@dataclass(frozen=True, slots=True)
class Turns:
    """Who hears that a question was not picked up: the deputy (a member's id) after so much office time, and the
    griffier after that much more."""

    deputy: int | None
    deputy_after: timedelta
    griffier_after: timedelta


def hours(session: Session, municipality_id: int, now: datetime) -> Hours:
    """When a griffie works. Closed periods that ended before `now` are left out."""
    place = members.place(session, municipality_id)
    row = session.get(Office, municipality_id)
    week = tuple(_span(each) for each in (row.week if row else _STANDARD_WEEK))
    closed = tuple(
        Closed(period.first, period.last, period.name)
        for period in periods(session, municipality_id, place.date_at(now))
    )
    return Hours(place.zone, week, closed)


def _span(stored: Sequence[str] | None) -> Span | None:
    return Span(time.fromisoformat(stored[0]), time.fromisoformat(stored[1])) if stored else None


def turns(session: Session, municipality_id: int) -> Turns:
    """Who is told, and after how long."""
    row = session.get(Office, municipality_id)
    after = (row.deputy_after, row.griffier_after) if row else _STANDARD_AFTER
    return Turns(row.deputy_id if row else None, *(timedelta(minutes=minutes) for minutes in after))


def work(session: Session, by: Member, days: Sequence[int], span: Span | None, now: datetime) -> None:
    """The griffie works from when until when on these weekdays (0 is Monday), or not. Raises Refusal for never."""
    row = _row(session, by)
    kept = [span.opens.isoformat("minutes"), span.closes.isoformat("minutes")] if span else None
    week = [kept if day in days else each for day, each in enumerate(row.week)]
    if not any(week):
        raise Refusal("De griffie moet minstens één dag in de week werken.")
    row.week = week
    _keep(session, row, by, "office.hours", now)


def stand_in(session: Session, by: Member, deputy: int | None, now: datetime) -> None:
    """Who stands in when nobody picks up a question: a member's id, or nobody."""
    row = _row(session, by)
    row.deputy_id = deputy
    _keep(session, row, by, "office.deputy", now)


def wait(session: Session, by: Member, deputy_after: timedelta, griffier_after: timedelta, now: datetime) -> None:
    """After how much office time the deputy is told, and after how much more the griffier."""
    row = _row(session, by)
    row.deputy_after, row.griffier_after = (int(each / timedelta(minutes=1)) for each in (deputy_after, griffier_after))
    _keep(session, row, by, "office.turns", now)


def periods(session: Session, municipality_id: int, since: date) -> list[ClosedPeriod]:
    """The closed periods that have not ended before `since`, in order."""
    query = (
        select(ClosedPeriod)
        .where(col(ClosedPeriod.municipality_id) == municipality_id, col(ClosedPeriod.last) >= since)
        .order_by(col(ClosedPeriod.first), col(ClosedPeriod.id))
    )
    return list(session.scalars(query))


def close(session: Session, by: Member, period: Closed, now: datetime) -> None:
    """The griffie does not work in a period. Raises Refusal when there are too many."""
    if len(periods(session, by.municipality.id, by.municipality.date_at(now))) >= MOST_PERIODS:
        raise Refusal(f"Er staan al {MOST_PERIODS} perioden. Haal er eerst een weg.")
    row = ClosedPeriod(municipality_id=by.municipality.id, first=period.first, last=period.last, name=period.name)
    audit.record(session, by, "office.closed", "closedperiod", database.add(session, row), now)


def reopen(session: Session, by: Member, period_id: int, now: datetime) -> Closed:
    """The griffie works in a period after all; returns what it was. Raises Refusal when there is none."""
    row = session.get(ClosedPeriod, period_id)
    if row is None or row.municipality_id != by.municipality.id:
        raise Refusal("Die periode ken ik niet. Met /openingstijden ziet u welke er zijn.")
    was = Closed(row.first, row.last, row.name)
    session.delete(row)
    session.flush()
    audit.record(session, by, "office.reopened", "closedperiod", period_id, now)
    return was


def _row(session: Session, by: Member) -> Office:
    deputy_after, griffier_after = _STANDARD_AFTER
    return session.get(Office, by.municipality.id) or Office(
        municipality_id=by.municipality.id,
        week=_STANDARD_WEEK,
        deputy_after=deputy_after,
        griffier_after=griffier_after,
    )


def _keep(session: Session, row: Office, by: Member, action: str, now: datetime) -> None:
    session.add(row)
    session.flush()
    audit.record(session, by, action, "office", row.municipality_id, now)
