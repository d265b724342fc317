"""A table as a spreadsheet program shows it, wherever it came from, and the limits of what is read."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

MOST_BYTES = 5_000_000  # in a file
MOST_LINES = 5_000  # with anything in them
MOST_COLUMNS = 50

Cell: TypeAlias = str | date


@dataclass(frozen=True, slots=True)
class Line:
    """One line with something in it. `number` is what the spreadsheet program shows in its margin."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file, and what whoever sent it should know about how it was read."""

    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()


class Unreadable(Exception):
    """A file that is not read at all, with the sentence that says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def too_many_lines() -> Unreadable:
    """The list is longer than any municipality's."""
    return Unreadable(f"De lijst heeft meer dan {MOST_LINES} regels. Haal weg wat er niet bij hoort.")


def too_many_columns() -> Unreadable:
    """The list is wider than any list of people."""
    return Unreadable(f"De lijst heeft meer dan {MOST_COLUMNS} kolommen. Haal weg wat er niet bij hoort.")
