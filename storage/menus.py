"""Which menu of commands each chat shows. What it should show follows from the mandates of today: the difference is
what is owed, so that nothing is told twice, and nothing is forgotten when a role begins or ends."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col

from domain.roles import COUNCIL, Role
from storage.members import of_today
from storage.tables import Chat, Mandate, Member, Municipality, ShownMenu
from storage.tables.columns import core

_SHOWN = core(ShownMenu)


def roles(session: Session, platform: str, now: datetime) -> Mapping[str, frozenset[Role]]:
    """The roles of today of everybody with a chat on a platform who has more than a seat in the council, by chat.

    Today is the date where the municipality is that the conversation is about.
    """
    more = select(col(Mandate.member_id)).where(col(Mandate.role).not_in(COUNCIL))
    found: defaultdict[str, set[Role]] = defaultdict(set)
    for zone in session.scalars(select(col(Municipality.zone)).distinct()).all():
        query = (
            select(col(Chat.address), col(Mandate.role))
            .join(
                Member,
                (col(Member.person_id) == Chat.person_id) & (col(Member.municipality_id) == Chat.municipality_id),
            )
            .join(Mandate, col(Mandate.member_id) == Member.id)
            .join(Municipality, col(Municipality.id) == Chat.municipality_id)
            .where(
                col(Chat.platform) == platform,
                col(Municipality.zone) == zone,
                col(Member.id).in_(more),
                of_today(now.astimezone(ZoneInfo(zone)).date(), Mandate.begins, Mandate.ends),
            )
        )
        for address, role in session.execute(query):
            found[address].add(role)
    return {address: frozenset(held) for address, held in found.items() if held - COUNCIL}


def shown(session: Session, platform: str) -> dict[str, str]:
    """The menu that each chat shows, of those that have one of their own."""
    rows = session.execute(select(_SHOWN.c.address, _SHOWN.c.menu).where(_SHOWN.c.platform == platform))
    return {row.address: row.menu for row in rows}


def show(session: Session, platform: str, address: str, menu: str) -> None:
    """Records which menu a chat shows from now on; empty: the usual one."""
    if menu:
        stored = insert(_SHOWN).values(platform=platform, address=address, menu=menu)
        session.execute(stored.on_conflict_do_update(index_elements=["platform", "address"], set_={"menu": menu}))
    else:
        session.execute(delete(_SHOWN).where(_SHOWN.c.platform == platform, _SHOWN.c.address == address))
