"""That a message has arrived is recorded along with the next answers, and whatever becomes of those."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.database import Database
from bot.marks import Marks
from domain.messages import Address
from storage import outbox
from storage.database import connect, transaction
from storage.parcels import Result
from storage.tables import OutboxMessage, State
from tests.town import database_file

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 12, 8, 12, tzinfo=UTC)


class _Wrong(Exception):
    pass


def _state(session: Session) -> State:
    return session.exec(select(OutboxMessage)).one().state


@pytest.mark.parametrize("goes_wrong", [False, True])
async def test_what_arrived_is_recorded_along_with_the_next_answers_or_else_by_itself(
    tmp_path: Path, goes_wrong: bool
) -> None:
    database = Database(connect(database_file(tmp_path)))
    with transaction(database.engine) as session:
        row_id = outbox.post(session, None, Address("papier", "anna"), "Goedemorgen.", NOW)
    settled: list[int] = []
    marks = Marks(database, lambda: NOW, "deze", settled.append)
    marks.report(Result(row_id, message_id="1", parts_sent=1))
    arrived = marks.arrived()

    def answers(session: Session) -> State:
        if goes_wrong:
            raise _Wrong
        return _state(session)

    if goes_wrong:
        with pytest.raises(_Wrong):
            await marks.along(arrived, answers)
        assert (settled, marks.unwritten) == ([], 1)
        await marks.flush()
    else:
        assert await marks.along(arrived, answers) is State.SENT
    with transaction(database.engine) as session:
        assert _state(session) is State.SENT
    assert (settled, marks.unwritten) == ([row_id], 0)
    database.close()
