"""A choice that is told in other words than those on its button."""

import pytest

from domain.choosing import names_one, one_of, place_of, words
from domain.messages import Refusal
from domain.times import which_time

MEETINGS = ["Commissie Ruimte, 8 december", "Gemeenteraad, 10 december", "Gemeenteraad, 22 december"]


@pytest.mark.parametrize(
    ("said", "index"),
    [("de tweede", 1), ("nummer 3", 2), ("de laatste", 2), ("laatste", 2), ("de vierde", None), ("2", None)],
)
def test_a_place_in_a_list_is_told_in_words(said: str, index: int | None) -> None:
    assert place_of(words(said), len(MEETINGS)) == index


@pytest.mark.parametrize(
    ("said", "labels", "index"),
    [
        ("commissie ruimte", MEETINGS, 0),
        ("de commissie ruimte", MEETINGS, 0),
        ("ruimte", MEETINGS, 0),
        ("gemeenteraad", MEETINGS, None),  # two of them
        ("commissie", MEETINGS, 0),
        ("een vraag", ["Training aanvragen", "Vraag vastleggen"], 1),
        ("hans", ["Griet Mulder neemt waar", "Hans Smit neemt waar"], 1),
        ("wat krijg ik", ["Wat krijg ik in 2026?", "Agenda"], None),
        ("de", MEETINGS, None),
    ],
)
def test_a_label_is_told_by_its_beginning(said: str, labels: list[str], index: int | None) -> None:
    assert names_one(words(said), labels) == index


@pytest.mark.parametrize(
    ("said", "index"),
    [
        ("19.30", 1),
        ("19:30", 1),
        ("om 19.30 uur", 1),
        ("'s avonds", 1),
        ("avond", 1),
        ("in de avond", 1),
        ("half acht 's avonds", 1),
        ("dat is 's ochtends", 0),
        ("half acht", None),
        ("'s middags", None),
        ("20.00", None),
        ("morgen 19.30", None),
    ],
)
def test_one_of_two_times_is_chosen_by_the_time_or_the_part_of_the_day(said: str, index: int | None) -> None:
    assert which_time(said, ["7.30 uur", "19.30 uur", "Terug", "Stoppen"]) == index


@pytest.mark.parametrize(
    ("said", "options", "index"),
    [
        ("nee alleen naar commissie ruimte", ["Iedereen", "Commissie Ruimte"], 1),
        ("dat mag met mijn naam", ["Ja, met mijn naam", "Nee, zonder mijn naam"], 0),
        ("doe maar zonder mijn naam", ["Ja, met mijn naam", "Nee, zonder mijn naam"], 1),
    ],
)
def test_words_around_a_choice_do_not_change_it(said: str, options: list[str], index: int) -> None:
    assert one_of(said, options) == index


@pytest.mark.parametrize("said", ["ja, zonder mijn naam", "alleen maar", "dat mag", "ik wil naar huis"])
def test_what_contradicts_itself_or_says_nothing_is_asked_again(said: str) -> None:
    with pytest.raises(Refusal):
        one_of(said, ["Ja, met mijn naam", "Nee, zonder mijn naam"])
