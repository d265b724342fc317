"""Group chats: linked by the griffie to a gremium or a fractie, unlinked, and lost."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from domain.messages import Address, Refusal
from domain.roles import Member
from storage import audit, database, group_reminders, invitations, members
from storage.tables import Fractie, Gremium, Group, GroupCode, GroupReminder, Meeting, MeetingState, WrongCode
from storage.tables.columns import core, in_chat

_GROUP = core(Group)
_LOST = select(_GROUP.c.id).where(_GROUP.c.lost_at.is_not(None)).limit(1)

VALID_FOR = timedelta(days=1)
_FRACTIE = "Fractie "


def audiences(session: Session, municipality_id: int) -> list[str]:
    """What a group can be of: each gremium and each fractie, in words."""
    return [
        *(gremium.name for gremium in members.gremia(session, municipality_id)),
        *(_FRACTIE + fractie.name for fractie in members.fracties(session, municipality_id)),
    ]


def meant(session: Session, municipality_id: int, audience: str) -> tuple[int | None, int | None]:
    """The id of the gremium or else of the fractie that is called so; neither when it is gone."""
    gremium = next((row.id for row in members.gremia(session, municipality_id) if row.name == audience), None)
    fracties = {_FRACTIE + row.name: row.id for row in members.fracties(session, municipality_id)}
    return gremium, None if gremium else fracties.get(audience)


def invite(session: Session, member: Member, audience: str, now: datetime) -> str:
    """Makes a code with which one group chat is linked. Raises Refusal when the gremium or fractie is gone."""
    place = member.municipality.id
    gremium, fractie = meant(session, place, audience)
    if gremium is None and fractie is None:
        raise Refusal("Die groep ken ik niet meer. Begin opnieuw met /groepen.")
    code = invitations.letters()
    session.add(
        GroupCode(
            municipality_id=place,
            made_by=member.id,
            gremium_id=gremium,
            fractie_id=fractie,
            code_hash=invitations.hashed(code),
            expires_at=now + VALID_FOR,
        )
    )
    return code


def link(session: Session, code: str, chat: Address, now: datetime) -> Group | None:
    """Links a group chat with a code; None, and counted, when the code is not good. An earlier link is replaced."""
    row = session.scalars(
        select(GroupCode).where(
            col(GroupCode.code_hash) == invitations.hashed(code),
            col(GroupCode.used_at).is_(None),
            col(GroupCode.expires_at) > now,
        )
    ).first()
    if row is None:
        session.add(WrongCode(platform=chat.platform, address=chat.chat, tried_at=now))
        return None
    row.used_at = now
    for former in session.scalars(select(Group).where(in_chat(Group, chat))).all():
        _forget(session, former)
    group = Group(
        municipality_id=row.municipality_id,
        platform=chat.platform,
        address=chat.chat,
        gremium_id=row.gremium_id,
        fractie_id=row.fractie_id,
        linked_at=now,
    )
    session.add(row)
    group_id = database.add(session, group)
    coming = select(Meeting).where(
        col(Meeting.municipality_id) == group.municipality_id,
        col(Meeting.state) == MeetingState.PLANNED,
        col(Meeting.starts_at) > now,
    )
    for meeting in session.scalars(coming):
        group_reminders.plan(session, meeting, now, told=True)
    audit.by(session, group.municipality_id, row.made_by, "group.linked", "groupchat", group_id, now)
    return group


def at(session: Session, chat: Address) -> Group | None:
    """The group that is linked in this chat."""
    return session.scalars(select(Group).where(in_chat(Group, chat), col(Group.lost_at).is_(None))).first()


def of(session: Session, municipality_id: int) -> list[Group]:
    """The linked groups of a municipality, the oldest first."""
    query = (
        select(Group)
        .where(col(Group.municipality_id) == municipality_id, col(Group.lost_at).is_(None))
        .order_by(col(Group.id))
    )
    return list(session.scalars(query))


def called(session: Session, group: Group) -> str:
    """The gremium or fractie that a group is of."""
    if group.gremium_id:
        return session.get_one(Gremium, group.gremium_id).name
    return _FRACTIE + session.get_one(Fractie, group.fractie_id).name


def for_audience(session: Session, municipality_id: int, audience: str) -> list[Group]:
    """The groups for which a notice to this audience is meant as well."""
    return [group for group in of(session, municipality_id) if called(session, group) == audience]


def unlink(session: Session, member: Member, group_id: int, now: datetime) -> Group:
    """The griffie unlinks a group. Raises Refusal when there is none with this number here."""
    group = session.get(Group, group_id)
    if group is None or group.municipality_id != member.municipality.id or group.lost_at:
        raise Refusal("Die groep is niet (meer) gekoppeld. Met /groepen ziet u welke er zijn.")
    _forget(session, group)
    audit.record(session, member, "group.unlinked", "groupchat", group_id, now)
    return group


def lost(session: Session, now: datetime) -> list[tuple[int, str, str]]:
    """Unlinks the groups that the bot was removed from; returns the municipality, the platform and what each was of."""
    if session.connection().execute(_LOST).first() is None:
        return []
    found = session.scalars(select(Group).where(col(Group.lost_at).is_not(None))).all()
    told = [(group.municipality_id, group.platform, called(session, group)) for group in found]
    for group in found:
        assert group.id is not None
        audit.by(session, group.municipality_id, None, "group.lost", "groupchat", group.id, now)
        _forget(session, group)
    return told


def _forget(session: Session, group: Group) -> None:
    session.execute(delete(GroupReminder).where(col(GroupReminder.group_id) == group.id))
    session.delete(group)
    session.flush()
