"""Personal data is found in whatever shape people type it, and nothing else is taken for it."""

import json
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import iban
from stdnum.nl import bsn

from domain.dutch import date_text, moment_text, money
from domain.personal import CONTACT, NEVER, Personal, blanked, found, names
from tests.town import AMSTERDAM

PRACTICE = Path(__file__).parents[2] / "shared" / "kennis" / "vragen-oefen.jsonl"

GAPS = st.sampled_from(["", " ", ".", "-", "\u00a0", "–"])
SENTENCES = st.sampled_from(["{}", "Mijn buurman heeft {} opgegeven.", "hoi {} help", "Klopt dit: {}?", "({})"])


def _bsn(first: int) -> str:
    """The first valid BSN from a number on."""
    return next(text for number in range(first, first + 200) if bsn.is_valid(text := f"{number:09}"))


BSNS = st.integers(1_000_000, 999_999_000).map(_bsn)
SHAPES = st.sampled_from([(9,), (3, 3, 3), (4, 2, 3), (2, 2, 2, 3), (4, 5), (1,) * 9])


def grouped(digits: str, shape: tuple[int, ...], gap: str) -> str:
    parts, at = [], 0
    for length in shape:
        parts.append(digits[at : at + length])
        at += length
    return gap.join(parts)


@given(BSNS, SHAPES, GAPS, SENTENCES)
@example("190000004", (4, 2, 3), " ", "{}")  # it begins as a date does
def test_a_bsn_is_found_in_any_shape(number: str, shape: tuple[int, ...], gap: str, sentence: str) -> None:
    text = sentence.format(grouped(number, shape, gap))
    assert Personal.BSN in found(text)
    assert not any(figures in blanked(text) for figures in (number, number[:4], number[-4:]))


@given(st.integers(0, 999_999_999))
def test_nine_figures_that_fail_the_eleven_test_are_no_bsn(number: int) -> None:
    text = f"{number:09}"
    assert (Personal.BSN in found(f"Het is {text}.")) == bsn.is_valid(text)


@given(BSNS, st.sampled_from(["zaaknummer {}", "kenmerk: {}", "Z/26/{}", "D{}", "{} inwoners", "dossier {}", "{}.001"]))
def test_a_number_of_something_else_is_no_bsn(number: str, sentence: str) -> None:
    assert Personal.BSN not in found(sentence.format(number))


@pytest.mark.parametrize("text", ["BSN 11122203", "mijn burgerservicenummer is 011122203", "zaak 12, bsn: 111222333"])
def test_what_is_called_a_bsn_is_one_when_the_figures_agree(text: str) -> None:
    digits = "".join(filter(str.isdigit, text.replace("zaak 12", "")))
    assert (Personal.BSN in found(text)) == bsn.is_valid(digits)


def _iban(account: int) -> str:
    body = f"ABNA{account:010}"
    return f"NL{iban.calc_check_digits('NL00' + body)}{body}"


@given(st.integers(0, 9_999_999_999), st.sampled_from(["", " ", "-", "."]), SENTENCES, st.booleans())
def test_an_iban_is_found_in_any_shape(account: int, gap: str, sentence: str, lower: bool) -> None:
    number = _iban(account)
    written = gap.join(number[at : at + 4] for at in range(0, 18, 4))
    text = sentence.format(written.lower() if lower else written)
    assert Personal.IBAN in found(text)


@pytest.mark.parametrize(
    "text",
    ["NL91 ABNA 0417 1643 00", "nl91abna0417164300 graag overmaken", "BE68 5390 0754 7034", "DE89370400440532013000."],
)
def test_known_examples_of_an_iban(text: str) -> None:
    assert found(text) == {Personal.IBAN}
    assert found(text.replace("4", "5", 1)) <= CONTACT


@pytest.mark.parametrize(
    "text",
    [
        "06-12345678", "06 12 34 56 78", "bel 0612345678.", "+31 6 12345678", "+31 (0)6 1234 5678", "0031612345678",
        "020-1234567", "(020) 123 45 67", "0512 34 56 78", "088-1234567",
    ],
)  # fmt: skip
def test_a_phone_number(text: str) -> None:
    assert found(text) == {Personal.PHONE}
    assert not any(character.isdigit() for character in blanked(text))


