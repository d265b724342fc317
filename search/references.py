"""Articles of law that a text names: “artikelen 13 en 81f”, “artikel X 10”, “16 tot en met 19”."""

import re
from collections.abc import Iterator

_NUMBER = r"(?:[A-Z] )?\d+(?:\.\d+)*[a-z]{0,2}\b(?: lid \d+)?"
_ROW = rf"(?:, | en | tot en met ){_NUMBER}"
# An article that is named as a former one is no source.
_NAMED = re.compile(rf"(?<!oude )\b[Aa]rtikel(?:en)? ({_NUMBER}(?:{_ROW})*)")
_ONE = re.compile(r"(tot en met )?((?:[A-Z] )?\d[\w.]*)(?: lid \d+)?")


def named(text: str) -> Iterator[str]:
    """The number of each article that a text names, in its order; of a row (“16 tot en met 19”) every one."""
    for match in _NAMED.finditer(text):
        before = ""
        for row, number in _ONE.findall(match[1]):
            if row and before.isdigit() and number.isdigit():
                yield from map(str, range(int(before) + 1, int(number)))
            yield number
            before = number
