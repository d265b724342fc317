"""From the lines of a list to people: lines of one person are put together, contradictions are problems."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.listcolumns import gremium_key
from domain.roles import COUNCIL, Role
from domain.typed import folded


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line of the list, under which header."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"Regel {self.line}, kolom {self.column}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list, understood.

    `roles` says of each role whether it is there in so many words: who leads a fractie is a raadslid as well.
    `committees` is None when the list has no such column; `says_fractie` and `says_end` tell that it has those.
    """

    line: int
    name: str
    email: str | None
    former_email: str | None
    roles: Mapping[Role, bool]
    fractie: str
    says_fractie: bool
    committees: tuple[str, ...] | None
    begins: date | None
    ends: date | None
    says_end: bool


@dataclass(frozen=True, slots=True)
class Span:
    """From when up to and including when. Without `begins`: from now, or as it was.

    `says_end` is false when the list does not speak of ends; else no `ends` means until further notice.
    """

    begins: date | None
    ends: date | None
    says_end: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody has. `fractie` is "" for none, and None when the list does not speak of fracties."""

    role: Role
    fractie: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Joined:
    """A gremium in which somebody has a seat, as the list spells its name."""

    gremium: str
    span: Span


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in the list, on one or more lines; `committees` is None when the list does not speak of them.

    `former_email` is the address under which this person was known until now, if that changed.
    """

    lines: tuple[int, ...]
    name: str
    email: str | None
    former_email: str | None
    held: tuple[Held, ...]
    committees: tuple[Joined, ...] | None


def people_in(rows: Sequence[Row]) -> tuple[list[Listed], list[Problem], list[str]]:
    """The people in a list, what is wrong, and what is worth a second look.

    An e-mail address is one person; without one, a full name is.
    """
    groups: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[("email", row.email) if row.email else ("name", folded(row.name))].append(row)
    people: list[Listed] = []
    problems: list[Problem] = []
    remarks: list[str] = []
    named: defaultdict[str, list[Row]] = defaultdict(list)
    for (kind, _), group in groups.items():
        first, name = group[0], folded(group[0].name)
        others = named[name]
        if others and (kind == "name" or others[0].email is None):
            problems.append(
                Problem(
                    first.line,
                    "E-mail",
                    f"{first.name} staat ook op regel {others[0].line}, en een van de twee heeft geen e-mailadres. "
                    "Is het dezelfde persoon? Zet dan op beide regels hetzelfde adres. Anders elk een eigen adres.",
                )
            )
        elif others:
            remarks.append(
                f"Regel {first.line}: {first.name} staat ook op regel {others[0].line}, met een ander e-mailadres. "
                "Dat worden twee personen."
            )
        named[name].append(first)
        wrong = _contradictions(group)
        problems += wrong
        if not wrong:
            people.append(_person(group))
        if len(set(map(_content, group))) < len(group):
            remarks.append(f"{first.name} staat meer keren met dezelfde gegevens in de lijst.")
    return people, problems, remarks


def _content(row: Row) -> tuple[object, ...]:
    return (*sorted(row.roles), folded(row.fractie), row.begins, row.ends, row.committees)


def _contradictions(group: Sequence[Row]) -> list[Problem]:
    first = group[0]
    found = []
    for row in group[1:]:
        if folded(row.name) != folded(first.name):
            found.append(
                Problem(
                    row.line,
                    "E-mail",
                    f"dit adres staat ook op regel {first.line}, bij een andere naam. Een e-mailadres hoort bij "
                    "één persoon. Laat een adres dat mensen delen leeg.",
                )
            )
        elif row.former_email and first.former_email and row.former_email != first.former_email:
            found.append(Problem(row.line, "Vorig e-mailadres", f"op regel {first.line} staat een ander adres."))
    for role in Role if not found else ():
        having = sorted((row for row in group if role in row.roles), key=lambda row: not row.roles[role])
        for row in having[1:]:
            if why := _differs(having[0], row, role):
                found.append(
                    Problem(
                        row.line,
                        "Functie",
                        f"{first.name} staat ook op regel {having[0].line} als {role}, met een andere {why}. "
                        "Laat één van de twee staan.",
                    )
                )
    return found


def _differs(one: Row, other: Row, role: Role) -> str | None:
    if role in COUNCIL and folded(one.fractie) != folded(other.fractie):
        return "fractie"
    if one.roles[role] == other.roles[role] and (one.begins, one.ends) != (other.begins, other.ends):
        return "begindatum of einddatum"
    return None


def _person(group: Sequence[Row]) -> Listed:
    first = group[0]
    held = []
    for role in Role:
        # What is said in so many words comes before what follows from leading a fractie.
        if having := sorted((row for row in group if role in row.roles), key=lambda row: not row.roles[role]):
            row = having[0]
            fractie = row.fractie if role in COUNCIL else ""
            held.append(Held(role, fractie if row.says_fractie else None, _span(row)))
    return Listed(
        lines=tuple(row.line for row in group),
        name=first.name,
        email=first.email,
        former_email=next((row.former_email for row in group if row.former_email != row.email), None),
        held=tuple(held),
        committees=None if first.committees is None else tuple(_joined(group)),
    )


def _span(row: Row) -> Span:
    return Span(row.begins, row.ends, row.says_end)


def _joined(group: Sequence[Row]) -> Iterable[Joined]:
    rows: defaultdict[str, list[tuple[str, Row]]] = defaultdict(list)
    for row in group:
        for committee in row.committees or ():
            rows[gremium_key(committee)].append((committee, row))
    for found in rows.values():
        # On several lines the committee is repeated: it holds as long as any of them does.
        begins = min((row.begins for _, row in found if row.begins), default=None)
        ends = [row.ends for _, row in found]
        last = None if None in ends else max(end for end in ends if end)
        yield Joined(found[0][0], Span(begins, last, group[0].says_end))