@pytest.mark.parametrize("text", ["a.b@voorbeeld.nl", "Mail mij: J.Jansen+raad@gemeente.voorbeeld.nl!", "<x@y.eu>"])
def test_an_email_address(text: str) -> None:
    assert found(text) == {Personal.EMAIL}


@pytest.mark.parametrize(
    "text",
    [
        "Ik woon op Kerkstraat 12", "Dr. Schaepmanstraat 14.", "kerkstraat 12b, Utrecht", "1234 AB 12", "1234ab 12",
        "Mevrouw X, Burgemeester de Vrieslaan 3a", "Molenweg 5, 9876 ZX Dorp", "Lange Singel 8-2", "12, 1234 AB",
    ],
)  # fmt: skip
def test_an_address(text: str) -> None:
    assert found(text) == {Personal.ADDRESS}


@pytest.mark.parametrize(
    "text",
    [
        "Wat kost het: € 1.250,00 of 1.250,50?", "Artikel 33, derde lid, van de Gemeentewet", "In 2026 en 2027",
        "Agendapunt 12 van vergadering 2026-11", "Zaak Z/26/123456, document D-2026-004411", "raadsvoorstel 2025/1234",
        "motie M24.118", "om 19.30 uur tot 22:00", "25-11-2026 19.30 uur", "08-12-2026 tot 15-12-2026", "112",
        "bel 14 030 of 0800-1351", "Kerkstraat 12 bomen kappen", "het bestemmingsplan Kerkstraat 12", "de raad van 45",
        "BWBR0005416", "ECLI:NL:RVS:2024:123456782", "€ 123.456.782", "123456782 euro", "op weg 2 naar 3",
        "Wat is 10 20 30 40 50 60?", "een begroting van 123.456.782,00", "RSIN 123456782", "@anna", "v1.2.3", "1/2",
        "https://wetten.overheid.nl/BWBR0005416/2026-10-01#Artikel33", "Raadhuisplein 1", "1e termijn", "3x 2 uur",
    ],
)  # fmt: skip
def test_what_a_council_writes_every_day_passes(text: str) -> None:
    assert found(text) == frozenset()
    assert blanked(text) == text


@given(
    st.dates(date(1990, 1, 1), date(2049, 12, 31)),
    st.times(),
    st.integers(0, 99_999_999_999),
    st.sampled_from(["{:%d-%m-%Y}", "{:%d.%m.%Y}", "{:%Y-%m-%d}", "{:%d/%m/%Y %H.%M}", "{:%d %m %Y}", "{:%Y%m%d}"]),
)
def test_no_day_moment_or_amount_is_personal(day: date, clock: time, cents: int, form: str) -> None:
    moment = datetime.combine(day, clock, AMSTERDAM)
    for text in (form.format(moment), moment_text(moment, AMSTERDAM), date_text(day), money(cents)):
        assert found(f"Op {text} besluit de raad.") == frozenset()


@given(st.text(max_size=300))
def test_anything_at_all_is_read_and_blanking_leaves_nothing_behind(text: str) -> None:
    assert (blanked(text) == text) == (not found(text))


@pytest.mark.parametrize(
    "text", ["1 " * 10_000, "0" * 20_000, "NL12 " * 4000, "a@" * 9000, "Kerk-" * 4000, "a.a@a." * 3000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    found(text)  # a pattern that backtracks would hang here for hours


def test_no_ordinary_question_raises_the_alarm() -> None:
    if not PRACTICE.exists():
        pytest.skip(f"no practice questions here: {PRACTICE.name} is not beside the project")
    asked = [json.loads(line)["vraag"] for line in PRACTICE.read_text(encoding="utf-8").splitlines()]
    assert len(asked) > 300
    assert [text for text in asked if found(text)] == []


def test_kinds_are_named_and_divided() -> None:
    assert names(frozenset(Personal)).startswith("een BSN, een rekeningnummer (IBAN), een telefoonnummer")
    assert frozenset(Personal) == NEVER | CONTACT
