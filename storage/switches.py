"""Which platforms a municipality uses: switched off with a reason, and on again."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from domain.messages import Refusal
from storage import audit, members, reach
from storage.tables import Chat, ClosedPlatform, Member

NOT_YET = "dit platform is nog niet aangezet"


def closed(session: Session, municipality_id: int) -> dict[str, ClosedPlatform]:
    """The platforms that a municipality does not use, by name."""
    query = select(ClosedPlatform).where(col(ClosedPlatform.municipality_id) == municipality_id)
    return {row.platform: row for row in session.scalars(query)}


def close(
    session: Session, municipality_id: int, platform: str, reason: str, now: datetime, by: int | None
) -> list[Chat]:
    """Switches a platform off; returns the chats there of its people, who are to be told. `by`: a member, if known.

    Raises Refusal when it is off already.
    """
    if session.get(ClosedPlatform, (municipality_id, platform)):
        raise Refusal("Dat platform staat al uit.")
    row = ClosedPlatform(municipality_id=municipality_id, platform=platform, reason=reason, closed_at=now, closed_by=by)
    session.add(row)
    session.flush()
    audit.by(session, municipality_id, by, f"platform.{platform}.closed", "municipality", municipality_id, now)
    return chats_on(session, municipality_id, platform, now)


def reopen(session: Session, municipality_id: int, platform: str, now: datetime, by: int | None) -> list[Chat]:
    """Switches a platform on again; returns the chats there of its people. Raises Refusal when it is on."""
    row = session.get(ClosedPlatform, (municipality_id, platform))
    if row is None:
        raise Refusal("Dat platform staat al aan.")
    session.delete(row)
    session.flush()
    audit.by(session, municipality_id, by, f"platform.{platform}.opened", "municipality", municipality_id, now)
    return chats_on(session, municipality_id, platform, now)


def chats_on(session: Session, municipality_id: int, platform: str, now: datetime) -> list[Chat]:
    """The open chats on a platform of everybody who has a mandate in a municipality now."""
    place = members.place(session, municipality_id)
    holders = [person.person_id for person in members.everybody(session, place, now)]
    query = (
        select(Chat)
        .where(col(Chat.person_id).in_(holders), col(Chat.platform) == platform, col(Chat.unreachable_at).is_(None))
        .order_by(col(Chat.id))
    )
    return list(session.scalars(query))


def only_there(session: Session, municipality_id: int, platform: str, now: datetime) -> list[Member]:
    """Those who would no longer be reached without this platform, by name."""
    found = chats_on(session, municipality_id, platform, now)
    return [
        member
        for member in session.scalars(
            select(Member)
            .where(
                col(Member.municipality_id) == municipality_id,
                col(Member.person_id).in_({chat.person_id for chat in found}),
            )
            .order_by(col(Member.name))
        )
        if not reach.reached_without(session, member.person_id, municipality_id, platform)
    ]
