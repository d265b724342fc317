"""Names are taken out of what others will read, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.names import mentions, without

PEOPLE = ["Anna Bakker", "Bram de Vries", "Griet Mulder", "Chris Yilmaz", "Jo van der Laan-Bos", "Ed"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Vraag het Griet Mulder.", "Vraag het …."),
        ("Vraag het aan mevrouw Mulder of de heer De Vries.", "Vraag het aan … of …."),
        ("Bram de Vries en Anna weten het.", "… en … weten het."),
        ("GRIET MULDER weet het", "… weet het"),
        ("Dat weet Van der Laan-Bos.", "Dat weet …."),
        ("U bent welkom, Anna.", "U bent welkom."),
        ("Beste Anna,\n\nDe pas ligt klaar.\n\nMet vriendelijke groet,\nGriet Mulder\ngriffier", "De pas ligt klaar."),
        ("Dag mevrouw Bakker, de pas ligt klaar. Groeten, Griet", "de pas ligt klaar."),
        ("Hoi!\nJa.", "Ja."),
        # Words that are no names, and names within words.
        ("De bakker levert om half acht.", "De bakker levert om half acht."),
        ("Annabel en de Bakkersweg blijven staan.", "Annabel en de Bakkersweg blijven staan."),
        ("Bij een vriendelijke groet hoort een naam.", "Bij een vriendelijke groet hoort een naam."),
        ("Dag en nacht open.", "Dag en nacht open."),
        ("Ed weet het ook.", "Ed weet het ook."),
    ],
)
def test_names_go_and_the_rest_stays(text: str, left: str) -> None:
    assert without(text, PEOPLE) == left
    assert not mentions(without(text, PEOPLE), PEOPLE)


@given(st.lists(st.sampled_from([*PEOPLE, "de", "en", "De", "van", ".", ",", "\n", "weet", "mevrouw"]), max_size=12))
def test_after_it_nobody_is_mentioned(words: list[str]) -> None:
    assert not mentions(without(" ".join(words), PEOPLE), PEOPLE)


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_and_any_name_will_do(text: str, names: list[str]) -> None:
    without(text, names)


def test_a_long_text_takes_no_time() -> None:
    assert len(without("dag " * 5000 + "Anna", PEOPLE * 200)) > 10_000
    assert without("a" + "\n" * 200_000 + "b", PEOPLE).startswith("a")  # minutes, if every line were looked past
