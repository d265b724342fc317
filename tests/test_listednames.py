"""A list as a griffie has it lying about: names turned round, headers of their own, a total under it."""

import pytest

from domain.listcolumns import Column, column
from domain.listednames import turned, without_salutation
from domain.memberlist import read
from domain.roles import Role


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Jansen, Piet", "Piet Jansen"),
        ("Vries, A. de", "A. de Vries"),
        ("de Vries, Anna", "Anna de Vries"),
        ("Berg, van den, Piet", "Piet van den Berg"),
        ("Berg, Piet, van den", "Piet van den Berg"),
        ("Piet Jansen, MSc", "Piet Jansen, MSc"),
        ("Jansen, Piet, Jr.", "Jansen, Piet, Jr."),
        ("Jansen,", "Jansen,"),
        ("Jansen, Piet, Kees", "Jansen, Piet, Kees"),
        ("Piet Jansen", "Piet Jansen"),
        ("", ""),
    ],
)
def test_a_name_that_stands_the_other_way_round_is_turned(written: str, name: str) -> None:
    assert turned(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("dhr. P. Jansen", "P. Jansen"),
        ("De heer Piet Jansen", "Piet Jansen"),
        ("Mw. drs. A. de Vries", "drs. A. de Vries"),
        ("mevrouw Bakker", "Bakker"),
        ("Mw.", "Mw."),
        ("Mwangi Otieno", "Mwangi Otieno"),
        ("Heeren, Jan", "Heeren, Jan"),
    ],
)
def test_a_salutation_is_no_part_of_a_name(written: str, name: str) -> None:
    assert without_salutation(written) == name


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Rol / functie", Column.ROLE),
        ("Functie (raad)", Column.ROLE),
        ("Commissie(s)", Column.COMMITTEES),
        ("E-mail (zakelijk)", Column.EMAIL),
        ("E-mail zakelijk", Column.EMAIL),
        ("Fractie of partij", Column.FRACTIE),
        ("Naam / functie", None),
        ("Rol en taak", None),
        ("()", None),
    ],
)
def test_a_header_of_their_own_is_understood_when_its_words_agree(header: str, found: Column | None) -> None:
    assert column(header) == found


def test_a_list_as_it_is() -> None:
    listed = read(
        b"\n"
        b"Leden van de raad 2026-2030;;\n"
        b"\n"
        b"Naam;Rol / functie;E-mailadres (gemeente)\n"
        b"Jansen, Piet;Raadslid;p@x.nl\n"
        b"dhr.  Kees   Smit;Fractievz.;k@x.nl\n"
        b"Totaal: 2;;\n"
    )
    assert [person.name for person in listed.people] == ["Piet Jansen", "Kees Smit"]
    assert [held.role for held in listed.people[1].held] == [Role.RAADSLID, Role.FRACTIEVOORZITTER]
    assert not listed.problems
    assert listed.remarks == (
        "Regel 5: “Jansen, Piet” lees ik als Piet Jansen.",
        "Regel 7 is een telling en lees ik niet.",
    )


def test_who_is_called_as_a_total_is_somebody() -> None:
    listed = read(b"Naam;Functie\nTotaal Jansen;raadslid\nAantal;2\n")
    assert [person.name for person in listed.people] == ["Totaal Jansen"]
    assert [str(problem) for problem in listed.problems] == []
