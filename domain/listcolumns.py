"""What a griffie writes above and in the columns of a list of members, and what each of it means."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from domain.cells import Cell
from domain.days import in_full
from domain.dutch import either
from domain.roles import Role
from domain.typed import folded, kept

MOST_NAME, MOST_EMAIL, MOST_GROUP = 100, 254, 80  # characters
_MOST_CELL = 2_000
_NOTHING = ("-", "geen", "nvt", "n.v.t.", "n.v.t")
_YEARS = range(1950, 2101)


class Column(StrEnum):
    """A column that is read, under the name by which messages call it."""

    NAME = "Naam"
    FIRST = "Voornaam"
    BETWEEN = "Tussenvoegsel"
    LAST = "Achternaam"
    EMAIL = "E-mail"
    FORMER_EMAIL = "Vorig e-mailadres"
    ROLE = "Functie"
    FRACTIE = "Fractie"
    COMMITTEES = "Commissies"
    BEGINS = "Begindatum"
    ENDS = "Einddatum"


_ALIASES = {
    Column.NAME: "naam volledigenaam naamlid naamraadslid voornaamenachternaam voorenachternaam",
    Column.FIRST: "voornaam roepnaam",
    Column.BETWEEN: "tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels",
    Column.LAST: "achternaam familienaam geslachtsnaam",
    Column.EMAIL: "email emailadres mail mailadres emailadresgemeente emailgemeente emailzakelijk emailadreszakelijk "
    "zakelijkemail zakelijkemailadres emailraad emailadresraad raadsmail",
    Column.FORMER_EMAIL: "vorigemailadres vorigemail oudemailadres oudemail",
    Column.ROLE: "functie functies rol rollen hoedanigheid functieinderaad rolinderaad functienaam",
    Column.FRACTIE: "fractie fractienaam partij politiekepartij partijfractie fractiepartij",
    Column.COMMITTEES: "commissies commissie raadscommissies raadscommissie lidvancommissies commissieleden gremia",
    Column.BEGINS: "begindatum begin startdatum ingangsdatum vanaf sinds lidsinds installatiedatum datumbeediging "
    "datumbegin datumingang datuminstallatie",
    Column.ENDS: "einddatum einde eind totenmet tm datumeinde",
}
_COLUMNS = {alias: column for column, aliases in _ALIASES.items() for alias in aliases.split()}

# As in `_plain_role`: without accents, capitals, points and dashes.
_ROLES = {
    (Role.RAADSLID,): "raadslid, gemeenteraadslid, lid gemeenteraad, lid van de gemeenteraad, lid van de raad",
    (Role.COMMISSIELID,): "commissielid, raadscommissielid, burgerlid, burgerraadslid, burgercommissielid, "
    "steunfractielid, steunraadslid, schaduwraadslid, duoraadslid, duocommissielid, duo commissielid, "
    "duo burgerlid, extern commissielid, commissielid niet raadslid, fractievertegenwoordiger, "
    "fractieassistent, plaatsvervangend commissielid",
    (Role.RAADSLID, Role.FRACTIEVOORZITTER): "fractievoorzitter, fractievoorzitster, fractieleider, "
    "fractie voorzitter, fractievz, fractievoorz, voorzitter fractie, voorzitter van de fractie",
    (Role.GRIFFIER,): "griffier, raadsgriffier, waarnemend griffier, wnd griffier",
    (Role.GRIFFIEMEDEWERKER,): "griffiemedewerker, griffiemedewerkster, medewerker griffie, "
    "medewerker van de griffie, plaatsvervangend griffier, plaatsvervangend raadsgriffier, plv griffier, "
    "plv raadsgriffier, loco griffier, adjunct griffier, commissiegriffier, raadsadviseur, griffie",
    (Role.BEHEERDER,): "beheerder, functioneel beheerder, applicatiebeheerder",
}
_MEANS = {name.strip(): roles for roles, names in _ROLES.items() for name in names.split(",")}
_KINDS = (
    *("raadslid", "commissielid", "burgerlid", "fractievoorzitter"),
    *("griffier", "plaatsvervangend griffier", "griffiemedewerker", "beheerder"),
)


class Wrong(Exception):
    """A cell that cannot be used, with the sentence that says why and what belongs there."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def column(header: Cell) -> Column | None:
    """The column that stands under a header; None for one that is not known.

    “Rol / functie” is one that both its words stand for, and “Commissie(s)” or “Functie (raad)” is what it says
    without its brackets.
    """
    if not isinstance(header, str) or len(header) > MOST_GROUP:
        return None
    if found := _COLUMNS.get(_letters(header)):
        return found
    bare = re.sub(r"\([^()]*\)", "", header)
    parts = {_COLUMNS.get(_letters(part)) for part in re.split(r"[/|&]|\bof\b|\ben\b", folded(bare)) if part.strip()}
    return parts.pop() if len(parts) == 1 else None


def _letters(header: str) -> str:
    return "".join(character for character in folded(header) if character.isalnum())


def counts(cells: Sequence[Cell], role: Cell) -> bool:
    """Whether a line under a list only tells how many there are: “Totaal: 31”."""
    said = [folded(cell) for cell in cells if isinstance(cell, str) and cell.strip()]
    if not said or not re.match(r"(?:sub|eind)?tota(?:al|len)\b|aantal\b", said[0]) or any("@" in one for one in said):
        return False
    return not isinstance(role, str) or _plain_role(role) not in _MEANS


def recognised(cells: Sequence[Cell]) -> int:
    """How many of these cells are headers that are known."""
    return sum(column(cell) is not None for cell in cells)


def shown(cell: Cell) -> str:
    """A cell as it can be named in a sentence."""
    text = _written(cell) if isinstance(cell, date) else " ".join(kept(cell[:_MOST_CELL]).split())
    return text if len(text) <= 40 else text[:39].rstrip() + "…"


