"""Reading a CSV file as the spreadsheet programs of Dutch offices write it."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from domain.cells import MOST_COLUMNS, MOST_LINES, Line, Table, Unreadable, too_many_columns, too_many_lines

_DELIMITERS = ";,\t"
_HEADER_WITHIN = 10  # records in which the header is looked for
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NOT_TEXT = Unreadable("Dit is geen lijst die ik kan lezen. Bewaar de lijst als Excel-werkmap (.xlsx) of als CSV.")


def read(data: bytes, recognised: Callable[[Sequence[str]], int]) -> Table:
    """The lines of a CSV file, in UTF-8, UTF-16 with its mark, or Windows-1252.

    `recognised` tells how many cells of a record are headers; the delimiter under which the header is
    recognised best is taken, since names and committees are full of the other ones. Raises Unreadable.
    """
    text = _text(data)
    delimiter = None
    if said := re.match(r"\ufeff?sep=(.)\r?\n", text):
        # What Excel writes above a list for itself; it does not show or count this line.
        delimiter, text = said[1], text[said.end() :]
    if delimiter is None:
        delimiter = max(_DELIMITERS, key=lambda one: _score(text, one, recognised))
    lines: list[Line] = []
    try:
        for number, cells in enumerate(_records(text, delimiter), start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if len(lines) > MOST_LINES:
                raise too_many_lines()
            if any(cell.strip() for cell in cells[MOST_COLUMNS:]):
                raise too_many_columns()
            lines.append(Line(number, tuple(cells[:MOST_COLUMNS])))
    except csv.Error:
        number = lines[-1].number + 1 if lines else 1
        raise Unreadable(
            f"Op of na regel {number} kloppen de aanhalingstekens niet. Open de lijst in Excel, "
            "bewaar hem als Excel-werkmap (.xlsx) en probeer het opnieuw."
        ) from None
    return Table(tuple(lines))


def _text(data: bytes) -> str:
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    for attempt in (encoding,) if encoding else ("utf-8", "windows-1252"):
        try:
            text = data.decode(attempt)
        except UnicodeDecodeError:
            continue
        # No text has these, and every other kind of file does.
        if re.search("[\x00-\x08\x0e-\x1a]", text):
            break
        return text
    raise _NOT_TEXT


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    # Strict: an open quotation mark would otherwise quietly swallow the rest of the list.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _score(text: str, delimiter: str, recognised: Callable[[Sequence[str]], int]) -> tuple[int, int]:
    try:
        first = list(islice(_records(text, delimiter), _HEADER_WITHIN))
    except csv.Error:
        return (-1, 0)
    return max(((recognised(cells), len(cells)) for cells in first), default=(0, 0))
