"""Counting by how many people a question was asked that the knowledge base has no answer to, without keeping by whom.

People are told apart by a keyed hash. The key is of one municipality and one quarter, and is destroyed when the
quarter is over; the questions themselves go a quarter later.
"""

import hmac
import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from domain.roles import Member
from storage.tables import CountingKey, Unanswered

LONGEST = 300  # characters; what is longer tells a story, by which its writer may be known
MOST = 300  # of a municipality, the newest, are looked at
_AT_ONCE = 50  # are read by the model
_MOST_OF_ONE = 30  # of one person in a quarter


def period_of(day: date) -> str:
    """The quarter of a day: “2026-4”."""
    return f"{day.year}-{(day.month + 2) // 3}"


def keep(session: Session, member: Member, text: str, now: datetime) -> bool:
    """Keeps a question, cleaned already, of this member; returns whether it counts from now on."""
    period, asker = _asker(session, member, now)
    own = select(col(Unanswered.text)).where(col(Unanswered.period) == period, col(Unanswered.asker) == asker)
    before = session.scalars(own.where(col(Unanswered.municipality_id) == member.municipality.id)).all()
    if not text or len(text) > LONGEST or len(before) >= _MOST_OF_ONE:
        return False
    if text not in before:
        session.add(Unanswered(municipality_id=member.municipality.id, period=period, asker=asker, text=text))
        session.flush()
    return True


def take_back(session: Session, member: Member, text: str, now: datetime) -> None:
    """Erases a question that this member took back. Of an earlier quarter nobody can tell whose it was; then all
    with these very words go."""
    period, asker = _asker(session, member, now)
    session.execute(
        delete(Unanswered).where(
            col(Unanswered.municipality_id) == member.municipality.id,
            col(Unanswered.text) == text,
            (col(Unanswered.asker) == asker) | (col(Unanswered.period) != period),
        )
    )


def erase(session: Session, municipality_id: int, person_id: int) -> None:
    """Erases what a person asked in the quarter of which the key is still there; before that nobody can tell."""
    for row in session.scalars(select(CountingKey).where(col(CountingKey.municipality_id) == municipality_id)).all():
        theirs = col(Unanswered.asker) == _hashed(row.key, person_id)
        session.execute(delete(Unanswered).where(col(Unanswered.period) == row.period, theirs))


def kept(session: Session, municipality_id: int) -> list[Unanswered]:
    """The questions that are kept, in an order that tells nothing about when they were asked."""
    query = (
        select(Unanswered)
        .where(col(Unanswered.municipality_id) == municipality_id)
        .order_by(col(Unanswered.id).desc())
        .limit(MOST)
    )
    return sorted(session.scalars(query), key=lambda row: row.text)


def people(rows: Collection[Unanswered]) -> int:
    """By how many people these were asked, at the least: the most in one quarter, since nobody can be recognised in
    another."""
    askers: defaultdict[str, set[bytes]] = defaultdict(set)
    for row in rows:
        askers[row.period].add(row.asker)
    return max(map(len, askers.values()), default=0)


def unread(session: Session) -> dict[int, str]:
    """Questions whose meaning is not known yet, by their ids."""
    query = select(col(Unanswered.id), col(Unanswered.text)).where(col(Unanswered.meaning).is_(None)).limit(_AT_ONCE)
    return {row[0]: row[1] for row in session.execute(query)}


def read(session: Session, meanings: Mapping[int, bytes]) -> None:
    """Keeps what the model read in them."""
    for row, meaning in meanings.items():
        session.execute(update(Unanswered).where(col(Unanswered.id) == row).values(meaning=meaning))


def forget(session: Session, now: datetime) -> None:
    """Destroys the keys of quarters that are over, and what was asked before the last one."""
    current = period_of(now.date())
    year, quarter = map(int, current.split("-"))
    last = f"{year}-{quarter - 1}" if quarter > 1 else f"{year - 1}-4"
    session.execute(delete(CountingKey).where(col(CountingKey.period) < current))
    session.execute(delete(Unanswered).where(col(Unanswered.period) < last))


def _asker(session: Session, member: Member, now: datetime) -> tuple[str, bytes]:
    period = period_of(member.municipality.date_at(now))
    row = session.get(CountingKey, (member.municipality.id, period))
    if row is None:
        row = CountingKey(municipality_id=member.municipality.id, period=period, key=secrets.token_bytes(32))
        session.add(row)
        session.flush()
    return period, _hashed(row.key, member.person_id)


def _hashed(key: bytes, person_id: int) -> bytes:
    return hmac.digest(key, str(person_id).encode(), "sha256")[:16]
