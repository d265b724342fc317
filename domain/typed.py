"""What somebody typed, made fit to compare (`simple`) or to keep (`kept`). It judges nothing."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 500  # characters; no answer that is compared with something is longer

# Characters that show nothing though Unicode calls them letters, marks or symbols: names are faked with them.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_SAME = str.maketrans(
    dict.fromkeys("‘’‛`´ʼ′", "'") | dict.fromkeys("‐‑‒–—―−", "-") | {"ĳ": "ij", "🔟": "10", "\u00a0": " "}
)
_MOST_MARKS = 4  # on one letter; more is decoration, and Unicode's normalising takes quadratic time over them

# As a word and as a figure, where people count or tell the time.
_NAMES = (
    "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
    "zeventien achttien negentien twintig"
)
_NUMBERS = {name: index for index, name in enumerate(_NAMES.split(), start=1)}
NUMBER = rf"(?:[0-9]{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"


def number(word: str) -> int:
    """The value of a word that matches `NUMBER`."""
    return _NUMBERS[word] if word in _NUMBERS else int(word)


def figures(text: str, most: int = 9) -> int | None:
    """The number that a text is, in at most so many figures; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else None


def simple(said: str) -> str:
    """In lower case, without accents, invisible characters and double spaces, with one kind of dash and
    apostrophe. Empty for more than `LONGEST` characters: every reader refuses that.
    """
    return folded(said) if len(said) <= LONGEST else ""


def folded(written: str) -> str:
    """As `simple`, for words of our own, however long they are."""
    plain = unicodedata.normalize("NFD", written.casefold().translate(_SAME))
    return " ".join("".join(_comparable(plain)).split())


def kept(said: str) -> str:
    """As it was typed, in paragraphs, but for what nobody can see and more white space than text needs."""
    lines = ["".join(_visible(line)) for line in said.splitlines()]
    tidy = "\n".join(" ".join(line.split()) for line in lines)
    return unicodedata.normalize("NFC", re.sub(r"\n{3,}", "\n\n", tidy).strip())


def _comparable(plain: str) -> Iterator[str]:
    for character in plain:
        category = unicodedata.category(character)
        if category in ("Cc", "Zs", "Zl", "Zp"):
            yield " "
        elif category not in ("Mn", "Me") and character not in _SKIN_TONES and not _unseen(character, category):
            yield character


def _visible(line: str) -> Iterator[str]:
    marks = 0
    for character in line:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category == "Zs" or character == "\t":
            yield " "
        elif category != "Cc" and not _unseen(character, category) and marks <= _MOST_MARKS:
            yield character


def _unseen(character: str, category: str) -> bool:
    # Cf: zero width and direction; Cs: half a character, which cannot be stored; Co: no agreed meaning.
    # Cn stays, but for what can never become a character: an emoji may be newer than our Unicode tables.
    never = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return category in ("Cf", "Cs", "Co") or never or character in _BLANK
