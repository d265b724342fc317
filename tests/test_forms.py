"""A form: which question is open, what an answer means, and how it is taken back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import answers, days, forms, times
from domain.answers import leaves_open, one_of, only_yes
from domain.forms import Said, choice_of, question
from domain.messages import Choice, Refusal

ZONE = ZoneInfo("Europe/Amsterdam")
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def words(said: Said) -> str:
    return answers.text(said.text, least=2)


@dataclass(frozen=True)
class Party:
    """A form with every kind of question in it."""

    host: int
    name: str = question("Hoe heet het feest?", "naam", words)
    room: str = choice_of("Welke zaal?", "zaal")
    day: date | None = question(  # noqa: RUF009
        "Welke dag?", "dag", lambda said: days.day(said.text, at=said.at, zone=said.zone), skip="Weet ik niet"
    )
    begins: datetime = question(  # noqa: RUF009
        "Wanneer?", "begin", lambda said: times.moment(said.text, at=said.at, zone=said.zone)
    )
    secret: bool = question(
        "Geheim?",
        "geheim",
        lambda said: answers.yes_or_no(said.text),
        show=lambda secret: "ja" if secret else "nee",
        choices=(Choice("Ja", "ja"),),
    )
    guest: str | None = question(
        "Wie komt er nog?", "gast", words, skip="Niemand", applies=lambda given: not given.get("secret")
    )


def said(text: str) -> Said:
    return Said(text, AT, ZONE, ("Grote zaal", "Kleine zaal"))


def fill(given: Mapping[str, Any], *texts: str) -> dict[str, Any]:
    filled = dict(given)
    for text in texts:
        name = forms.current(Party, filled)
        assert name
        filled = forms.answered(filled, name, forms.read(Party, name, said(text)))
    return filled


FULL = ("Kerstborrel", "grote", "18 december", "18 december 17.00 uur", "nee", "de *burgemeester*")


def test_questions_come_in_order_and_what_was_given_is_not_asked() -> None:
    asked = []
    given: dict[str, Any] = {"host": 1}
    for text in FULL:
        asked.append(forms.current(Party, given))
        given = fill(given, text)
    assert asked == ["name", "room", "day", "begins", "secret", "guest"]
    assert forms.current(Party, given) is None
    assert forms.build(Party, given) == Party(
        1,
        "Kerstborrel",
        "Grote zaal",
        date(2026, 12, 18),
        datetime(2026, 12, 18, 16, 0, tzinfo=UTC),
        False,
        "de *burgemeester*",
    )


def test_answers_are_stored_as_json_and_read_back_the_same() -> None:
    given = fill({"host": 1}, *FULL)
    assert forms.build(Party, json.loads(json.dumps(given))) == forms.build(Party, given)


def test_summary_shows_moments_where_the_person_is_and_escapes_what_they_wrote() -> None:
    assert forms.summary(Party, fill({"host": 1}, *FULL), ZONE, TODAY) == [
        ("naam", "Kerstborrel"),
        ("zaal", "Grote zaal"),
        ("dag", "vrijdag 18 december"),
        ("begin", "vrijdag 18 december, 17.00 uur"),
        ("geheim", "nee"),
        ("gast", r"de \*burgemeester\*"),
    ]


def test_a_question_left_open_is_shown_as_its_choice() -> None:
    given = fill({"host": 1}, "Feest", "2", "geen idee", "morgen 17.00 uur", "nee", "nee")
    assert ("dag", "weet ik niet") in forms.summary(Party, given, ZONE, TODAY)
    assert forms.build(Party, given).guest is None


def test_a_question_that_no_longer_applies_is_neither_shown_nor_built() -> None:
    given = fill({"host": 1}, *FULL) | {"secret": True}
    assert forms.current(Party, given) is None
    assert "gast" not in dict(forms.summary(Party, given, ZONE, TODAY))
    assert forms.build(Party, given).guest is None


def test_back_takes_the_last_answer_and_leaves_what_was_given() -> None:
    given = fill({"host": 1}, "Feest", "grote")
    given = forms.back(Party, given)
    assert given == {"host": 1, "name": "Feest"}
    assert forms.back(Party, forms.back(Party, given)) == {"host": 1}


def test_an_answer_that_is_opened_again_comes_back_with_back() -> None:
    given = fill({"host": 1}, *FULL)
    opened = forms.reopened(given, "room")
    assert forms.current(Party, opened) == "room"
    assert forms.back(Party, opened) == given
    assert fill(opened, "kleine") == given | {"room": "Kleine zaal"}


def test_an_open_question_opened_again_keeps_being_open_with_back() -> None:
    given = fill({"host": 1}, "Feest", "1", "weet ik niet", "morgen 17.00 uur", "nee", "niemand")
    assert forms.back(Party, forms.reopened(given, "day")) == given


def test_yes_at_a_question_that_may_be_left_open_is_no_answer() -> None:
    with pytest.raises(Refusal, match="of kies: Niemand"):
        forms.read(Party, "guest", said("Ja!"))
    assert forms.read(Party, "guest", said("Jan")) == "Jan"


@given(st.lists(st.sampled_from(["!terug", "!kies", *FULL, "ja", "nee", "1", "onzin"]), max_size=40))
@settings(max_examples=100, deadline=None)
def test_whatever_is_answered_and_taken_back_a_form_can_be_shown_and_finished(texts: list[str]) -> None:
    given: dict[str, Any] = {"host": 1}
    for text in texts:
        name = forms.current(Party, given)
        if text == "!terug":
            given = forms.back(Party, given)
        elif name is None and text == "!kies":
            given = forms.reopened(given, "begins")
        elif name:
            try:
                given = forms.answered(given, name, forms.read(Party, name, said(text)))
            except Refusal:
                continue
        if forms.current(Party, given) is None:
            forms.summary(Party, given, ZONE, TODAY)
            assert forms.build(Party, given).host == 1
    assert given["host"] == 1


@pytest.mark.parametrize("typed", ["Nee.", "nee hoor", "Nee, niets", "nee niets", "hetzelfde", "n.v.t.", "NIETS"])
def test_no_leaves_a_question_open_where_no_cannot_be_the_answer(typed: str) -> None:
    assert leaves_open(typed, "Nee, niets")


@pytest.mark.parametrize("typed", ["", "Nee, want het is te duur", "niets doen", "Zelfde plaats als vorig jaar"])
def test_no_with_more_behind_it_is_an_answer(typed: str) -> None:
    assert not leaves_open(typed, "Zelfde plaats")


@pytest.mark.parametrize(
    ("typed", "alone"), [("Ja!", True), ("ja hoor", True), ("ja, veel plezier", False), ("", False)]
)
def test_only_yes(typed: str, alone: bool) -> None:
    assert only_yes(typed) is alone


NAMED = ["Ja, met mijn naam", "Ja, zonder mijn naam", "Nee"]
BODIES = ["Iedereen", "Raadsleden en commissieleden", "Gemeenteraad", "Commissie Ruimte"]


@pytest.mark.parametrize(
    ("typed", "options", "index"),
    [("met mijn naam", NAMED, 0), ("zonder naam", NAMED, 1), ("gemeenteraad", BODIES, 2), ("raadsleden", BODIES, 1)],
)
def test_small_words_and_ends_of_words_tell(typed: str, options: list[str], index: int) -> None:
    assert one_of(typed, options) == index


def test_the_end_of_one_option_and_the_beginning_of_another_is_asked_about() -> None:
    with pytest.raises(Refusal, match="Bedoelt u Raadsleden en commissieleden of Gemeenteraad"):
        one_of("raad", BODIES)
    assert one_of("raad", BODIES[2:]) == 0
