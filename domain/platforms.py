"""What platforms are called when people read about them, and what people are called there."""

import re

_MATRIX_USER = re.compile(r"@[a-z0-9._=/+-]+:[A-Za-z0-9.-]+(?::\d{1,5})?")
_NAMES = {"console": "de terminal"}


def called(platform: str) -> str:
    """The name of a platform in a sentence: “Telegram”."""
    return _NAMES.get(platform, platform.capitalize())


def changes(platform: str) -> bool:
    """Whether a message that was sent there can be changed; what was printed stays as it is."""
    return platform != "console"


def erases(platform: str) -> bool:
    """Whether the bot can try to delete there what a person wrote."""
    return platform != "console"


def how(platform: str, handle: str, code: str) -> str:
    """What to do on a platform to link a chat there with a code. `handle`: the bot's own name there, if known."""
    if platform == "telegram" and handle:
        return f"open https://t.me/{handle}?start={code}"
    if platform == "matrix" and handle:
        return f"begin een gesprek met {handle} en stuur de code als bericht"
    return "open een gesprek met Raadsmaat en stuur de code als bericht"


def with_address(text: str) -> tuple[str, str]:
    """A name, and the Matrix address behind it (“Emre Visser @emre:gemeente.nl”); empty where there is none."""
    name, _, last = text.strip().rpartition(" ")
    if _MATRIX_USER.fullmatch(last) and len(last) <= 255:
        return name.strip(), last
    return text.strip(), ""
