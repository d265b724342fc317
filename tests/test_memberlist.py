"""Reading the griffie's list of members: every way in which people write one, and every way to get it wrong."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cells import MOST_BYTES, MOST_LINES
from domain.listedpeople import Held, Joined, Listed, Span
from domain.memberlist import MemberList, read
from domain.roles import Role
from tests.lists import ANNA, BRAM, GRIET, HEADER, csv_of, members, one, problems, refused, row, survives, xlsx_of

BEGAN = Span(date(2022, 3, 30), None, says_end=True)
CELLS = st.text(max_size=40) | st.sampled_from(["raadslid", "griffier, raadslid", "1-1-2024", "a@b.nl", "Anna", "x;y"])


def test_a_whole_list() -> None:
    found = read(members(ANNA, BRAM, GRIET))
    groen, griffier = Held(Role.RAADSLID, "Groen Dorp", BEGAN), Held(Role.GRIFFIER, "", Span(None, None, says_end=True))
    lokaal = (Held(Role.RAADSLID, "Lokaal", BEGAN), Held(Role.FRACTIEVOORZITTER, "Lokaal", BEGAN))
    ruimte, sport = Joined("Ruimte", BEGAN), Joined("Sport", BEGAN)
    assert found == MemberList(
        (
            Listed((2,), "Anna Bakker", "anna@example.nl", None, (groen,), (ruimte, sport)),
            Listed((3,), "Bram de Vries", "bram@example.nl", None, lokaal, (ruimte,)),
            Listed((4,), "Griet Müller", "griet@example.nl", None, (griffier,), ()),
        )
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_encoding_and_delimiter_gives_the_same(encoding: str, delimiter: str) -> None:
    data = csv_of(HEADER, ANNA, BRAM, GRIET, encoding=encoding, delimiter=delimiter)
    assert read(data) == read(members(ANNA, BRAM, GRIET))


def test_a_workbook_gives_the_same_as_text() -> None:
    dates = [(*cells[:5], date(2022, 3, 30) if cells[5] else None, None) for cells in (ANNA, BRAM, GRIET)]
    assert read(xlsx_of(HEADER, *dates)) == read(members(ANNA, BRAM, GRIET))


def test_columns_in_any_order_with_other_headers() -> None:
    header = ("ACHTERNAAM", "Rol", "tussen-voegsel", "Vóórnaam", "Partij", "E-mail adres", "Lid sinds")
    person = one(csv_of(header, ("Boer", "Burgerlid", "de", "Anna", "Groen", "Anna@Example.NL", "1-2-2024")))
    held = Held(Role.COMMISSIELID, "Groen", Span(date(2024, 2, 1), None, says_end=False))
    assert person == Listed((2,), "Anna de Boer", "anna@example.nl", None, (held,), None)


def test_beside_a_first_name_naam_is_the_last_name() -> None:
    assert one(csv_of(("Voornaam", "Naam", "Functie"), ("Anna", "Bakker", "griffier"))).name == "Anna Bakker"


def test_a_title_above_the_headers_and_empty_lines_count_as_the_program_counts() -> None:
    data = csv_of(("Leden van de raad, 2026", ""), (), ("Naam", "Functie"), (), ("Anna", "raadslid"), ("Bram", "baas"))
    assert problems(data) == [
        "Regel 6, kolom Functie: de functie “baas” ken ik niet. Kies uit: raadslid, commissielid, burgerlid, "
        "fractievoorzitter, griffier, plaatsvervangend griffier, griffiemedewerker of beheerder."
    ]


def test_a_cell_with_lines_counts_as_one_line() -> None:
    found = read(members((*ANNA[:4], "Ruimte\nSport", "", ""), ("", "", "raadslid", "", "", "", "")))
    assert found.people[0].committees is not None
    assert [joined.gremium for joined in found.people[0].committees] == ["Ruimte", "Sport"]
    assert [problem.line for problem in found.problems] == [3]


def test_the_line_that_excel_writes_for_itself_is_not_counted() -> None:
    data = b"sep=,\r\nNaam,Functie\r\nAnna,raadslid\r\n,raadslid\r\n"
    assert problems(data) == ["Regel 3, kolom Naam: hier staat geen naam. Zet op elke regel wie het is."]


def test_an_end_before_the_begin() -> None:
    assert problems(row(Vanaf="1-2-2024", **{"T/m": "31-1-2024"})) == [
        "Regel 2, kolom T/m: de einddatum ligt voor de begindatum."
    ]


def test_all_that_is_wrong_is_said_at_once() -> None:
    data = members(("", "x", "baas", "", "", "gisteren", ""), ANNA, ("Bram", "", "raadslid", "", "", "", "1-1"))
    assert [(problem.line, problem.column) for problem in read(data).problems] == [
        (2, "Naam"),
        (2, "Functie"),
        (2, "Begindatum"),
        (2, "E-mail"),
        (4, "Einddatum"),
    ]
    assert [person.name for person in read(data).people] == ["Anna Bakker"]


def test_unknown_columns_are_named_and_left_out() -> None:
    found = read(row(Telefoon="06", Adres="Dorpsstraat 1"))
    assert found.remarks == ("Deze kolommen ken ik niet en lees ik niet: “Telefoon” en “Adres”.",)


def test_missing_columns_are_named_with_what_is_there() -> None:
    assert refused(csv_of(("Wie", "Wat"), ("Anna", "raadslid"))) == (
        "In de lijst mis ik de kolommen Naam en Functie. Zet boven elke kolom een kop. "
        "Op regel 1 staat nu: “Wie” en “Wat”."
    )
    assert refused(csv_of(("Naam", "Fractie"), ("Anna", "Groen"))).startswith("In de lijst mis ik de kolom Functie.")


def test_two_columns_with_one_meaning() -> None:
    assert refused(csv_of(("Naam", "Functie", "Rol"), ("Anna", "raadslid", ""))).startswith(
        "Twee kolommen betekenen hetzelfde: “Functie” en “Rol”."
    )


def test_lines_of_one_person_are_put_together() -> None:
    chair = ("Anna Bakker", "ANNA@example.nl", "fractievoorzitter", "Groen Dorp", "Bestuur", "1-1-2024", "")
    found = read(members(ANNA, BRAM, chair))
    assert found.problems == ()
    anna = found.people[0]
    assert anna.lines == (2, 4)
    assert anna.held == (
        Held(Role.RAADSLID, "Groen Dorp", BEGAN),
        Held(Role.FRACTIEVOORZITTER, "Groen Dorp", Span(date(2024, 1, 1), None, says_end=True)),
    )
    assert anna.committees is not None
    assert [joined.gremium for joined in anna.committees] == ["Ruimte", "Sport", "Bestuur"]


@pytest.mark.parametrize(
    ("second", "column", "why"),
    [
        (("Anna Bakker", "anna@example.nl", "raadslid", "Lokaal", "", "30-03-2022", ""), "Functie", "andere fractie"),
        (("Anna Bakker", "anna@example.nl", "raadslid", "Groen Dorp", "", "", ""), "Functie", "andere begindatum"),
        (("Anna Bakker", "anna@example.nl", "fractievoorzitter", "Lokaal", "", "", ""), "Functie", "andere fractie"),
        (("Els Smit", "anna@example.nl", "raadslid", "Groen Dorp", "", "", ""), "E-mail", "bij een andere naam"),
        (("Anna Bakker", "", "commissielid", "Groen Dorp", "", "", ""), "E-mail", "geen e-mailadres"),
    ],
)
def test_contradictions(second: tuple[str, ...], column: str, why: str) -> None:
    found = read(members(ANNA, second)).problems
    assert [(problem.line, problem.column) for problem in found] == [(3, column)]
    assert why in found[0].sentence
    assert "regel 2" in found[0].sentence


def test_the_same_line_twice_is_remarked_upon_and_two_namesakes_too() -> None:
    assert read(members(ANNA, ANNA)).remarks == ("Anna Bakker staat meer keren met dezelfde gegevens in de lijst.",)
    found = read(members(ANNA, ("Anna Bakker", "ab@example.nl", *ANNA[2:])))
    assert len(found.people) == 2
    assert found.remarks == (
        "Regel 3: Anna Bakker staat ook op regel 2, met een ander e-mailadres. Dat worden twee personen.",
    )


def test_a_fractie_that_is_missing_or_too_much_is_remarked_upon() -> None:
    assert read(row(Fractie="")).remarks == ("Regel 2: hier staat een raadslid zonder fractie. Klopt dat?",)
    assert read(row(Functie="griffier", Fractie="Groen")).remarks == (
        "Regel 2: bij deze functie hoort geen fractie. De fractie is niet gelezen.",
    )


def test_other_files_are_named() -> None:
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)).startswith("Dit is een oud Excel-bestand (.xls)")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refused(file.getvalue()).startswith("Dit is geen Excel-werkmap.")
    assert refused(b"%PDF-1.7\n" + bytes(range(256))).startswith("Dit is geen lijst die ik kan lezen.")
    assert refused(b" \r\n") == "Het bestand is leeg."
    assert refused(b"Naam;Functie\r\n;\r\n") == "Onder de kop van de lijst staat niemand."


@pytest.mark.exhaustive
def test_limits() -> None:
    assert refused(b"x" * (MOST_BYTES + 1)) == "Het bestand is te groot: meer dan 5 MB."
    full = [(f"Lid {number}a", "raadslid") for number in range(MOST_LINES)]
    too_many = f"De lijst heeft meer dan {MOST_LINES} regels. Haal weg wat er niet bij hoort."
    for build in (csv_of, xlsx_of):
        assert len(read(build(("Naam", "Functie"), *full)).people) == MOST_LINES
        assert refused(build(("Naam", "Functie"), *full, ("Nog een", "raadslid"))) == too_many
        wide = ("Naam", "Functie", *(["x"] * 49))
        assert refused(build(wide, wide)) == "De lijst heeft meer dan 50 kolommen. Haal weg wat er niet bij hoort."


def test_an_open_quotation_mark_does_not_swallow_the_rest() -> None:
    data = b'Naam;Functie\r\nAnna;raadslid\r\n"Bram;raadslid\r\nChris;raadslid\r\n'
    assert refused(data).startswith("Op of na regel 3 kloppen de aanhalingstekens niet.")


@given(st.binary(max_size=500))
def test_any_bytes(data: bytes) -> None:
    survives(data)


@given(st.binary(max_size=200))
def test_any_bytes_after_a_header(data: bytes) -> None:
    survives(b"Naam;Functie;Commissies;Begindatum\r\n" + data)


@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=6), st.sampled_from([";", ",", "\t"]))
def test_any_table_of_strings(rows: list[list[str]], delimiter: str) -> None:
    header = ["Naam", "E-mail", "Functie", "Commissies", "Einddatum"]
    survives(csv_of(header, *rows, delimiter=delimiter).replace(b"\x00", b""))
