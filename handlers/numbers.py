"""Reading the number after a command: “/goedkeuren 12”."""

from domain.messages import Choice, Incoming, Refusal
from domain.typed import figures


def read(said: Incoming, list_command: str) -> int:
    """The number of the thing a command is about. Raises Refusal that points at the command with the list."""
    number = figures(said.rest.lstrip("#").strip())
    if number is None:
        raise Refusal(
            f"Zet het nummer erachter, bijvoorbeeld: {said.word} 12. Met {list_command} ziet u de nummers.",
            Choice("Laat de nummers zien", list_command),
        )
    return number
