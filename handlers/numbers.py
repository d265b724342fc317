"""Reading the number after a command: “/goedkeuren 12”."""

from domain.messages import Choice, Incoming, Refusal


def read(said: Incoming, list_command: str) -> int:
    """The number of the thing a command is about. Raises Refusal that points at the command with the list."""
    written = said.rest.lstrip("#").strip()
    if not (written.isascii() and written.isdigit()) or len(written) > 9:
        raise Refusal(
            f"Zet het nummer erachter, bijvoorbeeld: {said.word} 12. Met {list_command} ziet u de nummers.",
            Choice("Laat de nummers zien", list_command),
        )
    return int(written)
