"""Reading an Excel workbook (.xlsx) that anybody may have made, so also somebody who means harm.

The directory of the archive is judged before anything is unpacked, and what is unpacked before it is parsed.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import cast

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from domain.cells import MOST_COLUMNS, MOST_LINES, Cell, Line, Table, Unreadable, too_many_columns, too_many_lines
from domain.typed import kept

MARK = b"PK\x03\x04"
MOST_UNPACKED = 20_000_000  # bytes
MOST_PARTS = 500
MOST_TIMES_SMALLER = 200  # a list becomes ten to fifty times smaller by packing, a bomb a thousand times
MOST_TAGS = 1_000_000  # each costs some 500 bytes of memory while its row is parsed
MOST_SHEETS = 50
_LAST_LINE = 1_048_576  # Excel has no more
_AS_XLSX = "Open de lijst in Excel en bewaar hem opnieuw als Excel-werkmap (.xlsx)."
_DAMAGED = f"Dit Excel-bestand is beschadigd of niet compleet. {_AS_XLSX}"


def read(data: bytes) -> Table:
    """The lines of the first visible sheet, formulas as the values Excel last showed. Raises Unreadable."""
    if not openpyxl.DEFUSEDXML:
        raise Unreadable("Excel-bestanden lezen is hier niet veilig (defusedxml ontbreekt). Gebruik een CSV-bestand.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _judge(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of colours and lists of values that it leaves out
            return _first_sheet(data)
    except Unreadable:
        raise
    except Exception:
        # openpyxl raises whatever it stumbles over: of a file that anybody made, nothing can be ruled out.
        raise Unreadable(_DAMAGED) from None


def _judge(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable(f"Dit is geen Excel-werkmap. {_AS_XLSX}")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if (
        len(parts) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or unpacked > MOST_TIMES_SMALLER * max(packed, 1)
        or any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
    ):
        raise _too_big()
    # Reading stops at the size that the directory gives, so what was judged above holds here.
    tags = sheets = 0
    for part in parts:
        content = archive.read(part)
        tags += content.count(b"<")
        if part.filename == "xl/workbook.xml":
            sheets = content.count(b"sheetId=")
    if tags > MOST_TAGS or sheets > MOST_SHEETS:
        raise _too_big()


def _too_big() -> Unreadable:
    return Unreadable("Dit Excel-bestand is te groot. Zet alleen de lijst met leden in een nieuw bestand.")


def _first_sheet(data: bytes) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise Unreadable("In dit Excel-bestand staat geen zichtbaar blad.")
    remarks: tuple[str, ...] = ()
    if len(visible) > 1:
        title = kept(str(visible[0].title))[:40]
        remarks = (f"Alleen het eerste blad is gelezen: “{title}”. Het bestand heeft {len(visible)} bladen.",)
    return Table(tuple(_lines(visible[0])), remarks)


def _lines(sheet: Worksheet) -> Iterator[Line]:
    cast(ReadOnlyWorksheet, sheet).reset_dimensions()  # what the sheet says of its own size is often wrong
    found = 0
    rows = sheet.iter_rows(min_row=1, min_col=1, max_col=MOST_COLUMNS + 1, values_only=True)
    for number, values in enumerate(rows, start=1):
        if number > _LAST_LINE:
            raise Unreadable(_DAMAGED)
        if values.count(None) == len(values):
            continue  # a stray word at the very end of a sheet has a million of these before it
        cells = tuple(_cell(value) for value in values)
        if not any(not isinstance(cell, str) or cell.strip() for cell in cells):
            continue
        found += 1
        if found > MOST_LINES + 1:  # and the header
            raise too_many_lines()
        if len(cells) > MOST_COLUMNS and cells[MOST_COLUMNS]:
            raise too_many_columns()
        yield Line(number, cells[:MOST_COLUMNS])


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
