"""Reading text, amounts and numbers; and what holds for every reader, whatever somebody types."""

import re
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain import answers
from domain.answers import MOST_CENTS, count, euros, text
from domain.dutch import money
from domain.messages import Refusal

ZONE = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)

READERS: dict[str, Callable[[str], Any]] = {
    "text": text,
    "day": lambda said: answers.day(said, at=MONDAY, zone=ZONE),
    "past day": lambda said: answers.day(said, at=MONDAY, zone=ZONE, past=True),
    "time": answers.time,
    "moment": lambda said: answers.moment(said, at=MONDAY, zone=ZONE),
    "past moment": lambda said: answers.moment(said, at=MONDAY, zone=ZONE, past=True),
    "euros": euros,
    "count": count,
    "yes or no": answers.yes_or_no,
    "one of": lambda said: answers.one_of(said, ["Raad", "Commissie", "Griffie 2026"]),
    "skip": answers.is_skip,
}
# Pieces of every grammar, so that what is nearly right is tried too.
PIECES = """
    vandaag morgen overmorgen gisteren dinsdag di za 8 12 13 29 30 31 00 2026 2027 26 december feb mrt
    8-12 31-4 29-02-2028 8/12/26 2026-12-08 8.12 over geleden een twee weken jaar volgende week deze
    afgelopen a.s. half kwart voor vijf acht twaalf 24 0 uur u 19.30 7:30 24.00 1930 2026 's avonds 's
    nachts vanavond avond om op de - , . € euro 1.250 1.25 12,345 1250,5 ,- ja nee niet klopt graag raad
    com griffie 👍 1️⃣ \u200b é maart eind"""
ANYTHING = st.text(st.characters()) | st.lists(st.sampled_from(PIECES.split()), max_size=8).map(" ".join)


def refusal_of(reader: str, said: str) -> Refusal | None:
    try:
        READERS[reader](said)
    except Refusal as refusal:
        return refusal
    return None


@pytest.mark.parametrize("reader", READERS)
@given(said=ANYTHING)
@example(said="\ud800 half een")  # half a character, which cannot be stored or sent
def test_anything_is_read_or_refused_with_a_sentence(reader: str, said: str) -> None:
    if refused := refusal_of(reader, said):
        assert re.fullmatch(r"[A-Z0-9][^\n]{10,220}[.?]", refused.sentence)
        assert not set(refused.sentence) & set("<>*_`[]\\")


@pytest.mark.parametrize("reader", READERS)
@given(said=ANYTHING)
@example(said="maandag")
@example(said="woensdag 8 december 2020")
@example(said="half acht")
@example(said="of half acht")
@example(said="1.25")
def test_what_a_refusal_offers_can_be_said(reader: str, said: str) -> None:
    refused = refusal_of(reader, said)
    for choice in refused.choices if refused else ():
        READERS["past moment" if reader == "moment" else reader](choice.says)  # today at 8.00 may be over


@pytest.mark.parametrize("reader", READERS)
@given(said=ANYTHING)
def test_the_example_in_a_refusal_is_a_good_answer(reader: str, said: str) -> None:
    refused = refusal_of(reader, said)
    for examples in re.findall(r"bijvoorbeeld: (.+)\.$", refused.sentence if refused else ""):
        for one in examples.split(", of: "):
            # A moment is asked again for its day or its time alone.
            assert any(refusal_of(by, one) is None for by in {reader, "day", "time"})


@pytest.mark.parametrize("reader", READERS)
@given(said=ANYTHING, tail=ANYTHING)
def test_a_refusal_does_not_repeat_what_was_typed(reader: str, said: str, tail: str) -> None:
    refused = refusal_of(reader, f"{said} <b>*xq* {tail}")
    assert refused is None or "xq" not in refused.sentence


