"""A notice to many: everybody is owed it, and putting that down takes no longer a person the more there are."""

from pathlib import Path

from sqlalchemy import Engine, event, select
from sqlmodel import col

from domain.delivery import Priority
from domain.messages import Address
from domain.roles import Role
from storage import members, notices, platforms
from storage.database import transaction
from storage.tables import Chat, Member, Notice, NoticeRecipient, OutboxMessage
from tests.mandates import give, member
from tests.town import MONDAY, PLATFORM, database


def sent(engine: Engine, cause: str) -> int:
    """A notice to everybody; returns how many statements it took."""
    asked: list[str] = []
    griet = Address(PLATFORM, "griet")
    with transaction(engine) as session:
        author = members.at(session, [griet], MONDAY)[griet]
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        notices.send(session, author, notices.ALL, "De raadzaal is dicht.", cause, MONDAY)
        return len(asked)


def test_thousands_are_put_down_together(tmp_path: Path) -> None:
    engine = database(tmp_path, filled=True)
    with transaction(engine) as session:
        platforms.started(session, [PLATFORM], MONDAY)
    few = sent(engine, "een")
    for number in range(300):
        give(engine, f"Lid {number}", Role.RAADSLID)
    with transaction(engine) as session:
        for number in range(0, 300, 2):
            one = member(session, f"Lid {number}")
            session.add(
                Chat(
                    platform=PLATFORM,
                    address=f"lid{number}",
                    person_id=one.person_id,
                    municipality_id=one.municipality_id,
                    linked_at=MONDAY,
                )
            )
    assert sent(engine, "twee") <= few + 5
    with transaction(engine) as session:
        notice = session.scalars(select(Notice).where(col(Notice.cause) == "twee")).one()
        recipients = session.scalars(select(NoticeRecipient).where(col(NoticeRecipient.notice_id) == notice.id)).all()
        owed = {one.outbox_id: one.member_id for one in recipients if one.outbox_id}
        assert len(recipients) > 300
        assert len(owed) == len([one for one in recipients if one.outbox_id]) > 150
        people = {one.id: one.person_id for one in session.scalars(select(Member))}
        for row in session.scalars(select(OutboxMessage).where(col(OutboxMessage.id).in_(owed))):
            assert (row.priority, row.subject, row.subject_id) == (Priority.BROADCAST, notices.SUBJECT, notice.id)
            assert people[owed[row.id or 0]] == row.person_id
        assert member(session, "Lid 1").id not in owed.values()
