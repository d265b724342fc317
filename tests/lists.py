"""Lists of members as a griffie would send them, built in code, and what reading one gives."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date

import pytest
from openpyxl import Workbook

from domain.cells import Unreadable
from domain.listedpeople import Listed
from domain.memberlist import read

HEADER = ("Naam", "E-mail", "Functie", "Fractie", "Commissies", "Begindatum", "Einddatum")
ANNA = ("Anna Bakker", "anna@example.nl", "raadslid", "Groen Dorp", "Ruimte, Sport", "30-03-2022", "")
BRAM = ("Bram de Vries", "bram@example.nl", "fractievoorzitter", "Lokaal", "Ruimte", "30-03-2022", "")
GRIET = ("Griet Müller", "griet@example.nl", "griffier", "", "", "", "")


def csv_of(*rows: Sequence[str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file as Excel writes it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def members(*rows: Sequence[str]) -> bytes:
    """A CSV file with the usual headers."""
    return csv_of(HEADER, *rows)


def row(**cells: str) -> bytes:
    """A list of one person, a raadslid unless it says otherwise."""
    filled = {"Naam": "Anna Bakker", "Functie": "raadslid"} | cells
    return csv_of(tuple(filled), tuple(filled.values()))


def xlsx_of(*rows: Sequence[str | date | int | float | bool | None], sheets: Sequence[str] = ()) -> bytes:
    """An Excel workbook with these rows in its first sheet; `sheets` names more, empty ones."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(list(cells))
    for title in sheets:
        book.create_sheet(title)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same archive with one part added or put in the place of another."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return file.getvalue()


def sheet_xml(rows: str, before: str = "") -> bytes:
    """The XML of a sheet with these rows."""
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    ).encode()


def one(data: bytes) -> Listed:
    """The only person of a list in which nothing is wrong."""
    found = read(data)
    assert found.problems == ()
    assert len(found.people) == 1
    return found.people[0]


def problems(data: bytes) -> list[str]:
    """What is wrong in a list, as the griffie reads it."""
    return [str(problem) for problem in read(data).problems]


def refused(data: bytes) -> str:
    """Why a file is not read at all."""
    with pytest.raises(Unreadable) as caught:
        read(data)
    return caught.value.sentence


def unseen(text: str) -> list[str]:
    """What would change how a terminal shows a text."""
    return [character for character in text if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def survives(data: bytes) -> None:
    """Reading gives people, problems or Unreadable, and nothing that nobody can see."""
    try:
        found = read(data)
    except Unreadable:
        return
    assert found.people or found.problems
    for person in found.people:
        assert not unseen(person.name)
        assert 0 < len(person.name) <= 100
    for problem in found.problems:
        assert problem.line > 1
        assert not unseen(str(problem))
