"""Reading a day. Everybody in these tests speaks on Monday 23 November 2026, unless it says otherwise."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import day
from domain.dutch import day_text
from domain.messages import Refusal

ZONE = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
DAYS = st.dates(date(2024, 1, 1), date(2099, 12, 31))


def noon(today: date) -> datetime:
    return datetime(today.year, today.month, today.day, 12, tzinfo=UTC)


def two_years_on(today: date) -> date:
    return (
        (today - timedelta(days=1)).replace(year=today.year + 2)
        if today.day == 29
        else date(today.year + 2, today.month, today.day)
    )


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("vandaag", date(2026, 11, 23)),
        ("Morgen", date(2026, 11, 24)),
        (" overmorgen. ", date(2026, 11, 25)),
        ("vanavond", date(2026, 11, 23)),
        ("morgenochtend", date(2026, 11, 24)),
        ("dinsdag", date(2026, 11, 24)),
        ("di", date(2026, 11, 24)),
        ("dinsdagavond", date(2026, 11, 24)),
        ("zondag", date(2026, 11, 29)),
        ("aanstaande maandag", date(2026, 11, 30)),
        ("komende vrijdag", date(2026, 11, 27)),
        ("vrijdag a.s.", date(2026, 11, 27)),
        ("volgende week dinsdag", date(2026, 12, 1)),
        ("dinsdag volgende week", date(2026, 12, 1)),
        ("volgende week op zondag", date(2026, 12, 6)),
        ("deze week vrijdag", date(2026, 11, 27)),
        ("volgende maandag", date(2026, 11, 30)),
        ("over 3 dagen", date(2026, 11, 26)),
        ("over een week", date(2026, 11, 30)),
        ("over twee weken", date(2026, 12, 7)),
        ("over drie maanden", date(2027, 2, 23)),
        ("donderdag over 2 weken", date(2026, 12, 10)),
        ("op vrijdag over een week", date(2026, 12, 4)),
        ("over twee weken op maandag", date(2026, 12, 7)),
        ("over 3 weken donderdag", date(2026, 12, 17)),
        ("vandaag over 2 weken", date(2026, 12, 7)),
        ("morgen over een week", date(2026, 12, 1)),
        ("over een jaar", date(2027, 11, 23)),
        ("8 december", date(2026, 12, 8)),
        ("op 8 december", date(2026, 12, 8)),
        ("8 DEC.", date(2026, 12, 8)),
        ("8 dec 2027", date(2027, 12, 8)),
        ("8 dec ’27", date(2027, 12, 8)),
        ("de 8e december", date(2026, 12, 8)),
        ("1ste mei", date(2027, 5, 1)),
        ("1 mrt", date(2027, 3, 1)),
        ("8-12", date(2026, 12, 8)),
        ("08-12-2026", date(2026, 12, 8)),
        ("8 – 12 – 2026", date(2026, 12, 8)),
        ("8/12/26", date(2026, 12, 8)),
        ("8.12.2026", date(2026, 12, 8)),
        ("2026-12-08", date(2026, 12, 8)),
        ("dinsdag 8 december", date(2026, 12, 8)),
        ("di 8-12", date(2026, 12, 8)),
        ("dinsdag, 8 december aanstaande", date(2026, 12, 8)),
        ("23 november", date(2026, 11, 23)),  # today
        ("22 november", date(2027, 11, 22)),  # yesterday is over, so next year
        ("1 januari", date(2027, 1, 1)),
        ("29 februari 2028", date(2028, 2, 29)),
        ("23 november 2028", date(2028, 11, 23)),  # two years to the day
    ],
)
def test_a_day_is_read_as_it_was_meant(said: str, meant: date) -> None:
    assert day(said, at=MONDAY, zone=ZONE) == meant


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("maandag", "Bedoelt u maandag 23 november of maandag 30 november?"),
        ("volgende dinsdag", "Bedoelt u dinsdag 24 november of dinsdag 1 december?"),
        ("maandag over een week", "Bedoelt u maandag 30 november of maandag 7 december?"),
        ("woensdag 8 december", "8 december 2026 is een dinsdag, geen woensdag. Welke dag bedoelt u?"),
        ("eind maart", "Een periode is niet genoeg. Noem een precieze dag, bijvoorbeeld: 8 december."),
        ("volgende week", "Een periode is niet genoeg. Noem een precieze dag, bijvoorbeeld: 8 december."),
        ("mei", "Een periode is niet genoeg. Noem een precieze dag, bijvoorbeeld: 8 december."),
        ("de 8e", "Noem ook de maand, bijvoorbeeld: 8 december."),
        ("12-13-2026", "Er zijn 12 maanden. Schrijf eerst de dag en dan de maand, bijvoorbeeld: 31-12."),
        ("31 april", "Die dag bestaat niet: april heeft 30 dagen. Noem een andere."),
        ("29-2-2027", "Die dag bestaat niet: februari 2027 heeft 28 dagen. Noem een andere."),
        ("29 februari", "De eerstvolgende 29 februari is pas in 2028. Noem ook het jaar."),
        ("gisteren", "Die dag is al voorbij. Noem een dag vanaf vandaag, bijvoorbeeld: morgen."),
        ("22-11-2026", "Die dag is al voorbij. Noem een dag vanaf vandaag, bijvoorbeeld: morgen."),
        ("afgelopen vrijdag", "Die dag is al voorbij. Noem een dag vanaf vandaag, bijvoorbeeld: morgen."),
        ("24 november 2028", "Dat is meer dan 2 jaar vooruit. Noem een dag die eerder is."),
        ("over 999 jaar", "Dat is meer dan 2 jaar vooruit. Noem een dag die eerder is."),
        ("1-1-1850", "Dat is te lang geleden. Klopt het jaar?"),
    ],
)
def test_a_refused_day_says_what_is_wrong(said: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        day(said, at=MONDAY, zone=ZONE)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "dag",
            "ooit",
            "vannacht",
            "8",
            "8 12",
            "0-0",
            "00-00-0000",
            "8-12-226",
            "8-12/2026",
            "8 décembre 1",
        ),
        *(
            "2 weken",
            "over weken",
            "over -1 week",
            "over 2 weken geleden",
            "dinsdag woensdag",
            "morgen dinsdag",
        ),
        *(
            "volgende week dinsdag a.s.",
            "8 december om 19.30 uur",
            "8 of 9 december",
            "8-9 december",
            "²-12",
            "٨-12",
        ),
    ],
)
def test_what_is_not_one_day_is_refused(said: str) -> None:
    with pytest.raises(Refusal):
        day(said, at=MONDAY, zone=ZONE)


def test_a_refusal_with_two_meanings_offers_both() -> None:
    with pytest.raises(Refusal) as refused:
        day("maandag", at=MONDAY, zone=ZONE)
    offered = refused.value.choices
    assert [choice.label for choice in offered] == ["maandag 23 november", "maandag 30 november"]
    later = MONDAY + timedelta(days=0, hours=1)
    assert [day(choice.says, at=later, zone=ZONE) for choice in offered] == [
        date(2026, 11, 23),
        date(2026, 11, 30),
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("gisteren", date(2026, 11, 22)),
        ("eergisteren", date(2026, 11, 21)),
        ("vandaag", date(2026, 11, 23)),
        ("afgelopen maandag", date(2026, 11, 16)),
        ("vorige week dinsdag", date(2026, 11, 17)),
        ("afgelopen zondag", date(2026, 11, 22)),
        ("2 weken geleden", date(2026, 11, 9)),
        ("een jaar geleden", date(2025, 11, 23)),
        ("20 november", date(2026, 11, 20)),
        ("5 januari", date(2027, 1, 5)),
        ("23 november", date(2026, 11, 23)),
        ("zaterdag 23 mei", date(2026, 5, 23)),
        ("zondag 23 mei", date(2027, 5, 23)),
        ("23 mei 2015", date(2015, 5, 23)),
        ("29 februari 2024", date(2024, 2, 29)),
    ],
)
def test_where_the_past_is_allowed_a_day_may_be_over(said: str, meant: date) -> None:
    assert day(said, at=MONDAY, zone=ZONE, past=True) == meant


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("dinsdag", "Bedoelt u dinsdag 17 november of dinsdag 24 november?"),
        ("23 mei", "Bedoelt u zaterdag 23 mei 2026 of zondag 23 mei 2027?"),
        ("vrijdag 23 mei", "23 mei 2027 is een zondag, geen vrijdag. Welke dag bedoelt u?"),
        (
            "2000 jaar geleden",
            "Ik begrijp niet welke dag u bedoelt. Schrijf bijvoorbeeld: 8 december, of: morgen.",
        ),
        ("200 jaar geleden", "Dat is te lang geleden. Klopt het jaar?"),
    ],
)
def test_where_the_past_is_allowed_a_day_must_still_be_clear(said: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        day(said, at=MONDAY, zone=ZONE, past=True)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("at", "today"),
    [
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), date(2026, 11, 24)),  # half past midnight in winter
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), date(2026, 7, 2)),  # and in summer
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), date(2027, 3, 28)),  # a minute before summer time begins
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), date(2026, 10, 25)),  # the hour that comes twice
    ],
)
def test_today_is_the_day_on_the_clocks_of_the_person(at: datetime, today: date) -> None:
    assert day("vandaag", at=at, zone=ZONE) == today


@pytest.mark.parametrize(
    ("said", "today", "meant"),
    [
        ("1 januari", date(2026, 12, 31), date(2027, 1, 1)),
        ("31 december", date(2026, 12, 31), date(2026, 12, 31)),
        ("30 december", date(2026, 12, 31), date(2027, 12, 30)),
        ("morgen", date(2026, 12, 31), date(2027, 1, 1)),
        ("volgende week vrijdag", date(2026, 12, 31), date(2027, 1, 8)),
        ("29 februari", date(2027, 3, 1), date(2028, 2, 29)),
        ("29 februari", date(2028, 2, 29), date(2028, 2, 29)),
        ("over een jaar", date(2028, 2, 29), date(2029, 2, 28)),
        ("over een maand", date(2027, 1, 31), date(2027, 2, 28)),
        ("28 februari 2030", date(2028, 2, 29), date(2030, 2, 28)),
    ],
)
def test_the_turn_of_the_year_and_leap_days(said: str, today: date, meant: date) -> None:
    assert day(said, at=noon(today), zone=ZONE) == meant


def test_a_naive_moment_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        day("morgen", at=MONDAY.replace(tzinfo=None), zone=ZONE)


@given(DAYS, st.data())
def test_a_day_that_is_written_by_us_is_read_back(today: date, data: st.DataObject) -> None:
    coming = data.draw(st.dates(today, two_years_on(today)))
    assert day(day_text(coming, today=today), at=noon(today), zone=ZONE) == coming


@given(DAYS, st.integers(0, 366 * 5))
def test_a_past_day_that_is_written_by_us_is_read_back(today: date, days_ago: int) -> None:
    gone = today - timedelta(days=days_ago)
    assert day(day_text(gone, today=today), at=noon(today), zone=ZONE, past=True) == gone


@given(
    DAYS,
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{d}-{m}-{y}", "{y}-{m:02}-{d:02}"]),
)
def test_a_full_date_is_that_day_or_refused(today: date, wanted: date, form: str) -> None:
    said = form.format(d=wanted.day, m=wanted.month, y=wanted.year)
    if today <= wanted <= two_years_on(today):
        assert day(said, at=noon(today), zone=ZONE) == wanted
    else:
        with pytest.raises(Refusal):
            day(said, at=noon(today), zone=ZONE)