MEGABYTE = 1_000_000
ENDLESS = {
    "letters": "a" * MEGABYTE,
    "figures": "1" * MEGABYTE,
    "spaces": " " * MEGABYTE,
    "words": "ja " * (MEGABYTE // 3),
    "thousands": "1" + ".000" * (MEGABYTE // 4),
    "accents": "e" + "\u0301\u0316" * (MEGABYTE // 2),
    "nothing visible": "\u200b" * MEGABYTE,
    "just too long to compare": "1.0 " * 126,
    "dashes": "- " * (MEGABYTE // 2),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("said", ENDLESS.values(), ids=list(ENDLESS))
def test_a_megabyte_is_refused_at_once(reader: str, said: str) -> None:
    began = time.process_time()
    if reader == "skip":
        assert not READERS[reader](said)
    else:
        with pytest.raises(Refusal) as refused:
            READERS[reader](said)
        assert len(refused.value.sentence) < 200
    assert time.process_time() - began < 0.2  # it takes a few milliseconds; a slow computer may take longer


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Debatteren voor beginners", "Debatteren voor beginners"),
        ("  te   veel\tspaties \u00a0", "te veel spaties"),
        ("een\r\ntwee\n\n\n\n  drie ", "een\ntwee\n\ndrie"),
        ("cafe\u0301", "café"),
        ("on\u200bzicht\ufeffbaar\u00ad", "onzichtbaar"),
        ("\u202eomgekeerd\u202c", "omgekeerd"),
        ("bel\x07 nul\x00 esc\x1b[31m", "bel nul esc[31m"),
        ("half \ud800 teken", "half teken"),
        ("leeg\u3164veld", "leegveld"),
        ("e" + "\u0301" * 500, "é\u0301\u0301\u0301"),
        ("Ja 👍🏽", "Ja 👍🏽"),
        ("*niet* _opgemaakt_ <b>", "*niet* _opgemaakt_ <b>"),  # escaping is for who shows it
    ],
)
def test_text_keeps_what_can_be_seen(said: str, kept: str) -> None:
    assert text(said) == kept


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("", "Ik lees geen woorden in uw antwoord. Schrijf het in een paar woorden."),
        (" \n\u200b ", "Ik lees geen woorden in uw antwoord. Schrijf het in een paar woorden."),
        ("👍 !!!", "Ik lees geen woorden in uw antwoord. Schrijf het in een paar woorden."),
        ("\u3164\u115f", "Ik lees geen woorden in uw antwoord. Schrijf het in een paar woorden."),
        ("a.b!", "Uw antwoord is te kort. Schrijf minstens 3 letters."),
        ("x" * 201, "Uw tekst is te lang: 201 tekens. Schrijf hoogstens 200 tekens."),
        (" " + "x" * 5000, "Uw tekst is te lang: 5000 tekens. Schrijf hoogstens 200 tekens."),
    ],
)
def test_text_that_is_too_short_or_too_long_is_refused(said: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        text(said, least=3)
    assert refused.value.sentence == sentence


def test_text_may_be_without_letters_where_that_is_allowed() -> None:
    assert text("👍", least=0) == "👍"
    assert text(" ", least=0) == ""
    assert text(" " * 5000 + "\x00hoi", most=3) == "hoi"


@given(st.text(st.characters()), st.integers(0, 50))
def test_text_that_was_read_is_clean(said: str, most: int) -> None:
    try:
        kept = text(said, most=most, least=0)
    except Refusal:
        return
    assert len(kept) <= most
    assert unicodedata.is_normalized("NFC", kept)
    assert not {unicodedata.category(character) for character in kept.replace("\n", "")} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
    }
    kept.encode()
    assert text(kept, most=most, least=0) == kept


@pytest.mark.parametrize(
    ("said", "cents"),
    [
        ("1250", 125_000),
        ("1.250", 125_000),
        ("1 250", 125_000),
        ("1250,5", 125_050),
        ("€ 1.250,00", 125_000),
        ("€1.250,-", 125_000),
        ("1.250,-", 125_000),
        ("1250,--", 125_000),
        ("1250 euro", 125_000),
        ("EUR 1250", 125_000),
        ("500 euro's", 50_000),
        ("12 euro 50", 1_250),
        ("0,50", 50),
        ("0", 0),
        ("ongeveer 500", 50_000),
        ("rond de 300 euro", 30_000),
        ("ca. 1.250 incl. btw", 125_000),
        ("gratis", 0),
        ("Niets.", 0),
        ("1.000.000", 100_000_000),
    ],
)
def test_an_amount_is_read_in_cents(said: str, cents: int) -> None:
    assert euros(said) == cents


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("1.25", "Bedoelt u € 1,25 of € 125,00?"),
        ("€ 12.5", "Bedoelt u € 12,50 of € 125,00?"),
        ("9999999.99", "Schrijf een komma voor de centen, bijvoorbeeld: 1.250,50."),
        ("12,345", "Na de komma horen hoogstens 2 cijfers, voor de centen. Schrijf bijvoorbeeld: 1.250,50."),
        ("-5", "Een bedrag kan niet onder nul zijn. Schrijf bijvoorbeeld: 1.250,50."),
        ("€ -12,50", "Een bedrag kan niet onder nul zijn. Schrijf bijvoorbeeld: 1.250,50."),
        ("min 5 euro", "Een bedrag kan niet onder nul zijn. Schrijf bijvoorbeeld: 1.250,50."),
        ("1000000,01", "Dat is meer dan € 1.000.000,00. Klopt het bedrag? Schrijf bijvoorbeeld: 1.250,50."),
    ],
)
def test_a_refused_amount_says_what_is_wrong(said: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        euros(said)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "€",
            "veel",
            "minstens 500",
            "1,250.00",
            "1.25.000",
            "12.34,50",
            "0.125",
            "007",
            "1,5k",
        ),
        *("1²", "½", "٣", "1e3", "1_000", "500 euro per persoon", "1 250.000", "12 50", "€ € 5"),
    ],
)
def test_what_is_no_amount_is_refused(said: str) -> None:
    with pytest.raises(Refusal, match="Ik begrijp dit bedrag niet"):
        euros(said)


@given(st.integers(0, MOST_CENTS))
def test_an_amount_that_is_written_by_us_is_read_back(cents: int) -> None:
    assert euros(money(cents)) == cents
    assert euros(f"{cents // 100},{cents % 100:02}") == cents


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("3", 3),
        ("drie", 3),
        ("Één", 1),
        ("twintig", 20),
        ("0", 0),
        ("geen", 0),
        ("3 dagen", 3),
        ("1.250", 1250),
    ],
)
def test_a_count_is_read(said: str, number: int) -> None:
    assert count(said, of=("dag", "dagen")) == number


@pytest.mark.parametrize(
    "said", ["", "-1", "2,5", "2.5", "3 weken", "3 of 4", "een paar", "3e", "²", "1.25", "3 dagen"]
)
def test_what_is_not_a_whole_number_is_refused(said: str) -> None:
    with pytest.raises(Refusal, match="Schrijf een heel getal, bijvoorbeeld: 2"):
        count(said, least=2)


@pytest.mark.parametrize("said", ["1", "geen", "51", "999999999"])
def test_a_count_outside_its_bounds_is_refused(said: str) -> None:
    with pytest.raises(Refusal, match="Schrijf een getal van 2 tot en met 50"):
        count(said, least=2, most=50)


@given(st.integers(0, 9_999))
def test_every_count_is_read(number: int) -> None:
    assert count(str(number)) == number
