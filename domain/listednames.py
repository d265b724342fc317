"""The name of somebody as a list writes it: “Jansen, Piet” or “dhr. P. Jansen”."""

import re

from domain.typed import folded

_SALUTATION = re.compile(
    r"(?:de heer|heer|meneer|mevrouw|dhr|hr|mevr|mw)(?: ?/ ?(?:de heer|mevrouw|dhr|mevr|mw))?\.?\s+(?=\S)",
    re.IGNORECASE,
)
_TITLES = frozenset(
    [
        "ba",
        "bsc",
        "llb",
        "llm",
        "ma",
        "mba",
        "mpa",
        "msc",
        "phd",
        "ra",
        "jr",
        "sr",
        "junior",
        "senior",
        "dr",
        "drs",
        "ing",
        "ir",
        "mr",
        "prof",
    ]
)
_MOST_PARTS = 3  # last name, what goes before it, first name


def without_salutation(written: str) -> str:
    """The name without “dhr.” or “mevrouw”; a title (“drs.”) stays."""
    return _SALUTATION.sub("", written, count=1) if _SALUTATION.match(written) else written


def turned(written: str) -> str:
    """“Jansen, Piet” as one says it: Piet Jansen. What goes before a last name may stand at either end: “Vries, A. de”
    and “Berg, van den, Piet”. As it is when a comma stands before something else, such as a title."""
    last, *others = (part.strip() for part in written.split(","))
    if not last or not others or len(others) >= _MOST_PARTS or not all(others):
        return written
    if any(folded(part).replace(".", "") in _TITLES for part in others):
        return written
    given = [part for part in others if not part.islower()]
    before = [part for part in others if part.islower()]
    return " ".join((*given, *before, last)) if len(given) == 1 else written
