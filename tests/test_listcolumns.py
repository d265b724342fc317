"""What a griffie writes in one cell of the list. Everything else in the list is right."""

from datetime import date

import pytest

from domain.memberlist import read
from domain.roles import Role
from tests.lists import one, problems, row


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("raadslid", [Role.RAADSLID]),
        ("Raadslid ", [Role.RAADSLID]),
        ("commissielid", [Role.COMMISSIELID]),
        ("Burgerlid", [Role.COMMISSIELID]),
        ("burgerraadslid", [Role.COMMISSIELID]),
        ("Steunfractielid", [Role.COMMISSIELID]),
        ("commissielid-niet-raadslid", [Role.COMMISSIELID]),
        ("fractievoorzitter", [Role.RAADSLID, Role.FRACTIEVOORZITTER]),
        ("raadslid, fractievoorzitter", [Role.RAADSLID, Role.FRACTIEVOORZITTER]),
        ("Raadslid en fractievoorzitter", [Role.RAADSLID, Role.FRACTIEVOORZITTER]),
        ("Raadslid (fractievoorzitter)", [Role.RAADSLID, Role.FRACTIEVOORZITTER]),
        ("griffier", [Role.GRIFFIER]),
        ("Plv. griffier", [Role.GRIFFIEMEDEWERKER]),
        ("plaatsvervangend griffier", [Role.GRIFFIEMEDEWERKER]),
        ("griffiemedewerker", [Role.GRIFFIEMEDEWERKER]),
        ("beheerder", [Role.BEHEERDER]),
        ("commissielid (niet-raadslid)", None),
        ("wethouder", None),
        ("voorzitter", None),
        ("", None),
        ("=2+3", None),
    ],
)
def test_functions(said: str, meant: list[Role] | None) -> None:
    data = row(Functie=said)
    if meant is None:
        assert [problem.column for problem in read(data).problems] == ["Functie"]
    else:
        assert [held.role for held in one(data).held] == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("30-03-2022", date(2022, 3, 30)),
        ("1-2-2024", date(2024, 2, 1)),
        ("1/2/2024", date(2024, 2, 1)),
        ("1.2.2024", date(2024, 2, 1)),
        ("2024-02-01", date(2024, 2, 1)),
        ("1 februari 2024", date(2024, 2, 1)),
        ("donderdag 1 februari 2024", date(2024, 2, 1)),
        ("1-feb-2024", date(2024, 2, 1)),
        ("2024-02-01 00:00:00", date(2024, 2, 1)),
        ("", None),
        ("-", None),
    ],
)
def test_days(said: str, meant: date | None) -> None:
    assert one(row(Begindatum=said)).held[0].span.begins == meant


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("31-02-2022", "de dag 31-2-2022 bestaat niet. Schrijf de dag, de maand en het jaar."),
        ("1-2-24", "“1-2-24” is geen datum. Schrijf bijvoorbeeld: 30-03-2022."),
        ("44650", "“44650” is geen datum. Schrijf bijvoorbeeld: 30-03-2022."),
        ("1 februari 24", "“1 februari 24” is geen datum. Schrijf bijvoorbeeld: 30-03-2022."),
        ("31 februari 2022", "de dag 31-2-2022 bestaat niet. Schrijf de dag, de maand en het jaar."),
        ("maart 2022", "“maart 2022” is geen datum. Schrijf bijvoorbeeld: 30-03-2022."),
        ("1-2-0022", "het jaar 22 kan niet kloppen."),
        ("#VERW!", "hier staat een foutmelding van Excel (#VERW!). Typ hier de juiste tekst."),
    ],
)
def test_what_is_not_a_day(said: str, sentence: str) -> None:
    assert problems(row(Begindatum=said)) == [f"Regel 2, kolom Begindatum: {sentence}"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Ruimte", ["Ruimte"]),
        ("Ruimte, Sport", ["Ruimte", "Sport"]),
        ("Ruimte; Sport", ["Ruimte", "Sport"]),
        ("Ruimte | Sport", ["Ruimte", "Sport"]),
        ("Wonen, Welzijn en Zorg; Ruimte", ["Wonen, Welzijn en Zorg", "Ruimte"]),
        ("Wonen, Welzijn en Zorg;", ["Wonen, Welzijn en Zorg"]),
        ("Ruimte, ruimte, Commissie Ruimte", ["Ruimte"]),
        (" , -,", []),
        ("geen", []),
        ("", []),
    ],
)
def test_committees(said: str, meant: list[str]) -> None:
    found = one(row(Commissies=said)).committees
    assert found is not None
    assert [joined.gremium for joined in found] == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Anna@Example.NL", "anna@example.nl"), ("mailto:a@b.nl", "a@b.nl"), ("", None), ("n.v.t.", None)],
)
def test_addresses(said: str, meant: str | None) -> None:
    assert one(row(Email=said)).email == meant


@pytest.mark.parametrize("said", ["anna", "anna@gemeente", "a@b.nl, c@d.nl", "Anna <a@b.nl>", "a b@c.nl", "a@b..nl"])
def test_what_is_not_one_address(said: str) -> None:
    assert problems(row(Email=said)) == [
        "Regel 2, kolom Email: dit is geen e-mailadres. Schrijf één adres, bijvoorbeeld: anna@gemeente.nl."
    ]


def test_what_nobody_can_see_is_left_out_of_a_name() -> None:
    assert one(row(Naam="\u202eAnna\u200b \x1b[31m  Bakker\u00a0")).name == "Anna [31m Bakker"


def test_a_formula_is_only_text() -> None:
    assert one(row(Naam="=HYPERLINK(1)", Fractie="+Groen")).name == "=HYPERLINK(1)"


def test_a_cell_that_is_too_long() -> None:
    assert problems(row(Naam="a" * 101)) == [
        "Regel 2, kolom Naam: hier staat te veel: 101 tekens. Er mogen er hoogstens 100 staan."
    ]
    assert len(problems(row(Naam="a" * 3000, Fractie="b" * 81, Commissies="c" * 81))) == 3


def test_letters_that_were_converted_wrongly() -> None:
    assert problems(row(Naam="RenÃ© Bakker")) == [
        "Regel 2, kolom Naam: hier staan letters die verkeerd zijn omgezet. Bewaar de lijst als Excel-werkmap (.xlsx)."
    ]
