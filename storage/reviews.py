"""Which griffie was told that which article must be checked again."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.tables import ReviewTask


def note(session: Session, municipality_id: int, due: Mapping[str, date], now: datetime) -> list[str]:
    """Writes down that a griffie is told of these articles; returns those it was not told of before."""
    query = select(col(ReviewTask.article), col(ReviewTask.due)).where(
        col(ReviewTask.municipality_id) == municipality_id
    )
    told = {(row[0], row[1]) for row in session.execute(query)}
    fresh = [article for article, day in due.items() if (article, day) not in told]
    session.add_all(
        ReviewTask(municipality_id=municipality_id, article=article, due=due[article], told_at=now) for article in fresh
    )
    session.flush()
    return fresh
