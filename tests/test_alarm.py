"""Who may be in danger gets the card for it, and who just says something does not."""

import pytest

from bot.entry import library as by_words
from search.library import Library, Outcome
from search.questionfile import read_questions
from tests.test_search import QUESTIONS, UNDERSTANDS
from tests.town import library

DANGER, CALM = (read_questions(QUESTIONS / f"{name}.jsonl") for name in ("nood", "gewoon"))


def alarms(asked: Library) -> tuple[list[str], list[str]]:
    """Whom it leaves alone in danger, and whom it frightens for nothing."""
    missed = [one.text for one in DANGER if asked.ask(one.text).outcome is not Outcome.EMERGENCY]
    return missed, [one.text for one in CALM if asked.ask(one.text).outcome is Outcome.EMERGENCY]


@UNDERSTANDS
def test_who_is_in_danger_reads_whom_to_call_and_who_is_not_does_not() -> None:
    missed, frightened = alarms(library())
    assert len(missed) <= 5, missed
    assert len(frightened) <= 4, frightened


def test_without_the_model_most_of_it_still_holds() -> None:
    missed, frightened = alarms(by_words())
    assert len(missed) <= 15, missed
    assert len(frightened) <= 9, frightened


@UNDERSTANDS
@pytest.mark.parametrize(
    "said", ["ik ben moe", "mijn man heet Kees", "ik zit in de file", "nee, liever zonder mijn naam"]
)
def test_a_loose_sentence_is_taken_for_what_it_is(said: str) -> None:
    card = library().ask(said).card
    assert card
    assert card.id == "zomaar"
