"""An amount as people write it: what is around it, and what is not one amount."""

import pytest

from domain.answers import euros
from domain.messages import Refusal


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("500 tot 600", "Noem één bedrag"),
        ("€ 200,- à € 250,-", "Noem één bedrag"),
        ("tussen 200 en 300 euro", "Noem één bedrag"),
        ("450 euro excl. btw", "Noem het bedrag met de btw erbij"),
        ("450,00 zonder btw", "Noem het bedrag met de btw erbij"),
        ("weet ik niet", "Weet u het niet precies"),
    ],
)
def test_what_is_not_one_amount_is_asked_for(said: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        euros(said)


@pytest.mark.parametrize("said", ["€ 450 incl. btw", "450 inclusief btw", "het kost 450 euro", "450 in totaal"])
def test_words_around_an_amount_do_not_change_it(said: str) -> None:
    assert euros(said) == 450_00
