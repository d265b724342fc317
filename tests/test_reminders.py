"""When somebody is reminded: the rule, and what is planned and queued of it."""

import sqlite3
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert, select
from sqlmodel import col

from domain.delivery import DeliveryFailed
from domain.reminders import LEADS, due
from domain.roles import Role
from handlers import outgoing
from storage import reminders
from storage.database import transaction
from storage.tables import (
    Gremium,
    Mandate,
    Meeting,
    Member,
    OutboxMessage,
    Person,
    Reminder,
    ReminderState,
    Seat,
    State,
)
from tests.mandates import LONG_AGO, end
from tests.town import AMSTERDAM, MONDAY, Letter, Town, database, town

WEEK, DAY, HOURS = 7 * 24 * 60, 24 * 60, 120


def at(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    """A moment on the clocks of Amsterdam, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC)


# --- The rule ---


def test_each_lead_is_due_that_long_before() -> None:
    starts = at(8, 19, 30, month=12)
    assert due(starts, (WEEK, DAY, HOURS), MONDAY) == {
        WEEK: at(1, 19, 30, month=12),
        DAY: at(7, 19, 30, month=12),
        HOURS: at(8, 17, 30, month=12),
    }


@pytest.mark.parametrize(
    ("starts", "day_before"),
    [
        (at(28, 14, month=3, year=2027), at(27, 13, month=3, year=2027)),  # the clock went forward in between
        (at(31, 14, month=10, year=2027), at(30, 15, month=10, year=2027)),  # and back
        (at(29, 14, month=3, year=2027), at(28, 14, month=3, year=2027)),  # not in between
    ],
)
def test_a_lead_is_elapsed_time_over_both_switches_of_the_clock(starts: datetime, day_before: datetime) -> None:
    assert due(starts, (DAY,), MONDAY) == {DAY: day_before}


def test_what_has_passed_is_left_out_and_at_short_notice_the_shortest_is_due_at_once() -> None:
    assert due(MONDAY + timedelta(days=2), (WEEK, DAY), MONDAY) == {DAY: MONDAY + timedelta(days=1)}
    assert due(MONDAY + timedelta(minutes=30), (WEEK, DAY, HOURS), MONDAY) == {HOURS: MONDAY}
    assert due(MONDAY, (WEEK, DAY, HOURS), MONDAY) == {}
    assert due(MONDAY + timedelta(days=2), (), MONDAY) == {}


@given(
    st.integers(-10_000, 100_000).map(lambda minutes: MONDAY + timedelta(minutes=minutes)),
    st.sets(st.sampled_from(LEADS)),
)
@settings(deadline=None)
def test_whoever_wants_reminders_of_what_is_to_come_gets_at_least_one_and_never_one_too_late(
    starts: datetime, leads: set[int]
) -> None:
    found = due(starts, leads, MONDAY)
    assert bool(found) == (bool(leads) and starts > MONDAY)
    assert set(found) <= leads
    assert all(MONDAY <= moment < starts for moment in found.values())


# --- What is planned and sent ---


async def enter(here: Town, gremium: str, when: str) -> None:
    for text in ("/vergadering", gremium, when, "zaal", "nee", "Armoede", "ja"):
        await here.says("griet", text)


def told(letters: list[Letter], words: str = "Herinnering") -> Counter[str]:
    return Counter(letter.to for letter in letters if words in letter.plain)


async def wait_until(here: Town, moment: datetime) -> list[Letter]:
    return await here.later(moment - here.now)


@pytest.mark.asyncio
async def test_a_restart_sends_nothing_twice_and_a_clock_that_jumps_back_does_neither(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        assert told(await wait_until(here, at(24, 19, 30))) == {"anna": 1, "bram": 1}
        assert await here.restart() == []
        assert await here.later(timedelta(hours=-3)) == []
        assert await here.later(timedelta(hours=3)) == []
        assert told(await wait_until(here, at(30, 19, 30))) == {"anna": 1, "bram": 1}


@pytest.mark.asyncio
async def test_who_was_reminded_is_not_reminded_at_once_because_a_setting_changed(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await wait_until(here, at(24, 19, 31))
        for lead in (14 * 24 * 60, 60):
            await here.says("anna", f"/herinner aan {lead}")
        assert await here.later(timedelta(hours=1)) == []
        await here.says("anna", f"/herinner uit {DAY}")
        assert told(await wait_until(here, at(30, 19, 30, month=11))) == {"bram": 1}
        await wait_until(here, at(1, 17, 30, month=12))
        assert told(await wait_until(here, at(1, 18, 30, month=12))) == {"anna": 1}


@pytest.mark.asyncio
async def test_reminders_follow_a_meeting_that_moves_and_stop_with_one_that_is_cancelled(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in ("/verplaats 1", "3 december 19.30 uur", "nee", "ja"):
            await here.says("griet", text)
        assert await wait_until(here, at(26, 19, 29)) == []
        assert told(await wait_until(here, at(26, 19, 30))) == {"anna": 1, "bram": 1}
        for text in ("/afgelasten 1", "nee", "ja"):
            await here.says("griet", text)
        assert "Ruimte" not in "".join(letter.text for letter in await wait_until(here, at(4, 12, month=12)))


@pytest.mark.asyncio
async def test_a_reminder_that_was_held_up_is_read_again_before_it_goes(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        held = {"anna", "bram"}
        here.paper.refuses = lambda parcel: DeliveryFailed("storing") if parcel.chat.chat in held else None
        await wait_until(here, at(24, 19, 30))
        end(here.engine, "Anna Bakker", on=date(2026, 11, 24))
        held.clear()
        letters = await here.later(timedelta(minutes=1))
        assert told(letters) == {"bram": 1}
        with transaction(here.engine) as session:
            withdrawn = session.scalars(select(OutboxMessage).where(col(OutboxMessage.state) == State.WITHDRAWN)).one()
            assert withdrawn.reason == "deze persoon hoort niet meer bij de vergadering"


@pytest.mark.asyncio
async def test_a_reminder_that_was_held_up_too_long_is_withdrawn(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await enter(here, "samenleving", "vandaag 11.00 uur")
        here.paper.refuses = lambda parcel: DeliveryFailed("storing")
        await here.later(timedelta(minutes=1))
        here.paper.refuses = lambda parcel: None
        assert told(await here.later(timedelta(hours=2))) == {}
        with transaction(here.engine) as session:
            reasons = session.scalars(
                select(col(OutboxMessage.reason)).where(col(OutboxMessage.state) == State.WITHDRAWN)
            ).all()
        assert reasons == ["te laat: de vergadering was al begonnen"] * 3


@pytest.mark.asyncio
async def test_who_joins_or_leaves_a_commission_is_reminded_by_the_seats_of_the_day(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        end(here.engine, "Bram de Vries", on=date(2026, 11, 30))
        assert told(await wait_until(here, at(24, 19, 30))) == {"anna": 1}


def crowd(engine: Engine, number: int) -> Meeting:
    """So many more members of one commission, and a meeting of it in a month."""
    with transaction(engine) as session:
        body = session.scalars(select(Gremium).where(col(Gremium.name) == "Commissie Ruimte")).one()
        place, gremium = body.municipality_id, body.id
        ids = range(1000, 1000 + number)
        session.execute(insert(Person), [{"id": key, "created_at": MONDAY} for key in ids])
        people = [{"id": key, "municipality_id": place, "person_id": key, "name": f"Lid {key}"} for key in ids]
        session.execute(insert(Member), people)
        dated = {"municipality_id": place, "begins": LONG_AGO}
        session.execute(insert(Mandate), [dated | {"member_id": key, "role": Role.COMMISSIELID} for key in ids])
        session.execute(insert(Seat), [dated | {"member_id": key, "gremium_id": gremium} for key in ids])
        assert gremium
        starts = MONDAY + timedelta(days=30)
        meeting = Meeting(municipality_id=place, gremium_id=gremium, cause="c", place="zaal", starts_at=starts)
        session.add(meeting)
        session.flush()
        reminders.plan(session, meeting, MONDAY)
        return meeting


def queue_all(engine: Engine, now: datetime) -> int:
    """Queues all that is due, a part at a time as the clock does; returns how many came too late."""
    late, rounds = 0, 0
    with transaction(engine) as session:
        while reminders.any_due(session, now):
            late += len(reminders.queue_due(session, now))
            rounds += 1
    assert rounds > 1
    return late


def test_of_hundreds_that_are_overdue_each_person_is_sent_only_the_last(tmp_path: Path) -> None:
    engine = database(tmp_path, filled=True)
    meeting = crowd(engine, 600)
    queue_all(engine, meeting.starts_at - timedelta(hours=20))
    with transaction(engine) as session:
        rows = session.execute(
            select(col(Reminder.member_id), col(Reminder.lead), col(Reminder.state)).where(
                col(Reminder.meeting_id) == meeting.id
            )
        ).all()
        sent = Counter(member_id for member_id, _, state in rows if state == ReminderState.QUEUED)
        assert len(sent) == 602
        assert set(sent.values()) == {1}
        assert {lead for _, lead, state in rows if state == ReminderState.QUEUED} == {DAY}
        assert {lead for _, lead, state in rows if state == ReminderState.WAITING} == {HOURS}
        queued = session.scalars(select(col(OutboxMessage.person_id)).where(col(OutboxMessage.subject) == "reminder"))
        assert max(Counter(queued).values()) <= 4  # one for each meeting that was due by then
    engine.dispose()


def test_of_hundreds_that_came_too_late_none_is_sent_and_each_is_told_once(tmp_path: Path) -> None:
    engine = database(tmp_path, filled=True)
    meeting = crowd(engine, 600)
    late = queue_all(engine, meeting.starts_at + timedelta(minutes=1))
    with transaction(engine) as session:
        states = Counter(
            session.scalars(select(col(Reminder.state)).where(col(Reminder.meeting_id) == meeting.id)).all()
        )
        assert states == {ReminderState.TOO_LATE: 602, ReminderState.OVERTAKEN: 2 * 602}
        assert late >= 602
        outdated = select(OutboxMessage).where(col(OutboxMessage.subject) == "reminder")
        assert session.scalars(outdated).first() is None
    engine.dispose()


def test_planning_again_makes_no_reminder_twice(tmp_path: Path) -> None:
    engine = database(tmp_path, filled=True)
    with transaction(engine) as session:
        count = len(session.scalars(select(Reminder)).all())
        everybody = [row.id for row in session.scalars(select(Member)) if row.id]
        for _ in range(2):
            reminders.plan_for(session, everybody, 1, MONDAY)
            for meeting in session.scalars(select(Meeting)).all():
                reminders.plan(session, meeting, MONDAY)
        assert len(session.scalars(select(Reminder)).all()) == count
    engine.dispose()


def test_however_many_wait_the_clock_goes_on(tmp_path: Path) -> None:
    engine = database(tmp_path, filled=True)
    meeting = crowd(engine, 700)

    def few(connection: sqlite3.Connection, _record: object) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 600)  # some systems allow 32,766

    event.listen(engine, "connect", few)
    engine.dispose()  # so that every connection is a new one
    with transaction(engine) as session:
        while outgoing.queue_due(session, meeting.starts_at - timedelta(hours=1)):
            pass
    with transaction(engine) as session:
        outgoing.queue_due(session, meeting.starts_at)
        states = session.scalars(select(col(Reminder.state)).where(col(Reminder.meeting_id) == meeting.id))
        assert Counter(states)[ReminderState.TOO_LATE] == 702
        told = session.scalars(select(OutboxMessage).where(col(OutboxMessage.subject) == "reminder-late")).all()
        assert len([letter for letter in told if "Lid 1000" in letter.text]) == 2  # for each of the griffie
    engine.dispose()
