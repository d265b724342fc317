"""Where each person is reached: on a platform that runs, that their municipality allows, in a chat that is open."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, select
from sqlmodel import Session

from domain.delivery import Priority
from storage.tables import Chat, ClosedPlatform, Member, OutboxMessage, RunningPlatform
from storage.tables.columns import core

_RUNNING, _CLOSED, _MEMBER = (core(model) for model in (RunningPlatform, ClosedPlatform, Member))
# By names of their own, so that they are not taken for the same tables in the query around them.
_CHAT, _WORKING, _SAID = core(Chat).alias("open_chat"), _RUNNING.alias("working"), core(OutboxMessage).alias("said")

# The last answer in a chat says when it was used last.
_LAST_USED = (
    select(_SAID.c.id)
    .where(
        _SAID.c.platform == _CHAT.c.platform,
        _SAID.c.address == _CHAT.c.address,
        _SAID.c.priority == Priority.CONVERSATION,
    )
    .order_by(_SAID.c.id.desc())
    .limit(1)
    .correlate(_CHAT)
    .scalar_subquery()
)


def _there_is(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(*table.primary_key).where(*conditions).correlate_except(table))


def open_to(municipality_id: Any) -> ColumnElement[bool]:
    """Whether messages of this municipality (a value or a column) can arrive in a chat."""
    closed = _there_is(_CLOSED, _CLOSED.c.municipality_id == municipality_id, _CLOSED.c.platform == _CHAT.c.platform)
    runs = _there_is(_RUNNING, _RUNNING.c.name == _CHAT.c.platform)
    return and_(_CHAT.c.unreachable_at.is_(None), ~closed, runs)


def best(person_id: Any, municipality_id: Any) -> Any:
    """The id of the chat in which a person is reached: of those on platforms that work now the one that
    they chose, else the one they used last. NULL when there is none. For use within a query."""
    return (
        select(_CHAT.c.id)
        .join(_WORKING, _WORKING.c.name == _CHAT.c.platform)
        .where(_CHAT.c.person_id == person_id, open_to(municipality_id))
        .order_by(
            _WORKING.c.failing_since.is_not(None),
            _CHAT.c.preferred.desc(),
            _LAST_USED.desc().nulls_last(),
            _CHAT.c.id.desc(),
        )
        .limit(1)
        .correlate_except(_CHAT, _WORKING)
        .scalar_subquery()
    )


def reached(session: Session, member_ids: Collection[int]) -> set[int]:
    """The ids of those of these members who have a chat in which their municipality can reach them."""
    query = select(_MEMBER.c.id).where(
        _MEMBER.c.id.in_(member_ids),
        _there_is(_CHAT, _CHAT.c.person_id == _MEMBER.c.person_id, open_to(_MEMBER.c.municipality_id)),
    )
    return set(session.scalars(query))


def reached_without(session: Session, person_id: int, municipality_id: int, platform: str) -> bool:
    """Whether a municipality could reach a person without this platform."""
    query = select(_CHAT.c.id).where(
        _CHAT.c.person_id == person_id, _CHAT.c.platform != platform, open_to(literal(municipality_id))
    )
    return session.execute(query).first() is not None


def unreached() -> ColumnElement[bool]:
    """Whether a `Member` in a query has no such chat."""
    return ~_there_is(_CHAT, _CHAT.c.person_id == _MEMBER.c.person_id, open_to(_MEMBER.c.municipality_id))


def usable(session: Session, municipality_id: int) -> list[RunningPlatform]:
    """The platforms that run and that a municipality uses, by name."""
    closed = select(_CLOSED.c.platform).where(_CLOSED.c.municipality_id == municipality_id)
    query = select(RunningPlatform).where(_RUNNING.c.name.not_in(closed)).order_by(_RUNNING.c.name)
    return list(session.scalars(query))


def allows(session: Session, municipality_id: int, platform: str) -> bool:
    """Whether a municipality uses a platform."""
    return session.get(ClosedPlatform, (municipality_id, platform)) is None
