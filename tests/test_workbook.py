"""Reading Excel workbooks, also those that were made to do harm."""

import io
import random
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import workbook
from domain.listedpeople import Held, Span
from domain.memberlist import read
from domain.roles import Role
from tests.lists import ANNA, HEADER, one, problems, refused, sheet_xml, survives, with_part, xlsx_of

SHEET = "xl/worksheets/sheet1.xml"
TOO_BIG = "Dit Excel-bestand is te groot. Zet alleen de lijst met leden in een nieuw bestand."
GOOD = xlsx_of(HEADER, ANNA)


def shared_strings(name: str, before: str = "") -> bytes:
    """A workbook that keeps its words apart from its cells, as Excel does."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    words = "".join(f"<si><t>{word}</t></si>" for word in ("Naam", "Functie", name, "raadslid"))
    part = f'<?xml version="1.0"?>{before}<sst {space}>{words}</sst>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(io.BytesIO(xlsx_of())) as archive:
        types = archive.read("[Content_Types].xml").decode()
    types = types.replace("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>')
    rows = "".join(f'<row><c t="s"><v>{at}</v></c><c t="s"><v>{at + 1}</v></c></row>' for at in (0, 2))
    data = with_part(xlsx_of(), "xl/sharedStrings.xml", part)
    return with_part(with_part(data, "[Content_Types].xml", types.encode()), SHEET, sheet_xml(rows))


def test_words_that_are_kept_apart_from_their_cells() -> None:
    assert one(shared_strings("Anna Bakker")).name == "Anna Bakker"


def test_dates_numbers_and_truth_in_a_workbook() -> None:
    header = ("Naam", "Functie", "Fractie", "Begindatum")
    assert one(xlsx_of(header, ("Anna", "raadslid", 50, date(2022, 3, 30)))).held == (
        Held(Role.RAADSLID, "50", Span(date(2022, 3, 30), None, says_end=False)),
    )
    assert problems(xlsx_of(header, (date(2022, 3, 30), True, 1.5, 44650))) == [
        "Regel 2, kolom Naam: hier staat een datum (30-03-2022). Zet hier tekst.",
        "Regel 2, kolom Functie: de functie “WAAR” ken ik niet. Kies uit: raadslid, commissielid, burgerlid, "
        "fractievoorzitter, griffier, plaatsvervangend griffier, griffiemedewerker of beheerder.",
        "Regel 2, kolom Begindatum: “44650” is geen datum. Schrijf bijvoorbeeld: 30-03-2022.",
    ]


def test_only_the_first_visible_sheet_is_read() -> None:
    data = xlsx_of(("Naam", "Functie"), ("Anna", "raadslid"), sheets=("Oud",))
    assert read(data).remarks == ("Alleen het eerste blad is gelezen: “Sheet”. Het bestand heeft 2 bladen.",)


def test_line_numbers_in_a_workbook_with_gaps() -> None:
    cells = '<c r="{0}{1}" t="inlineStr"><is><t>{2}</t></is></c>'
    rows = "".join(
        f'<row r="{number}">{cells.format("B", number, left)}{cells.format("D", number, right)}</row>'
        for number, left, right in ((3, "Naam", "Functie"), (7, "Anna", "raadslid"), (1_000_000, "Bram", "baas"))
    )
    data = with_part(xlsx_of(), SHEET, sheet_xml(rows))
    assert [problem.line for problem in read(data).problems] == [1_000_000]


def test_a_formula_counts_with_the_value_that_was_last_shown() -> None:
    rows = (
        '<row><c t="str"><v>Naam</v></c><c t="str"><v>Functie</v></c></row>'
        '<row><c t="str"><f>A9&amp;B9</f><v>Anna Bakker</v></c><c t="str"><f>C9</f><v>raadslid</v></c></row>'
    )
    assert one(with_part(xlsx_of(), SHEET, sheet_xml(rows))).name == "Anna Bakker"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(with_part(GOOD, "xl/media/x.bin", bytes(30_000_000)), id="thirty megabytes of nothing"),
        pytest.param(with_part(GOOD, "xl/media/x.bin", bytes(15_000_000)), id="a thousand times smaller"),
        pytest.param(with_part(GOOD, SHEET, sheet_xml("<row>" + "<c/>" * 1_100_000 + "</row>")), id="cells"),
    ],
)
def test_a_bomb_is_refused_before_it_goes_off(data: bytes) -> None:
    assert len(data) < 100_000
    assert refused(data) == TOO_BIG


def test_many_parts_and_other_ways_of_packing_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("[Content_Types].xml", *(f"xl/{number}" for number in range(600))):
            archive.writestr(name, b"")
    assert refused(file.getvalue()) == TOO_BIG
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("[Content_Types].xml", b"")
        archive.writestr("xl/workbook.xml", b"")
    assert refused(file.getvalue()) == TOO_BIG


def test_many_sheets_are_refused() -> None:
    assert refused(xlsx_of(HEADER, ANNA, sheets=[f"Blad {number}" for number in range(60)])) == TOO_BIG


def test_entities_are_refused() -> None:
    more = "".join(f'<!ENTITY a{number + 1} "{f"&a{number};" * 10}">' for number in range(9))
    lol = f'<!DOCTYPE x [<!ENTITY a0 "ha">{more}]>'
    for part, content in (
        (SHEET, sheet_xml('<row><c t="inlineStr"><is><t>&a9;</t></is></c></row>', before=lol)),
        ("xl/workbook.xml", f'<?xml version="1.0"?>{lol}<workbook>&a9;</workbook>'.encode()),
        ("xl/styles.xml", f'<?xml version="1.0"?>{lol}<styleSheet>&a9;</styleSheet>'.encode()),
    ):
        assert "beschadigd" in refused(with_part(GOOD, part, content))
    assert "beschadigd" in refused(shared_strings("&a9;", before=lol))


def test_a_size_in_the_directory_that_is_a_lie() -> None:
    data = with_part(GOOD, "xl/media/x.bin", bytes(15_000_000))
    size = (15_000_000).to_bytes(4, "little")
    assert data.count(size) >= 1
    assert "beschadigd" in refused(data.replace(size, (1000).to_bytes(4, "little")))


def test_a_row_far_beyond_excel() -> None:
    rows = '<row r="999999999999"><c t="str"><v>x</v></c></row>'
    assert "beschadigd" in refused(with_part(GOOD, SHEET, sheet_xml(rows)))


def test_defusedxml_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openpyxl.DEFUSEDXML", False)
    assert "niet veilig" in refused(GOOD)


@given(st.binary(max_size=300))
def test_any_bytes_after_the_mark_of_an_archive(data: bytes) -> None:
    survives(workbook.MARK + data)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_any_damage_to_a_workbook(at: int, put: bytes) -> None:
    survives(GOOD[:at] + put + GOOD[at + len(put) :])


@given(st.sampled_from(zipfile.ZipFile(io.BytesIO(GOOD)).namelist()), st.integers(0, 2**32), st.binary(max_size=6))
def test_any_damage_within_a_workbook(part: str, seed: int, put: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        content = archive.read(part)
    at = random.Random(seed).randrange(len(content))
    survives(with_part(GOOD, part, content[:at] + put + content[at + len(put) :]))
