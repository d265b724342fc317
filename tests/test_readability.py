"""How easy a text is to read, and that no answer that is shipped is harder than it may be."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.entry import KENNIS
from bot.language_commands import Row, measured, plainer, report
from domain.readability import difficult, measure, syllables
from search.articles import load, parse
from tests.test_articles import GOOD

REPORT = Path(__file__).parents[1] / "docs" / "metingen" / "leesbaarheid.md"
ROWS = sorted(measured(load(KENNIS), plainer()), key=lambda row: row.found.score)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "de raad kiest eed Woo nieuw mooi sneeuw vijf 2026 zij € ???"),
        (2, "raadslid griffie vrije motie over agent quorum nieuwe duwen niveau zeeën mooie houden griffiers"),
        (3, "agenda gemeente ideeën actieve reageert commissie"),
        (4, "financiën vergadering verordening vacatures beoordeling amendement"),
    ],
)
def test_syllables_are_counted_by_their_vowels(count: int, words: str) -> None:
    assert {word: syllables(word) for word in words.split()} == dict.fromkeys(words.split(), count)


def test_a_sentence_ends_where_a_reader_ends_it() -> None:
    found = measure("Dit is één zin. Artikel 33 lid 1 geeft € 1.250,00 per jaar. Zie ook:\n- een punt\n- nog een punt")
    assert (found.sentences, found.words, found.longest) == (5, 19, 8)


@given(st.text())
def test_any_text_can_be_measured(text: str) -> None:
    found = measure(text)
    assert found.longest <= found.words <= found.syllables
    assert (found.sentences == 0) == (found.words == 0)


def test_longer_words_and_sentences_are_harder() -> None:
    easy = measure("De raad kiest. U stemt mee.")
    assert easy.score > measure("De raad kiest en u stemt mee.").score
    assert easy.score > measure("De gemeenteraad benoemt. Vertegenwoordigers stemmen.").score


def test_difficult_words_are_found_as_whole_words_in_their_order() -> None:
    words = {"indien": "als", "met betrekking tot": "over", "verstrekken": "geven"}
    text = "Met betrekking tot hulp: de indiener kan stukken verstrekken. Indien nodig ook meer."
    assert difficult(text, words) == [("met betrekking tot", "over"), ("verstrekken", "geven"), ("indien", "als")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.article} {row.role}".strip())
def test_no_answer_that_is_shipped_is_too_hard(row: Row) -> None:
    assert row.easy, row


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Zo moet het.", "De gemeenschappelijke bedrijfsvoeringsorganisatie rapporteert periodiek."),
        ("Zo moet het.", "Zo moet het " + "en ook zo " * 9 + "dan."),
        ("Zo dan.", "Dat gaat " + "en dat gaat " * 9 + "zo."),
        ("Zo dan.", "Indien u dat wilt."),
    ],
)
def test_an_answer_that_is_too_hard_is_noticed(right: str, wrong: str) -> None:
    assert [row.easy for row in measured([parse(GOOD, "goed.md")], plainer())] == [True]
    assert [row.easy for row in measured([parse(GOOD.replace(right, wrong), "goed.md")], plainer())] == [False]


def test_the_report_is_of_these_articles() -> None:
    """`raadsmaat kennis taal --verslag docs/metingen/leesbaarheid.md` writes it anew."""
    assert REPORT.read_text(encoding="utf-8") == report(ROWS)
