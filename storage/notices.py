"""Notices: to whom they go, and who was reached."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session, col

from domain.delivery import Priority
from domain.messages import Choice, Refusal
from domain.roles import COUNCIL, EVERYONE, Member
from storage import audit, database, files, groups, mailing, members, outbox
from storage.members import Known
from storage.tables import Member as MemberRow
from storage.tables import Notice, NoticeRecipient, OutboxMessage, State
from storage.tables.columns import core

SUBJECT = "notice"
ALL = "Iedereen"
COUNCIL_MEMBERS = "Raadsleden en commissieleden"


def audiences(session: Session, member: Member) -> list[str]:
    """What the griffie can choose from: everybody, those elected or appointed, each gremium, each fractie."""
    return [ALL, COUNCIL_MEMBERS, *groups.audiences(session, member.municipality.id)]


def audience(session: Session, member: Member, chosen: str, now: datetime) -> list[Known]:
    """The people of an audience today, without the author. Raises Refusal when it is gone."""
    place, today = member.municipality.id, member.municipality.date_at(now)
    gremium_id, fractie_id = groups.meant(session, place, chosen)
    if chosen == ALL:
        people = members.holding(session, place, EVERYONE, today)
    elif chosen == COUNCIL_MEMBERS:
        people = members.holding(session, place, COUNCIL, today)
    elif gremium_id is not None:
        people = members.seated(session, gremium_id, today)
    elif fractie_id is not None:
        people = members.in_fractie(session, fractie_id, today)
    else:
        raise Refusal("Die groep ken ik niet meer. Begin opnieuw met /bericht.")
    return [person for person in people if person.id != member.id]


def send(
    session: Session,
    member: Member,
    chosen: str,
    text: str,
    cause: str,
    now: datetime,
    file_id: int | None = None,
) -> Notice:
    """Stores a notice and owes it to everybody of its audience, with its file, all in one transaction.

    `cause`: the key of the message that confirmed it. Raises Refusal when there is nobody, or the file is gone.
    """
    people = audience(session, member, chosen, now)
    if not people:
        raise Refusal("In deze groep zit niemand aan wie het bericht kan.")
    notice = Notice(
        municipality_id=member.municipality.id,
        author_id=member.id,
        cause=cause,
        audience=chosen,
        text=text,
        file_id=file_id,
        sent_at=now,
    )
    notice_id = database.add(session, notice)
    if file_id:
        files.belongs(session, member, file_id, SUBJECT, notice_id)
    reached = members.linked(session, people)
    told = [person for person in people if person.id in reached]
    choices = [Choice("Reageren", f"/opbericht {notice_id}").as_json()]
    about = {"subject": SUBJECT, "subject_id": notice_id, "file_id": file_id, "choices": choices}
    about |= {"municipality_id": notice.municipality_id, "priority": Priority.BROADCAST}
    rows = mailing.owe(session, [mailing.row(now, person_id=person.person_id, **about) for person in told])
    owed = dict(zip((person.id for person in told), rows, strict=True))
    shared: dict[str, int | None] = {"notice_id": notice_id, "municipality_id": notice.municipality_id}
    recipients = [shared | {"member_id": person.id, "outbox_id": owed.get(person.id)} for person in people]
    session.connection().execute(insert(core(NoticeRecipient)), recipients)
    for group in groups.for_audience(session, notice.municipality_id, chosen):
        outbox.post_in(
            session, group, "", now, subject=SUBJECT, subject_id=notice_id, file_id=file_id, priority=Priority.BROADCAST
        )
    audit.record(session, member, "notice.sent", "notice", notice_id, now)
    session.flush()
    return notice


@dataclass(frozen=True, slots=True)
class Reach:
    """Who was reached, by name. `doubtful`: it may have arrived; `missed`: name and why not."""

    reached: tuple[str, ...]
    underway: tuple[str, ...]
    doubtful: tuple[str, ...]
    missed: tuple[tuple[str, str], ...]


def reach(session: Session, notice: Notice) -> Reach:
    """How far a notice has come."""
    rows = session.execute(
        select(col(MemberRow.name), col(OutboxMessage.state), col(OutboxMessage.reason))
        .join(NoticeRecipient, col(NoticeRecipient.member_id) == MemberRow.id)
        .outerjoin(OutboxMessage, col(OutboxMessage.id) == NoticeRecipient.outbox_id)
        .where(col(NoticeRecipient.notice_id) == notice.id)
        .order_by(col(MemberRow.name))
    ).all()
    missed = (State.FAILED, State.WITHDRAWN)
    return Reach(
        reached=tuple(name for name, state, _ in rows if state == State.SENT),
        underway=tuple(name for name, state, _ in rows if state in (State.WAITING, State.CLAIMED, State.SENDING)),
        doubtful=tuple(name for name, state, _ in rows if state == State.UNCERTAIN),
        missed=tuple(
            (name, reason or "nog niet aangemeld bij Raadsmaat")
            for name, state, reason in rows
            if state is None or state in missed
        ),
    )


def in_groups(session: Session, notice: Notice) -> list[tuple[str, bool]]:
    """The platforms of the groups a notice was for, and whether it has arrived there."""
    query = select(col(OutboxMessage.platform), col(OutboxMessage.state)).where(
        col(OutboxMessage.subject) == SUBJECT,
        col(OutboxMessage.subject_id) == notice.id,
        col(OutboxMessage.person_id).is_(None),
    )
    return [(platform or "", state == State.SENT) for platform, state in session.execute(query)]


def latest(session: Session, member: Member, most: int = 5) -> list[Notice]:
    """The last notices of a municipality, the newest first."""
    query = (
        select(Notice)
        .where(col(Notice.municipality_id) == member.municipality.id)
        .order_by(col(Notice.id).desc())
        .limit(most)
    )
    return list(session.scalars(query))


def received(session: Session, member: Member, notice_id: int) -> bool:
    """Whether a notice was for this member."""
    return session.get(NoticeRecipient, (notice_id, member.id)) is not None


def get(session: Session, member: Member, notice_id: int) -> Notice:
    """A notice of this municipality. Raises Refusal when there is none with this number."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.municipality_id != member.municipality.id:
        raise Refusal("Dat bericht ken ik niet. Met /bereik ziet u de laatste berichten.")
    return notice
