"""What people say in the middle of a form that is not the answer, or more than the answer."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain import training
from domain.answers import day_only, statement
from domain.forms import named
from domain.messages import Puzzled, Refusal

ZONE = ZoneInfo("Europe/Amsterdam")
AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # a Friday
LABELS = ["training", "aanbieder", "wanneer", "kosten", "waarom"]


@pytest.mark.parametrize(
    "said",
    [
        "eh wat bedoel je",
        "Wat bedoelt u daarmee",
        "geen idee",
        "ik weet niet wie dat geeft",
        "weet ik niet",
        "snap ik niet",
    ],
)
def test_who_does_not_know_what_to_say_has_not_answered(said: str) -> None:
    with pytest.raises(Puzzled):
        statement(said)


@pytest.mark.parametrize(
    "said", ["nog niet bekend", "Weet ik wat een raad is", "De Wat bedoel je-academie", "Idee en meer"]
)
def test_what_only_looks_like_it_is_an_answer(said: str) -> None:
    assert statement(said) == said


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("a.s. donderdag om half 8", date(2026, 12, 3)),
        ("dinsdag 8 december, 19.30 uur", date(2026, 12, 8)),
        ("19.30 uur op 8 december", date(2026, 12, 8)),
        ("volgende week dinsdag 's avonds", date(2026, 12, 1)),
        ("8 december", date(2026, 12, 8)),
    ],
)
def test_a_time_beside_a_day_does_no_harm(said: str, day: date) -> None:
    assert day_only(said, at=AT, zone=ZONE) == day


def test_a_day_that_is_not_clear_is_asked_about_with_a_time_as_well() -> None:
    with pytest.raises(Refusal, match="vrijdag 27 november of vrijdag 4 december"):
        day_only("vrijdag om half 8", at=AT, zone=ZONE)
    with pytest.raises(Refusal, match="welke dag u bedoelt"):
        day_only("half 8", at=AT, zone=ZONE)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("de prijs", "kosten"),
        ("bedrag", "kosten"),
        ("de prijs klopt niet", "kosten"),
        ("de datum moet anders", "wanneer"),
        ("kosten", "kosten"),
        ("de naam van de cursus", "training"),
        ("prijs en datum", None),
        ("de kleur", None),
        ("ik weet niet goed wat de prijs van die cursus zal zijn", None),
    ],
)
def test_an_answer_is_named_by_another_word_as_well(said: str, label: str | None) -> None:
    place = named(said, LABELS)
    assert (None if place is None else LABELS[place]) == label


def test_the_other_decision_is_no_remark_on_this_one() -> None:
    for said in ("afwijzen", "Nee, toch afwijzen!", "niet goedkeuren"):
        with pytest.raises(Refusal, match="U keurt deze aanvraag nu goed"):
            training.remark(said)
    for said in ("goedkeuren", "ik wil hem goedkeuren"):
        with pytest.raises(Refusal, match="U wijst deze aanvraag nu af"):
            training.reason(said)
    assert training.remark("Goed dat u dit doet.") == "Goed dat u dit doet."
    assert training.reason("We wijzen dit af: het is te duur.") == "We wijzen dit af: het is te duur."
