"""The griffie's list of members: from the bytes of a file to who is what, and what is wrong in which line.

Nothing is guessed. A line that cannot be understood is a problem, and with a problem nothing is imported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from domain import delimited, listcolumns, listednames, workbook
from domain.cells import MOST_BYTES, Cell, Line, Table, Unreadable
from domain.dutch import listing
from domain.listcolumns import Column, Wrong
from domain.listedpeople import Listed, Problem, Row, people_in
from domain.roles import COUNCIL, Role

T = TypeVar("T")

_HEADER_WITHIN = 10  # lines: above it stands at most a title
_COMPOUND = b"\xd0\xcf\x11\xe0"  # an .xls file, and an .xlsx file with a password


@dataclass(frozen=True, slots=True)
class MemberList:
    """What a list says. With a problem in it, it may not be imported.

    `people` are in the order of the list; `remarks` are sentences for whoever sent it.
    """

    people: tuple[Listed, ...]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Findings:
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read(data: bytes) -> MemberList:
    """Reads a list of members from a CSV file or an Excel workbook. Raises Unreadable, and nothing else."""
    table = _table(data)
    header, columns = _header(table)
    found = _Findings(remarks=list(table.remarks))
    unknown = [
        f"“{listcolumns.shown(cell)}”"
        for index, cell in enumerate(header.cells)
        if index not in columns.values() and cell
    ]
    if unknown:
        found.remarks.append(f"Deze kolommen ken ik niet en lees ik niet: {listing(unknown)}.")
    rows = []
    for line in table.lines:
        if line.number <= header.number:
            continue
        if listcolumns.counts(line.cells, _cell(line, columns[Column.ROLE])):
            found.remarks.append(f"Regel {line.number} is een telling en lees ik niet.")
        elif row := _row(line, header, columns, found):
            rows.append(row)
    if not rows and not found.problems:
        raise Unreadable("Onder de kop van de lijst staat niemand.")
    people, problems, remarks = people_in(rows)
    return MemberList(
        tuple(people),
        tuple(sorted((*found.problems, *problems), key=lambda problem: problem.line)),
        (*found.remarks, *remarks),
    )


def _table(data: bytes) -> Table:
    if not data.strip():
        raise Unreadable("Het bestand is leeg.")
    if len(data) > MOST_BYTES:
        raise Unreadable(f"Het bestand is te groot: meer dan {MOST_BYTES // 1_000_000} MB.")
    if data.startswith(_COMPOUND):
        raise Unreadable(
            "Dit is een oud Excel-bestand (.xls) of een bestand met een wachtwoord. Open het in Excel en bewaar "
            "het als Excel-werkmap (.xlsx), zonder wachtwoord."
        )
    if data.startswith(workbook.MARK):
        return workbook.read(data)
    return delimited.read(data, listcolumns.recognised)


def _header(table: Table) -> tuple[Line, dict[Column, int]]:
    """The line with the headers, and at which index each column stands. Raises Unreadable."""
    first = table.lines[:_HEADER_WITHIN]
    if not first:
        raise Unreadable("Het bestand is leeg.")
    header = max(first, key=lambda line: listcolumns.recognised(line.cells))
    columns: dict[Column, int] = {}
    for index, cell in enumerate(header.cells):
        if column := listcolumns.column(cell):
            if column in columns:
                one, other = (listcolumns.shown(header.cells[at]) for at in (columns[column], index))
                raise Unreadable(
                    f"Twee kolommen betekenen hetzelfde: “{one}” en “{other}”. Haal er één weg, of geef een andere kop."
                )
            columns[column] = index
    if Column.FIRST in columns and Column.NAME in columns and Column.LAST not in columns:
        columns[Column.LAST] = columns.pop(Column.NAME)  # beside a first name, “naam” is the last name
    missing = [] if {Column.NAME, Column.LAST} & columns.keys() else ["Naam"]
    missing += [] if Column.ROLE in columns else ["Functie"]
    if missing:
        which = "de kolom" if len(missing) == 1 else "de kolommen"
        seen = [f"“{listcolumns.shown(cell)}”" for cell in header.cells if cell]
        raise Unreadable(
            f"In de lijst mis ik {which} {listing(missing)}. "
            f"Zet boven elke kolom een kop. Op regel {header.number} staat nu: {listing(seen)}."
        )
    return header, columns


def _cell(line: Line, index: int | None) -> Cell:
    return "" if index is None or index >= len(line.cells) else line.cells[index]


def _spoken(written: str, line: Line, found: _Findings) -> str:
    """A name as one says it. That it was turned round is told, since a list may mean something else by a comma."""
    name = listednames.turned(listednames.without_salutation(written))
    if "," in written and name != written:
        found.remarks.append(f"Regel {line.number}: “{written}” lees ik als {name}.")
    return name


def _row(line: Line, header: Line, columns: Mapping[Column, int], found: _Findings) -> Row | None:
    """One line as it stands; None when there is a problem in it."""
    before = len(found.problems)

    def problem(column: Column, sentence: str) -> None:
        title = listcolumns.shown(header.cells[columns[column]]) if column in columns else column.value
        found.problems.append(Problem(line.number, title, sentence))

    def read_as(reader: Callable[[Cell], T], column: Column) -> T | None:
        try:
            return reader(_cell(line, columns.get(column)))
        except Wrong as wrong:
            problem(column, wrong.sentence)
            return None

    parts = (Column.NAME,) if Column.NAME in columns else (Column.FIRST, Column.BETWEEN, Column.LAST)
    full = " ".join(filter(None, (read_as(listcolumns.name, part) for part in parts)))
    if not full and len(found.problems) == before:
        problem(parts[-1], "hier staat geen naam. Zet op elke regel wie het is.")
    elif len(full) > listcolumns.MOST_NAME:
        problem(parts[-1], f"de naam is te lang: {len(full)} tekens.")
    full = _spoken(full, line, found)
    roles = read_as(listcolumns.roles, Column.ROLE) or {}
    fractie = read_as(listcolumns.fractie, Column.FRACTIE) or ""
    committees = read_as(listcolumns.committees, Column.COMMITTEES) or ()
    begins, ends = read_as(listcolumns.day, Column.BEGINS), read_as(listcolumns.day, Column.ENDS)
    if begins and ends and ends < begins:
        problem(Column.ENDS, "de einddatum ligt voor de begindatum.")
    row = Row(
        line=line.number,
        name=full,
        email=read_as(listcolumns.email, Column.EMAIL),
        former_email=read_as(listcolumns.email, Column.FORMER_EMAIL),
        roles=roles,
        fractie=fractie,
        says_fractie=Column.FRACTIE in columns,
        committees=committees if Column.COMMITTEES in columns else None,
        begins=begins,
        ends=ends,
        says_end=Column.ENDS in columns,
    )
    if len(found.problems) > before:
        return None
    if COUNCIL.isdisjoint(roles) and row.fractie:
        found.remarks.append(f"Regel {line.number}: bij deze functie hoort geen fractie. De fractie is niet gelezen.")
    elif Role.RAADSLID in roles and row.says_fractie and not row.fractie:
        found.remarks.append(f"Regel {line.number}: hier staat een raadslid zonder fractie. Klopt dat?")
    return row
