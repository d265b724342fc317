"""Switching answers off and on: one article or all, in one municipality or in the whole installation."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage import audit
from storage.tables import Municipality, Silence

ALL = ""  # in the place of an article: every answer


def silent(session: Session, municipality_id: int) -> dict[str, Silence]:
    """What gives no answers in a municipality now, by article; under `ALL` when nothing does.

    What the administrator switched off for everybody goes before what the municipality did itself.
    """
    query = select(Silence).where(
        col(Silence.ended_at).is_(None),
        col(Silence.municipality_id).is_(None) | (col(Silence.municipality_id) == municipality_id),
    )
    rows = sorted(session.scalars(query), key=lambda row: row.municipality_id is None)
    return {row.article: row for row in rows}


def switch_off(
    session: Session, municipality_id: int | None, article: str, reason: str, by: int | None, now: datetime
) -> bool:
    """Lets an article, or with `ALL` every one, give no answers any more. False: it was off there already.

    Without a municipality it holds for all of them; that is the administrator's, who has no member's id.
    """
    if _open(session, municipality_id, article):
        return False
    row = Silence(municipality_id=municipality_id, article=article, reason=reason, began_at=now, began_by=by)
    session.add(row)
    session.flush()
    _record(session, row, "answers.switched_off", by, now)
    return True


def switch_on(session: Session, municipality_id: int | None, article: str, by: int | None, now: datetime) -> bool:
    """Lets it answer again. False: it was not off there."""
    row = _open(session, municipality_id, article)
    if row is None:
        return False
    row.ended_at, row.ended_by = now, by
    session.add(row)
    _record(session, row, "answers.switched_on", by, now)
    return True


def everything_off(session: Session) -> list[tuple[str, Silence]]:
    """All that is off now, each with the name of the municipality, or nothing for what is off in all of them."""
    query = (
        select(Silence, col(Municipality.name))
        .join(Municipality, col(Municipality.id) == col(Silence.municipality_id), isouter=True)
        .where(col(Silence.ended_at).is_(None))
        .order_by(col(Silence.municipality_id).is_not(None), col(Municipality.name), col(Silence.article))
    )
    return [(name or "", row) for row, name in session.execute(query)]


def _open(session: Session, municipality_id: int | None, article: str) -> Silence | None:
    there = col(Silence.municipality_id)
    query = select(Silence).where(
        col(Silence.article) == article,
        col(Silence.ended_at).is_(None),
        there.is_(None) if municipality_id is None else there == municipality_id,
    )
    return session.scalars(query).one_or_none()


def _record(session: Session, row: Silence, action: str, by: int | None, now: datetime) -> None:
    # What holds for everybody is written down with each municipality: each may ask what was done to it.
    places: Iterable[int | None] = [row.municipality_id]
    if row.municipality_id is None:
        places = session.scalars(select(col(Municipality.id)))
    for place in places:
        assert place is not None
        assert row.id is not None
        audit.by(session, place, by, action, "silence", row.id, now)
