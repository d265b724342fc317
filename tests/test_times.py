"""Reading a time, and a day with a time. Everybody speaks on Monday 23 November 2026 at 20.00 uur."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain import answers
from domain.dutch import local, moment_text
from domain.messages import Refusal

ZONE = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("19.30", time(19, 30)),
        ("19:30", time(19, 30)),
        ("19u30", time(19, 30)),
        ("1930", time(19, 30)),
        ("19.30 uur", time(19, 30)),
        ("om 19.30u.", time(19, 30)),
        ("19 uur 30", time(19, 30)),
        ("9.05", time(9, 5)),
        ("7.30", time(7, 30)),  # written out: as on the 24-hour clock
        ("0.00", time(0, 0)),
        ("23:59", time(23, 59)),
        ("20 uur", time(20, 0)),
        ("20u", time(20, 0)),
        ("20", time(20, 0)),
        ("half acht 's avonds", time(19, 30)),
        ("half 8 ’s avonds", time(19, 30)),
        ("'s avonds om half acht", time(19, 30)),
        ("half acht in de avond", time(19, 30)),
        ("half acht savonds", time(19, 30)),
        ("half acht 's ochtends", time(7, 30)),
        ("half acht 's morgens", time(7, 30)),
        ("7.30 uur 's avonds", time(19, 30)),
        ("19.30 uur 's avonds", time(19, 30)),
        ("kwart over acht 's avonds", time(20, 15)),
        ("kwart voor negen 's avonds", time(20, 45)),
        ("tien over half acht 's avonds", time(19, 40)),
        ("vijf minuten voor half negen 's avonds", time(20, 25)),
        ("twee uur 's nachts", time(2, 0)),
        ("12 uur", time(12, 0)),
        ("12 uur 's middags", time(12, 0)),
        ("half één", time(12, 30)),
        ("kwart voor een", time(12, 45)),
        ("5 uur", time(17, 0)),  # nothing in a council begins at five in the morning
        ("half zeven", time(18, 30)),
        ("kwart over 19", time(19, 15)),
    ],
)
def test_a_time_is_read_as_it_was_meant(said: str, meant: time) -> None:
    assert answers.time(said) == meant


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("half acht", "Bedoelt u 7.30 uur of 19.30 uur?"),
        ("8 uur", "Bedoelt u 8.00 uur of 20.00 uur?"),
        ("8", "Bedoelt u 8.00 uur of 20.00 uur?"),
        ("zeven uur", "Bedoelt u 7.00 uur of 19.00 uur?"),
        ("kwart voor twaalf", "Bedoelt u 11.45 uur of 23.45 uur?"),
        ("24:00", "Middernacht hoort bij twee dagen. Schrijf 23.59 uur, of 0.00 uur van de dag erna."),
        ("24 uur", "Middernacht hoort bij twee dagen. Schrijf 23.59 uur, of 0.00 uur van de dag erna."),
        ("middernacht", "Middernacht hoort bij twee dagen. Schrijf 23.59 uur, of 0.00 uur van de dag erna."),
        (
            "12 uur 's nachts",
            "Middernacht hoort bij twee dagen. Schrijf 23.59 uur, of 0.00 uur van de dag erna.",
        ),
        ("25.00", "Die tijd bestaat niet. Schrijf bijvoorbeeld: 19.30 uur."),
        ("19.60", "Die tijd bestaat niet. Schrijf bijvoorbeeld: 19.30 uur."),
        (
            "19.30 uur 's ochtends",
            "Deze tijd past niet bij dat deel van de dag. Schrijf bijvoorbeeld: 19.30 uur.",
        ),
        (
            "20 uur 's middags",
            "Deze tijd past niet bij dat deel van de dag. Schrijf bijvoorbeeld: 19.30 uur.",
        ),
    ],
)
def test_a_refused_time_says_what_is_wrong(said: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        answers.time(said)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "straks",
            "930",
            "19.3",
            "19.30.15",
            "-8.00",
            "8.00 pm",
            "19.30 - 22.00 uur",
            "half",
            "kwart over",
        ),
        *(
            "dertig over acht",
            "nul voor acht",
            "half 0",
            "vanavond",
            "'s avonds",
            "8 uur 's ochtends 's avonds",
        ),
        *("26 uur", "half dertig", "１９.３０"),
    ],
)
def test_what_is_not_one_time_is_refused(said: str) -> None:
    with pytest.raises(Refusal):
        answers.time(said)


def test_a_spoken_time_with_two_meanings_offers_both() -> None:
    with pytest.raises(Refusal) as refused:
        answers.time("half acht")
    assert [answers.time(choice.says) for choice in refused.value.choices] == [time(7, 30), time(19, 30)]


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("dinsdag 8 december 19.30 uur", "2026-12-08 19:30"),
        ("dinsdag 8 december, 19.30 uur", "2026-12-08 19:30"),
        ("dinsdag 8 december om 20 uur", "2026-12-08 20:00"),
        ("dinsdag 8 december - 19.30", "2026-12-08 19:30"),
        ("morgen om half acht 's avonds", "2026-11-24 19:30"),
        ("morgen ’s avonds om half acht", "2026-11-24 19:30"),
        ("morgenavond half acht", "2026-11-24 19:30"),
        ("vanavond half elf", "2026-11-23 22:30"),
        ("dinsdagmiddag 2 uur", "2026-11-24 14:00"),
        ("dinsdagmorgen 9 uur", "2026-11-24 09:00"),
        ("volgende week dinsdag 19.30", "2026-12-01 19:30"),
        ("8-12-2026 19:30", "2026-12-08 19:30"),
        ("2026-12-08 19:30", "2026-12-08 19:30"),
        ("8.12 19.30", "2026-12-08 19:30"),
        ("19.30 uur op dinsdag 8 december", "2026-12-08 19:30"),
        ("om half acht 's avonds, 8 december", "2026-12-08 19:30"),
        ("8 december 1930", "2026-12-08 19:30"),
        ("8 december 2026 2030", "2026-12-08 20:30"),
        ("8 december 2000", "2026-12-08 20:00"),
        ("1 juli 2027, 19.30 uur", "2027-07-01 19:30"),
    ],
)
def test_a_day_and_a_time_are_one_moment(said: str, there: str) -> None:
    moment = answers.moment(said, at=MONDAY, zone=ZONE)
    assert moment.tzinfo is UTC
    assert f"{local(moment, ZONE):%Y-%m-%d %H:%M}" == there


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("morgen", "Hoe laat is dat? Noem de dag en de tijd, bijvoorbeeld: morgen 19.30 uur."),
        ("8 december 2027", "Hoe laat is dat? Noem de dag en de tijd, bijvoorbeeld: morgen 19.30 uur."),
        ("19.30 uur", "Op welke dag is dat? Noem de dag en de tijd, bijvoorbeeld: morgen 19.30 uur."),
        ("half acht", "Op welke dag is dat? Noem de dag en de tijd, bijvoorbeeld: morgen 19.30 uur."),
        ("eind maart", "Een periode is niet genoeg. Noem een precieze dag, bijvoorbeeld: 8 december."),
        ("31 april 19.30", "Die dag bestaat niet: april heeft 30 dagen. Noem een andere."),
        ("8 december 25.00", "Die tijd bestaat niet. Schrijf bijvoorbeeld: 19.30 uur."),
        ("vandaag 8.00", "Dat moment is al voorbij. Noem een later moment, bijvoorbeeld: morgen 19.30 uur."),
        (
            "zondag 28 maart 2.30",
            "Die tijd bestaat niet: dan gaat de klok een uur vooruit. Noem een andere tijd.",
        ),
    ],
)
def test_a_refused_moment_says_what_is_wrong(said: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        answers.moment(said, at=MONDAY, zone=ZONE)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "ooit",
            "morgen 20",
            "8 december 12",
            "8.12 9.10",
            "8 december 19.30 - 22.00 uur",
            "dinsdag en morgen",
        ),
        *("morgen 19.30 20.30", "morgen " * 100 + "19.30", "dinsdagnacht 2 uur", "maandag half acht"),
    ],
)
def test_what_is_not_one_moment_is_refused(said: str) -> None:
    with pytest.raises(Refusal):
        answers.moment(said, at=MONDAY, zone=ZONE)


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("morgen 8 uur", ["2026-11-24 08:00", "2026-11-24 20:00"]),
        ("woensdag 8 december 19.30", ["2026-12-08 19:30"]),
        ("maandag 21.00", ["2026-11-23 21:00", "2026-11-30 21:00"]),
        ("woensdag 8 december 8 uur", []),  # two things to ask; the day comes first
    ],
)
def test_the_choices_of_a_refusal_are_whole_moments(said: str, there: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        answers.moment(said, at=MONDAY, zone=ZONE)
    offered = [answers.moment(choice.says, at=MONDAY, zone=ZONE) for choice in refused.value.choices]
    assert [f"{local(moment, ZONE):%Y-%m-%d %H:%M}" for moment in offered] == there


def test_where_the_past_is_allowed_a_moment_may_be_over() -> None:
    assert answers.moment("gisteren 19.30", at=MONDAY, zone=ZONE, past=True) == datetime(
        2026, 11, 22, 18, 30, tzinfo=UTC
    )


def test_a_time_that_comes_twice_is_the_first() -> None:
    # On 25 October 2026 the clocks go from 3.00 back to 2.00 uur.
    at = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert answers.moment("25 oktober 2.30", at=at, zone=ZONE) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert answers.moment("25 oktober 3.00", at=at, zone=ZONE) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("said", "hour"), [("1.59", 0), ("3.00", 1)])
def test_around_the_skipped_hour_time_goes_on(said: str, hour: int) -> None:
    # On 28 March 2027 the clocks go from 2.00 on to 3.00 uur: a minute later, not an hour and a minute.
    moment = answers.moment(f"28 maart {said}", at=MONDAY, zone=ZONE)
    assert (moment.date(), moment.hour) == (date(2027, 3, 28), hour)


@given(st.times().map(lambda t: t.replace(second=0, microsecond=0)), st.sampled_from([".", ":", "u"]))
def test_every_written_time_is_read(meant: time, sign: str) -> None:
    assert answers.time(f"{meant.hour}{sign}{meant.minute:02}") == meant


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - the zone is added below
    st.integers(1, 365 * 2 * 24 * 60 - 24 * 60),
)
def test_a_moment_that_is_written_by_us_is_read_back(start: datetime, minutes: int) -> None:
    at = start.replace(second=0, microsecond=0, tzinfo=UTC)
    moment = at + timedelta(minutes=minutes)
    assume(not local(moment, ZONE).fold)
    text = moment_text(moment, ZONE, today=local(at, ZONE).date())
    assert answers.moment(text, at=at, zone=ZONE) == moment
