"""Whether people found an answer useful: counted by article and month, without a name."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.tables import Usefulness, UselessReason

FEW = 5  # fewer reasons than this are not shown: whoever knows the people could tell whose they are


def month_of(day: date) -> str:
    """The month in which something is counted: “2026-11”."""
    return f"{day:%Y-%m}"


def count(session: Session, municipality_id: int, article: str, day: date, *, useful: bool) -> None:
    """Counts one person's opinion of an article; `day` is the date there."""
    month = month_of(day)
    query = select(Usefulness).where(
        col(Usefulness.municipality_id) == municipality_id,
        col(Usefulness.article) == article,
        col(Usefulness.month) == month,
    )
    row = session.scalars(query).one_or_none()
    row = row or Usefulness(municipality_id=municipality_id, article=article, month=month)
    row.useful += useful
    row.useless += not useful
    session.add(row)
    session.flush()


def keep_reason(session: Session, municipality_id: int, article: str, day: date, text: str) -> None:
    """Keeps why somebody did not find an article useful."""
    session.add(UselessReason(municipality_id=municipality_id, article=article, month=month_of(day), text=text))


def counts(session: Session, municipality_id: int, month: str) -> list[Usefulness]:
    """What was counted in a month, the most “no” first."""
    query = (
        select(Usefulness)
        .where(col(Usefulness.municipality_id) == municipality_id, col(Usefulness.month) == month)
        .order_by(col(Usefulness.useless).desc(), col(Usefulness.useful).desc(), col(Usefulness.article))
    )
    return list(session.scalars(query))


def reasons(session: Session, municipality_id: int, article: str) -> list[str] | None:
    """Why people did not find an article useful, alphabetically, so that the order tells nothing.

    None when there are fewer than `FEW`.
    """
    query = select(col(UselessReason.text)).where(
        col(UselessReason.municipality_id) == municipality_id, col(UselessReason.article) == article
    )
    found = sorted(session.scalars(query))
    return found if len(found) >= FEW else None


def reason_counts(session: Session, municipality_id: int) -> dict[str, int]:
    """How many reasons there are, by article."""
    query = (
        select(col(UselessReason.article), func.count())
        .where(col(UselessReason.municipality_id) == municipality_id)
        .group_by(col(UselessReason.article))
    )
    return {row[0]: row[1] for row in session.execute(query)}
