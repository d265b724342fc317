"""Meetings: entered, moved, cancelled, and what comes for whom."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from domain.messages import Refusal
from domain.roles import Member
from storage import audit, database, members, reminders
from storage.tables import Gremium, Meeting, MeetingState

_MOST = 12  # in one message


def enter(
    session: Session,
    member: Member,
    *,
    gremium: str,
    topic: str,
    starts_at: datetime,
    place: str,
    closed: bool,
    cause: str,
    now: datetime,
) -> Meeting:
    """Stores a meeting and plans its reminders. Of a closed meeting the topic is not kept.

    Raises Refusal when there is no such gremium or the moment has passed.
    """
    found = session.scalars(
        select(Gremium).where(col(Gremium.municipality_id) == member.municipality.id, col(Gremium.name) == gremium)
    ).first()
    if found is None:
        raise Refusal("Die raad of commissie ken ik niet meer. Begin opnieuw met /vergadering.")
    _must_come(starts_at, now)
    assert found.id is not None
    meeting = Meeting(
        municipality_id=member.municipality.id,
        gremium_id=found.id,
        cause=cause,
        topic="" if closed else topic,
        starts_at=starts_at,
        place=place,
        closed=closed,
    )
    meeting_id = database.add(session, meeting)
    reminders.plan(session, meeting, now)
    audit.record(session, member, "meeting.entered", "meeting", meeting_id, now)
    return meeting


def _must_come(starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise Refusal("Dat moment is al voorbij. Kies een moment dat nog komt.")


def planned(session: Session, member: Member, meeting_id: int, now: datetime) -> Meeting:
    """A meeting of this municipality that is still to come. Raises Refusal otherwise."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.municipality_id != member.municipality.id:
        raise Refusal("Die vergadering ken ik niet. Met /agenda ziet u welke er zijn.")
    if meeting.state == MeetingState.CANCELLED:
        raise Refusal("Deze vergadering is al afgelast.")
    if meeting.starts_at <= now:
        raise Refusal("Deze vergadering is al begonnen of voorbij.")
    return meeting


def move(
    session: Session, member: Member, meeting_id: int, starts_at: datetime, place: str | None, now: datetime
) -> Meeting:
    """Gives a meeting another time, and another place where one is given; its reminders follow.

    Nobody is reminded at once: that it was moved is told to everybody already. Raises Refusal when it is not to come,
    or would not be.
    """
    meeting = planned(session, member, meeting_id, now)
    _must_come(starts_at, now)
    meeting.starts_at = starts_at
    meeting.place = place or meeting.place
    session.add(meeting)
    session.flush()
    reminders.plan(session, meeting, now, told=True)
    audit.record(session, member, "meeting.moved", "meeting", meeting_id, now)
    return meeting


def cancel(session: Session, member: Member, meeting_id: int, reason: str | None, now: datetime) -> Meeting:
    """Cancels a meeting; nobody is reminded of it any more. Of a closed meeting the reason is not kept.

    Raises Refusal when it is not to come.
    """
    meeting = planned(session, member, meeting_id, now)
    meeting.state, meeting.reason = MeetingState.CANCELLED, None if meeting.closed else reason
    session.add(meeting)
    session.flush()
    reminders.plan(session, meeting, now)
    audit.record(session, member, "meeting.cancelled", "meeting", meeting_id, now)
    return meeting


def gremium(session: Session, meeting: Meeting) -> str:
    """The name of the body that meets."""
    return session.get_one(Gremium, meeting.gremium_id).name


def attending(session: Session, meeting: Meeting, member: Member) -> list[members.Known]:
    """Those who belong to the gremium on the day of the meeting."""
    day = member.municipality.date_at(meeting.starts_at)
    return members.seated(session, meeting.gremium_id, day)


def coming_for(session: Session, municipality_id: int, gremia: Collection[int] | None, now: datetime) -> list[Meeting]:
    """The first meetings that come for these gremia; None: for all of a municipality."""
    query = select(Meeting).where(
        col(Meeting.municipality_id) == municipality_id,
        col(Meeting.starts_at) > now,
        col(Meeting.state) == MeetingState.PLANNED,
    )
    if gremia is not None:
        query = query.where(col(Meeting.gremium_id).in_(gremia))
    return list(session.scalars(query.order_by(col(Meeting.starts_at), col(Meeting.id)).limit(_MOST)))


def coming(session: Session, member: Member, now: datetime) -> list[Meeting]:
    """What comes for a member: the meetings of their gremia; for the griffie those of all."""
    today = member.municipality.date_at(now)
    gremia = None if member.griffie else members.seats_of(session, member.id, today)
    return coming_for(session, member.municipality.id, gremia, now)
