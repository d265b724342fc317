"""When a griffie works, what that means for who waits, and how people say it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import Refusal
from domain.officehours import Closed, Hours, Span, reads
from domain.openingtimes import days_text, openings, openings_text, span, span_text, week_text, weekdays

ZONE = ZoneInfo("Europe/Amsterdam")
NINE_TO_FIVE = Span(time(9), time(17))
OFFICE = Hours(ZONE, (NINE_TO_FIVE,) * 5 + (None,) * 2)
HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "hours", "then"),
    [
        (at(23, 10), 2, at(23, 12)),
        (at(23, 15), 2, at(23, 17)),  # up to the last minute of the day
        (at(23, 16), 2, at(24, 10)),
        (at(23, 20), 1, at(24, 10)),  # asked in the evening
        (at(23, 3), 1, at(23, 10)),
        (at(27, 16, 30), 1, at(30, 9, 30)),  # over a weekend
        (at(28, 12), 8, at(30, 17)),
        (at(24, 16, month=12), 2, at(28, 10, month=12)),  # over Christmas, Friday and Saturday
        (at(26, 16, month=3, year=2026), 2, at(27, 10, month=3, year=2026)),
        (at(2, 16, month=4, year=2026), 2, at(7, 10, month=4, year=2026)),  # over Easter, from Good Friday on
        (at(24, 16, month=10, year=2025), 2, at(27, 10, month=10, year=2025)),  # winter time began in between
    ],
)
def test_waiting_takes_office_time(since: datetime, hours: int, then: datetime) -> None:
    assert OFFICE.after(since, hours * HOUR) == then
    assert OFFICE.between(since, then) == hours * HOUR


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2027, 1, 1), "Nieuwjaarsdag"),
        (date(2026, 4, 3), "Goede vrijdag"),
        (date(2026, 4, 27), "Koningsdag"),
        (date(2027, 5, 5), "Bevrijdingsdag"),  # each year, as the law says
        (date(2026, 5, 14), "Hemelvaartsdag"),
        (date(2026, 12, 26), "Tweede kerstdag"),
        (date(2026, 12, 24), ""),
        (date(2026, 12, 29), "Kerstreces"),
    ],
)
def test_holidays_are_known_and_a_reces_is_what_the_griffie_calls_it(day: date, why: str) -> None:
    hours = Hours(ZONE, OFFICE.week, (Closed(date(2026, 12, 28), date(2026, 12, 31), "Kerstreces"),))
    assert hours.why_closed(day) == why
    assert (hours.on(day) is None) == bool(why or day.weekday() > 4)


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (at(23, 10), ""),
        (at(23, 9), ""),
        (at(23, 17), "morgen"),
        (at(23, 8, 59), "vandaag, vanaf 9.00 uur"),
        (at(23, 0, 30), "vandaag, vanaf 9.00 uur"),
        (at(27, 17, 1), "maandag"),
        (at(29, 23), "morgen"),
        (at(18, 17, month=12), "maandag 4 januari"),
    ],
)
def test_who_asks_hears_when_it_is_read(now: datetime, says: str) -> None:
    hours = Hours(ZONE, OFFICE.week, (Closed(date(2026, 12, 21), date(2027, 1, 3), "Kerstreces"),))
    assert reads(hours, now) == says


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.integers(1, 200 * 60),
    st.lists(st.booleans(), min_size=7, max_size=7).filter(any),
)
def test_what_has_been_waited_is_what_was_to_be_waited(asked: int, minutes: int, works: list[bool]) -> None:
    hours = Hours(ZONE, tuple(NINE_TO_FIVE if each else None for each in works))
    begun, length = at(1, 0, month=1) + timedelta(minutes=asked), timedelta(minutes=minutes)
    then = hours.after(begun, length)
    assert hours.between(begun, then) == length
    assert hours.opening(then - timedelta(seconds=1)) < then
    assert hours.next_day(begun) > begun


def test_a_griffie_that_never_works_is_told_all_the_same() -> None:
    never = Hours(ZONE, (None,) * 7)
    assert timedelta(0) < never.opening(at(23, 10)) - at(23, 10) < timedelta(days=900)
    closed = Hours(ZONE, OFFICE.week, (Closed(date(2020, 1, 1), date(2040, 1, 1), "Altijd"),))
    assert closed.after(at(23, 10), HOUR) - at(23, 10) < timedelta(days=900)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("maandag tot en met vrijdag", [0, 1, 2, 3, 4]),
        ("ma t/m do", [0, 1, 2, 3]),
        ("Ma-Vr.", [0, 1, 2, 3, 4]),
        ("vrijdag t/m maandag", [0, 4, 5, 6]),
        ("maandag, woensdag en vrijdag", [0, 2, 4]),
        ("ma, di, do t/m za", [0, 1, 3, 4, 5]),
        ("werkdagen", [0, 1, 2, 3, 4]),
        ("elke dag", [0, 1, 2, 3, 4, 5, 6]),
        ("dinsdag", [1]),
    ],
)
def test_weekdays_as_people_write_them(said: str, days: list[int]) -> None:
    assert weekdays(said) == days


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("ma t/m do 9-17, vr 9-12", "maandag tot en met donderdag: 9.00 tot 17.00 uur; vrijdag: 9.00 tot 12.00 uur"),
        ("op maandag van 9 tot 17 uur en op wo dicht", "maandag: 9.00 tot 17.00 uur; woensdag: gesloten"),
        ("maandag: 9-17\ndinsdag: 8.30-12", "maandag: 9.00 tot 17.00 uur; dinsdag: 8.30 tot 12.00 uur"),
        ("werkdagen", "maandag tot en met vrijdag"),
    ],
)
def test_days_with_their_times_in_one_go(said: str, text: str) -> None:
    assert openings_text(openings(said)) == text


@pytest.mark.parametrize("said", ["9-17", "ma 9-17 en dan", "ma 17-9", "ma 9-17, ooit 9-12", "ma 25-26", "dicht"])
def test_half_of_a_week_is_asked_again(said: str) -> None:
    with pytest.raises(Refusal):
        openings(said)


@pytest.mark.parametrize("said", ["", "ooit", "maandag t/m", "maandag tot en met", "8 december", "en", "x" * 9999])
def test_what_is_no_weekday_is_asked_again(said: str) -> None:
    with pytest.raises(Refusal):
        weekdays(said)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("9.00 tot 17.00 uur", "9.00 tot 17.00 uur"),
        ("9-17", "9.00 tot 17.00 uur"),
        ("van 8:30 uur tot 12.30", "8.30 tot 12.30 uur"),
        ("0.00 t/m 23.59 uur.", "0.00 tot 23.59 uur"),
    ],
)
def test_times_as_people_write_them(said: str, text: str) -> None:
    assert span_text(span(said)) == text


@pytest.mark.parametrize("said", ["", "9 uur", "17 tot 9", "9 tot 9", "9 tot 25", "9.99 tot 17", "half acht tot negen"])
def test_what_is_no_opening_time_is_asked_again(said: str) -> None:
    with pytest.raises(Refusal):
        span(said)


def test_a_week_in_few_lines() -> None:
    assert week_text(OFFICE.week) == [
        "maandag tot en met vrijdag: 9.00 tot 17.00 uur",
        "zaterdag en zondag: gesloten",
    ]
    assert days_text([0, 2, 4]) == "maandag, woensdag en vrijdag"
