"""What platforms are called when people read about them."""

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
