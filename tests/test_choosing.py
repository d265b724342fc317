"""Reading yes or no, one of some options, and leaving a question open."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import is_skip, one_of, yes_or_no
from domain.messages import Refusal

COURSES = [
    "Cursus debatteren",
    "Cursus financiën voor de raad",
    "Spreken in het openbaar",
    "Integriteit 2026",
]


@pytest.mark.parametrize(
    "said",
    [
        *(
            "ja",
            "Ja!",
            "JA",
            "j",
            "jaaaa",
            "yes",
            "jep",
            "jazeker",
            "ok",
            "oké",
            "Oke.",
            "prima",
            "graag",
            "akkoord",
        ),
        *(
            "ja graag",
            "Ja, dat klopt",
            "dat klopt",
            "klopt dit",
            "is goed",
            "dat is goed hoor",
            "doe maar",
            "in orde",
        ),
        *(
            "👍",
            "👍🏽",
            "👍️",
            "ja👍👍",
            "✅",
            "ja dank u wel",
            "graag, dank u",
            "ik kom",
            "ik ben er bij",
            "zeker weten",
        ),
    ],
)
def test_people_say_yes(said: str) -> None:
    assert yes_or_no(said) is True


@pytest.mark.parametrize(
    "said",
    [
        *(
            "nee",
            "Nee.",
            "n",
            "neee",
            "neen",
            "no",
            "nope",
            "nee dank u",
            "nee, dank u wel",
            "nee bedankt",
            "nee hoor",
        ),
        *(
            "liever niet",
            "klopt niet",
            "dat klopt niet",
            "nee, dat klopt niet",
            "niet akkoord",
            "dat is niet goed",
        ),
        *(
            "👎",
            "❌",
            "zeker niet",
            "doe maar niet",
            "ik kom niet",
            "ik kom helaas niet",
            "helaas, nee",
            "hoeft niet",
        ),
    ],
)
def test_people_say_no(said: str) -> None:
    assert yes_or_no(said) is False


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            ".",
            "misschien",
            "ja nee",
            "nee, dat klopt",
            "👍👎",
            "dank u",
            "helaas",
            "ja maar niet nu",
            "geen idee",
        ),
        *(
            "ja, niet akkoord",
            "weet ik niet",
            "dat is niet erg",
            "jan",
            "neef",
            "ja of nee",
            "1",
            "ja " * 200,
        ),
    ],
)
def test_what_is_neither_yes_nor_no_is_refused(said: str) -> None:
    with pytest.raises(Refusal, match="Antwoord met: ja, of: nee"):
        yes_or_no(said)


@pytest.mark.parametrize(
    "said",
    [
        "overslaan",
        "Sla over!",
        "weet ik niet",
        "Weet ik niet.",
        "geen idee",
        "-",
        "–",
        "geen",
        "n.v.t.",
        "N.V.T",
        "nvt",
    ],
)
def test_a_question_can_be_left_open(said: str) -> None:
    assert is_skip(said)


@pytest.mark.parametrize("said", ["", "ja", "nee", "0", "geen bezwaar", "niets", "overslaan alstublieft niet"])
def test_an_answer_is_not_taken_for_leaving_a_question_open(said: str) -> None:
    assert not is_skip(said)


@pytest.mark.parametrize(
    ("said", "index"),
    [
        ("Cursus debatteren", 0),
        ("cursus DEBATTEREN!", 0),
        ("cursus financien voor de raad", 1),
        ("1", 0),
        ("4.", 3),
        ("nummer 3", 2),
        ("optie 2", 1),
        ("de tweede", 1),
        ("2️⃣", 1),
        ("debat", 0),
        ("fin", 1),
        ("financien", 1),
        ("cur deb", 0),
        ("spreken openbaar", 2),
        ("het openbaar", 2),
        ("2026", 3),
        ("debateren", 0),  # a letter missing
        ("debatterenn", 0),  # one too many
        ("debattaren", 0),  # one wrong
        ("fniancien", 1),  # two that changed places
        ("cursus finacien", 1),
    ],
)
def test_an_option_is_chosen_by_label_number_beginning_or_with_one_slip(said: str, index: int) -> None:
    assert one_of(said, COURSES) == index


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "0",
            "5",
            "-",
            "de",
            "voor de",
            "x",
            "de eenentwintigste",
            "cursus spreken",
            "debatteren cursus",
        ),
        *("integriteit 2027", "deebaterren", "1 en 2", "1,5", "¹", "١", "financien voor de raad graag"),
    ],
)
def test_what_is_not_among_the_options_is_refused(said: str) -> None:
    with pytest.raises(Refusal) as refused:
        one_of(said, COURSES)
    assert refused.value.sentence == (
        "Dat staat er niet bij. Kies uit: Cursus debatteren, Cursus financiën voor de raad, "
        "Spreken in het openbaar of Integriteit 2026."
    )


def test_a_yes_that_goes_with_the_words_of_a_no_is_asked_about() -> None:
    how = ["Ja, met mijn naam", "Nee, zonder mijn naam"]
    for said, meant in (("ja met naam", 0), ("nee, zonder", 1), ("nee", 1), ("nee zonder mijn naam", 1)):
        assert one_of(said, how) == meant
    for said in ("nee, met mijn naam", "ja, zonder mijn naam", "nee met naam"):
        with pytest.raises(Refusal, match="Ja, met mijn naam of Nee, zonder mijn naam"):
            one_of(said, how)


def test_when_several_fit_those_are_named() -> None:
    with pytest.raises(Refusal) as refused:
        one_of("cursus", COURSES)
    assert refused.value.sentence == (
        "Dat past bij meer keuzes. Bedoelt u Cursus debatteren of Cursus financiën voor de raad?"
    )


def test_an_exact_label_goes_before_its_beginning_in_another() -> None:
    assert one_of("raad", ["Raadslid", "Raad"]) == 1


def test_a_number_that_is_also_in_a_label_is_not_guessed() -> None:
    with pytest.raises(Refusal, match="Bedoelt u 2 dagen of Een week"):
        one_of("2", ["2 dagen", "Een week"])
    assert one_of("1", ["2 dagen", "Een week"]) == 0
    assert one_of("2", ["2", "1"]) == 0


def test_a_short_or_another_word_is_not_a_slip() -> None:
    for said in ("mei", "jun"):
        with pytest.raises(Refusal):
            one_of(said, ["Mens", "Juli"])


def test_labels_in_a_refusal_are_few_short_and_no_markup() -> None:
    options = [f"_{number}_ " + "lang " * 50 for number in range(300)]
    with pytest.raises(Refusal) as refused:
        one_of("niets hiervan", options)
    assert len(refused.value.sentence) < 600
    assert r"\_0\_ lang" in refused.value.sentence
    assert refused.value.sentence.endswith("… of een andere uit de lijst.")


def test_without_options_the_program_is_wrong() -> None:
    with pytest.raises(ValueError, match="choose"):
        one_of("1", [])


WORDS = st.text("abcdeéfghij", min_size=5, max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=8, unique_by=lambda word: word.replace("é", "e")))
def test_every_option_is_found_by_its_label_and_its_number(options: list[str]) -> None:
    for index, option in enumerate(options):
        assert one_of(option.upper(), options) == index
        assert one_of(str(index + 1), options) == index


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6), st.text(max_size=30))
def test_whatever_the_options_the_answer_is_one_of_them_or_refused(options: list[str], said: str) -> None:
    with suppress(Refusal):
        assert 0 <= one_of(said, options) < len(options)
