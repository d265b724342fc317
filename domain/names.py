"""Taking people's names out of a text that others will read."""

import re
from collections.abc import Iterable, Sequence

GONE = "…"
_TITLES = r"(?:de heer|heer|meneer|mevrouw|dhr\.?|mevr\.?|mw\.?)"
_SHORTEST = 3  # letters of a first name or surname that counts by itself
_SALUTATION = re.compile(
    r"\A\s*(?:beste|geachte|dag|hallo|hoi|hi|goedemorgen|goedemiddag|goedenavond)\b[^\n,!.?]{0,60}[,!.]?[ \t]*"
    r"(?:\n+|(?<=[,!]) )",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:\n|(?<=[.!?]) )[ \t]*"
    r"(?:(?:met )?(?:vriendelijke|hartelijke|beste) groet(?:en)?|groet(?:en|jes)?|mvg|vr\.? ?gr)\b"
    r"[^\n]{0,60}(?:\n[^\n]{0,60}){0,2}\s*\Z",
    re.IGNORECASE,
)


def without(text: str, names: Iterable[str]) -> str:
    """The text without these names (“Bram de Vries”), wherever one of them stands whole, or only its first name or
    its surname with a capital. In their place stands an ellipsis; a salutation and a closing go as a whole."""
    text = _CLOSING.sub("", _SALUTATION.sub("", text))
    for pattern in _patterns(names):
        text = pattern.sub(GONE, text)
    return re.sub(rf", {GONE}(?=[.!?,]|\s*$)", "", text).strip()


def mentions(text: str, names: Iterable[str]) -> bool:
    """Whether one of these names stands in a text."""
    return any(pattern.search(text) for pattern in _patterns(names))


def _patterns(names: Iterable[str]) -> list[re.Pattern[str]]:
    # The longest first: of “Anna de Vries” nothing may be left once “Vries” is gone.
    parts = {part for name in names for part in _parts(name.split())}
    whole = sorted((part for part in parts if " " in part), key=len, reverse=True)
    single = sorted((part for part in parts if " " not in part), key=len, reverse=True)
    found = []
    if whole:
        found.append(rf"(?i:(?<!\w){_TITLES} )?(?<!\w)(?i:{_any_of(whole)})(?!\w)")
    if single:
        found.append(rf"(?i:(?<!\w){_TITLES} )?(?<!\w){_any_of(single)}(?!\w)")
    return [re.compile(pattern) for pattern in found]


def _parts(words: Sequence[str]) -> Iterable[str]:
    """A name as people write it: whole, by its first name, and by its surname with and without what goes before."""
    if len(words) > 1:
        yield " ".join(words)
        surname = next((at for at, word in enumerate(words) if at and word[:1].isupper()), len(words) - 1)
        if surname > 1:
            yield " ".join(words[1:])
        words = [words[0], *words[surname:]]
    yield from (word for word in words if len(word) >= _SHORTEST and word[:1].isupper())


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"
