"""Places in an article that each municipality fills in itself: “{{scholing.bedrag}}”."""

import re
from collections.abc import Mapping

from domain.markup import escape

SLOT = re.compile(r"\{\{([a-z0-9-]+\.[a-z0-9-]+)\}\}")
UNFILLED = "dat regelt uw eigen gemeente"
LONGEST = 300  # characters of one value


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with what the municipality filled in, as plain words; what it did not is never guessed at."""
    return SLOT.sub(lambda slot: escape(values[slot[1]]) if slot[1] in values else UNFILLED, text)


def open_in(text: str, values: Mapping[str, str]) -> bool:
    """Whether a text has a place that was not filled in."""
    return any(slot not in values for slot in SLOT.findall(text))