def _written(day: date) -> str:
    return f"{day:%d-%m}-{day.year}"


def text(cell: Cell, most: int) -> str:
    """What is written in a cell, without what nobody can see, on one line; empty for an empty cell.

    A formula (“=…”) is only text here. Raises Wrong for more than `most` characters, for a date, and for what
    a spreadsheet program puts there when something went wrong.
    """
    joined = " ".join(_lines(cell))
    if folded(joined) in _NOTHING:
        return ""
    if len(joined) > most:
        raise Wrong(f"hier staat te veel: {len(joined)} tekens. Er mogen er hoogstens {most} staan.")
    return joined


def _lines(cell: Cell) -> list[str]:
    if isinstance(cell, date):
        raise Wrong(f"hier staat een datum ({_written(cell)}). Zet hier tekst.")
    if len(cell) > _MOST_CELL:
        raise Wrong(f"hier staat te veel: {len(cell)} tekens.")
    clean = kept(cell)
    if re.fullmatch(r"#[A-Z/0-9]{2,10}[!?]?", clean):
        raise Wrong(f"hier staat een foutmelding van Excel ({clean}). Typ hier de juiste tekst.")
    if "\N{REPLACEMENT CHARACTER}" in clean or re.search(r"[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]", clean):
        raise Wrong("hier staan letters die verkeerd zijn omgezet. Bewaar de lijst als Excel-werkmap (.xlsx).")
    return clean.split("\n")


def name(cell: Cell) -> str:
    """A name, or a part of one. Raises Wrong."""
    found = text(cell, MOST_NAME)
    if found and not any(character.isalpha() for character in found):
        raise Wrong("hier staat geen naam.")
    return found


def fractie(cell: Cell) -> str:
    """The name of a fractie; empty for none. Raises Wrong."""
    return text(cell, MOST_GROUP)


def email(cell: Cell) -> str | None:
    """An e-mail address in lower case. Raises Wrong for what is not just one address."""
    found = text(cell, MOST_EMAIL).casefold().removeprefix("mailto:")
    if not found:
        return None
    if not re.fullmatch(r"[^@\s<>(),;:\"\[\]\\]+@[^@\s<>(),;:\"\[\]\\.]+(?:\.[^@\s<>(),;:\"\[\]\\.]+)+", found):
        raise Wrong("dit is geen e-mailadres. Schrijf één adres, bijvoorbeeld: anna@gemeente.nl.")
    return found


def roles(cell: Cell) -> dict[Role, bool]:
    """What somebody is (one cell may name several), and of each whether it says so in so many words.

    Who leads a fractie is a raadslid as well. Raises Wrong for a word that is not known, or for none.
    """
    found: dict[Role, bool] = {}
    for part in re.split(r"[,;|/()+&\n]|\ben\b", "\n".join(_lines(cell))):
        if not (plain := _plain_role(part)):
            continue
        if plain not in _MEANS:
            raise Wrong(f"de functie “{shown(part)}” ken ik niet. Kies uit: {either(_KINDS)}.")
        *implied, said = _MEANS[plain]
        found[said] = True
        found |= {role: False for role in implied if role not in found}
    if not found:
        raise Wrong(f"hier staat geen functie. Kies uit: {either(_KINDS)}.")
    return found


def _plain_role(written: str) -> str:
    return " ".join(folded(written).replace(".", " ").replace("-", " ").split())


def committees(cell: Cell) -> tuple[str, ...]:
    """The names in a cell, apart by semicolons, upright strokes or lines, or else by commas. Raises Wrong.

    A comma apart from those belongs to a name: “Wonen, Welzijn en Zorg; Ruimte” are two.
    """
    whole = "\n".join(_lines(cell))
    parts = re.split(r"[;|\n]" if re.search(r"[;|\n]", whole) else ",", whole)
    names = [" ".join(part.split()) for part in parts]
    for one in names:
        if len(one) > MOST_GROUP:
            raise Wrong(f"een naam is te lang: {len(one)} tekens. Er mogen er hoogstens {MOST_GROUP} staan.")
    unique: dict[str, str] = {}
    for one in names:
        if any(letter.isalnum() for letter in one) and folded(one) not in _NOTHING:
            unique.setdefault(gremium_key(one), one)
    return tuple(unique.values())


def gremium_key(name: str) -> str:
    """By which two names of one gremium are the same: “Ruimte” and “Commissie Ruimte”; “Raad”, “Gemeenteraad”."""
    plain = " ".join(folded(name).replace("-", " ").split())
    key = re.sub(r"^(?:de )?(?:raadscommissie|commissie|cie\.?) (?=\S)", "", plain)
    return "gemeenteraad" if key in ("raad", "de raad", "de gemeenteraad") else key


def day(cell: Cell) -> date | None:
    """A day; None for an empty cell. Raises Wrong."""
    if isinstance(cell, date):
        return _sensible(cell.year, cell.month, cell.day)
    written = text(cell, _MOST_CELL)
    if not written:
        return None
    if match := re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})", written):
        return _sensible(int(match[4]), int(match[3]), int(match[1]))
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00)?)?", written):
        return _sensible(int(match[1]), int(match[2]), int(match[3]))
    if found := in_full(written):  # as Excel shows a long date, and so writes it in a CSV file
        return _sensible(*found)
    raise Wrong(f"“{shown(written)}” is geen datum. Schrijf bijvoorbeeld: 30-03-2022.")


def _sensible(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Wrong(f"de dag {day}-{month}-{year} bestaat niet. Schrijf de dag, de maand en het jaar.") from None
    if year not in _YEARS:
        raise Wrong(f"het jaar {year} kan niet kloppen.")
    return found
