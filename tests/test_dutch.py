"""How days, times, money and lists are written for Dutch readers."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import dutch

ZONE = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 12, 8), "dinsdag 8 december"),
        (date(2026, 1, 5), "maandag 5 januari"),  # the same year
        (date(2027, 1, 5), "dinsdag 5 januari"),  # next year, but soon
        (date(2027, 5, 25), "dinsdag 25 mei"),  # just within half a year
        (date(2027, 5, 26), "woensdag 26 mei 2027"),
        (date(2025, 11, 23), "zondag 23 november 2025"),
        (date(2028, 2, 29), "dinsdag 29 februari 2028"),
    ],
)
def test_a_day_has_its_year_when_that_is_not_clear(day: date, text: str) -> None:
    assert dutch.day_text(day, today=TODAY) == text


def test_a_day_in_its_three_forms() -> None:
    assert dutch.day_text(date(2029, 3, 1)) == "donderdag 1 maart"
    assert dutch.full_day_text(date(2029, 3, 1)) == "donderdag 1 maart 2029"
    assert dutch.date_text(date(2029, 3, 1)) == "1 maart 2029"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 12, 8, 18, 30, tzinfo=UTC), "dinsdag 8 december, 19.30 uur"),
        (datetime(2027, 7, 1, 17, 5, tzinfo=UTC), "donderdag 1 juli 2027, 19.05 uur"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "vrijdag 1 januari, 0.00 uur"),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "zondag 28 maart, 1.59 uur"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "zondag 28 maart, 3.00 uur"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "zondag 25 oktober, 2.30 uur"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "zondag 25 oktober, 2.30 uur"),
    ],
)
def test_a_moment_is_shown_on_the_clocks_of_the_reader(moment: datetime, text: str) -> None:
    assert dutch.moment_text(moment, ZONE, today=TODAY) == text


def test_a_moment_without_today_has_no_year() -> None:
    assert dutch.moment_text(datetime(2031, 7, 1, 17, 5, tzinfo=UTC), ZONE) == "dinsdag 1 juli, 19.05 uur"


def test_a_moment_without_a_zone_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dutch.local(datetime(2026, 12, 8, 18, 30), ZONE)  # noqa: DTZ001 - that is the mistake


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (125_000, "€ 1.250,00"),
        (-1_250, "€ -12,50"),
        (0, "€ 0,00"),
        (5, "€ 0,05"),
        (123_456_789_01, "€ 123.456.789,01"),
    ],
)
def test_money_is_written_with_an_ordinary_space(cents: int, text: str) -> None:
    assert dutch.money(cents) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(weeks=1), "1 week"),
        (timedelta(weeks=2), "2 weken"),
        (timedelta(days=10), "10 dagen"),
        (timedelta(days=1), "1 dag"),
        (timedelta(hours=36, minutes=20), "1 dag en 12 uur"),
        (timedelta(days=3, minutes=20), "3 dagen"),
        (timedelta(hours=2), "2 uur"),
        (timedelta(minutes=90), "1 uur en 30 minuten"),
        (timedelta(minutes=30), "een half uur"),
        (timedelta(minutes=1), "1 minuut"),
        (timedelta(seconds=59), "minder dan een minuut"),
        (timedelta(0), "minder dan een minuut"),
    ],
)
def test_a_duration_in_words(length: timedelta, text: str) -> None:
    assert dutch.duration_text(length) == text


def test_a_duration_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        dutch.duration_text(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (14 * 24 * 60, "2 weken"),
        (7 * 24 * 60, "een week"),
        (3 * 24 * 60, "3 dagen"),
        (24 * 60, "een dag"),
        (120, "2 uur"),
        (60, "een uur"),
        (30, "een half uur"),
        (90, "1 uur en 30 minuten"),
    ],
)
def test_how_long_before_a_meeting_a_reminder_comes(minutes: int, text: str) -> None:
    assert dutch.lead_words(minutes) == text
    for late in (-20, 0, 25):  # a reminder is not sent on the second
        assert dutch.lead_text(timedelta(minutes=minutes, seconds=late)) == f"over {text}"


@pytest.mark.parametrize(
    ("ahead", "text"),
    [
        (timedelta(days=6, hours=22), "over een week"),
        (timedelta(days=1, hours=9), "over een dag"),
        (timedelta(hours=22, minutes=40), "over 23 uur"),
        (timedelta(hours=23, minutes=40), "over een dag"),
        (timedelta(hours=1, minutes=58), "over 2 uur"),
        (timedelta(hours=1, minutes=22), "over 1 uur en 20 minuten"),
        (timedelta(minutes=59, seconds=40), "over een uur"),
        (timedelta(minutes=114), "over 1 uur en 55 minuten"),
        (timedelta(hours=23, minutes=29), "over 23 uur"),
        (timedelta(minutes=12), "over 10 minuten"),
        (timedelta(minutes=7), "over 7 minuten"),
        (timedelta(seconds=50), "over een minuut"),
        (timedelta(seconds=20), "nu"),
        (timedelta(hours=-2), "nu"),
    ],
)
def test_a_reminder_is_as_precise_as_people_are(ahead: timedelta, text: str) -> None:
    assert dutch.lead_text(ahead) == text


@pytest.mark.parametrize(
    ("items", "all_of_them", "one_of_them"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a en b", "a of b"),
        (["a", "b", "c"], "a, b en c", "a, b of c"),
        (["{0}", "{1}", "%s"], "{0}, {1} en %s", "{0}, {1} of %s"),
    ],
)
def test_a_list_is_a_sentence(items: list[str], all_of_them: str, one_of_them: str) -> None:
    assert dutch.listing(items) == all_of_them
    assert dutch.either(items) == one_of_them


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 vragen"), (1, "1 vraag"), (3, "3 vragen"), (1250, "1.250 vragen"), (-1, "-1 vraag")],
)
def test_a_number_has_the_right_form_of_its_word(number: int, text: str) -> None:
    assert dutch.plural(number, "vraag", "vragen") == text


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1950, 1, 1), max_value=datetime(2150, 1, 1)))  # noqa: DTZ001
def test_the_same_moment_on_other_clocks_is_the_same_moment(moment: datetime) -> None:
    there = dutch.local(moment, ZONE)
    # Not `there == moment`: Python calls a time that a clock shows twice unequal to that of any other zone.
    assert there.astimezone(UTC) == moment
    assert there.tzinfo is ZONE


@given(st.timedeltas(timedelta(0), timedelta(days=20_000)))
def test_durations_are_short_and_never_fail(length: timedelta) -> None:
    assert len(dutch.duration_text(length)) < 40
    assert len(dutch.lead_text(length)) < 40
