"""Reads the sample conversations in tests/gesprekken and has them with the real program.

In a block marked `gesprek`:

    > Anna: /training                 Anna says this
    > Anna drukt op: Goedkeuren       Anna presses that button of her latest message that has one
    > Anna stuurt een spraakbericht   Anna sends something that is neither words nor a file
    > Anna stuurt een bestand: bon.pdf  Anna sends a file, which is what its ending says (anything else is not taken)
    > Anna wijzigt: /agenda           Anna makes this of what she said last
    > Anna blokkeert Raadsmaat        Anna shuts the bot out
    U hebt nog € 1.500,00 …           what Anna is answered, line by line
    [Stoppen]                         with these buttons
    < Griet, Hans:                    what others receive because of it, each the same
    ~ Anna op matrix:                 what a message that somebody has already reads from now on
    > Anna op matrix: hallo           Anna says this in her chat on another platform; “< Anna op matrix:” as well
    > Anna in groep op matrix: hallo  Anna says this where others read along
    > Anna op matrix: {code}          Anna says the code that was shown last
    = later: 2 uur                    time passes (minuten, uur, dag, dagen, week, weken)
    = herstart                        the program is killed and started again
    = uit, = aan                      the program stops; it starts again, and meanwhile time may pass
    = matrix uit, = matrix aan        that platform cannot be reached; it can again
    = begin: 22-03-2027 10.00         only as the first line: when the conversation begins, in Amsterdam

Inside a line “…” stands for anything; a line with only “…” for any lines. Everything that is received must
be in the conversation: what is not shown is a fault. A change of a message need not be shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.console import UNITS
from domain.messages import Kind
from tests.town import AMSTERDAM, MONDAY, Letter, Town

_ACTS = {
    None: "says",
    " drukt op": "presses",
    " stuurt een spraakbericht": "voice",
    " stuurt een bestand": "file",
    " blokkeert Raadsmaat": "block",
    " wijzigt": "changes",
}
_HOLDS = {"pdf": b"%PDF-1.7\n" + bytes(120_000), "jpg": b"\xff\xd8\xff\xe0" + bytes(2_400_000)}
_BLOCK = re.compile(r"^```gesprek\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass
class Turn:
    """One thing that happens, and what is received because of it: by whom, and the lines."""

    line: int
    action: str
    who: str = ""
    says: str = ""
    received: list[tuple[list[str], list[str]]] = field(default_factory=list)
    changed: list[tuple[list[str], list[str]]] = field(default_factory=list)
    own: str = ""


def read(text: str) -> Iterator[list[Turn]]:
    """The conversations of a file, each a list of turns. Raises ValueError for a line it cannot place."""
    for block in _BLOCK.finditer(text):
        start = text[: block.start(1)].count("\n") + 1
        yield list(_turns(block.group(1).splitlines(), start))


def _turns(lines: list[str], start: int) -> Iterator[Turn]:
    turn: Turn | None = None
    lines_of: list[str] | None = None
    for number, line in enumerate(lines, start):
        if said := re.fullmatch(
            r"> (?:(\w+) in )?(\w+(?: op matrix)?)"
            rf"({'|'.join(filter(None, _ACTS))})?(?:: ?(.*))?",
            line,
        ):
            if turn:
                yield turn
            who = said[2].lower()
            lines_of = []
            turn = Turn(number, _ACTS[said[3]], who, said[4] or "", [([who], lines_of)], own=(said[1] or "").lower())
        elif time := re.fullmatch(r"= (begin|later|herstart|uit|aan|matrix uit|matrix aan)(?:: ?(.*))?", line):
            if turn:
                yield turn
            lines_of = None
            turn = Turn(number, time[1], says=time[2] or "")
        elif turn is None:
            if line.strip():
                raise ValueError(f"line {number}: nobody has said anything yet")
        elif others := re.fullmatch(r"([<~]) ([\w, ]+):", line):
            lines_of = []
            shown = turn.received if others[1] == "<" else turn.changed
            shown.append(([who.strip().lower() for who in others[2].split(",")], lines_of))
        elif lines_of is not None:
            lines_of.append(line)
        elif line.strip():
            raise ValueError(f"line {number}: nothing was received here")
    if turn:
        yield turn


async def have(conversation: list[Turn], town: Town) -> None:
    """Has a conversation; an assertion names the line where it went otherwise."""
    for turn in conversation:
        papers = (town.paper, town.matrix)
        before = [len(paper.edits) for paper in papers]
        _compare(turn, await act(turn, town))
        edits = [new for paper, count in zip(papers, before, strict=True) for _, new in paper.edits[count:]]
        _compare_changes(turn, edits)


def needs_two_platforms(conversation: list[Turn]) -> bool:
    """Whether somebody in a conversation has a chat on another platform as well, or one platform fails."""
    return any(name.endswith(" op matrix") for name in people(conversation)) or any(
        turn.action.startswith("matrix ") for turn in conversation
    )


def people(conversation: list[Turn]) -> set[str]:
    """Everybody who says or gets something in a conversation."""
    got = {name for turn in conversation for names, _ in turn.received for name in names}
    return got | {turn.who for turn in conversation if turn.who}


def begins(conversation: list[Turn]) -> datetime:
    """When a conversation begins (UTC)."""
    if conversation[0].action != "begin":
        return MONDAY
    there = datetime.strptime(conversation[0].says, "%d-%m-%Y %H.%M").replace(tzinfo=AMSTERDAM)
    return there.astimezone(UTC)


async def act(turn: Turn, town: Town) -> list[Letter]:
    """Lets one thing happen; returns everything that was received because of it."""
    match turn.action:
        case "says":
            said = turn.says.replace("{code}", town.code()) if "{code}" in turn.says else turn.says
            return await town.says(turn.who, said.replace("\\n", "\n"), own=turn.own)
        case "voice":
            return await town.says(turn.who, "", kind=Kind.UNREADABLE)
        case "file":
            return await town.sends(turn.who, turn.says, _HOLDS.get(turn.says.rpartition(".")[2], b"onbekend"))
        case "block":
            return await town.says(turn.who, "", kind=Kind.BLOCKED)
        case "presses":
            return await town.presses(turn.who, turn.says)
        case "changes":
            return await town.changes(turn.who, turn.says)
        case "later":
            number, _, unit = turn.says.partition(" ")
            return await town.later(int(number) * UNITS[unit])
        case "uit":
            await town.stop()
            return []
        case "matrix uit" | "matrix aan":
            town.matrix.away = turn.action.endswith("uit")
            return []
        case "begin":
            return []
        case _:
            return await town.restart()


def _compare(turn: Turn, letters: list[Letter]) -> None:
    got = [(letter.to, _shown(letter)) for letter in letters]
    left = list(got)
    for names, lines in turn.received:
        text = "\n".join(lines).strip()
        for who in names if text else ():
            found = next((one for one in left if one[0] == who and matches(text, one[1])), None)
            if found is None:
                came = "\n---\n".join(f"{name}: {shown}" for name, shown in got) or "niets"
                raise AssertionError(f"regel {turn.line}: {who} zou krijgen:\n\n{text}\n\nmaar er kwam:\n\n{came}")
            left.remove(found)
    unseen = "\n---\n".join(f"< {name}:\n{shown}" for name, shown in left)
    assert not left, f"regel {turn.line}: dit staat niet in het gesprek:\n\n{unseen}"


def _compare_changes(turn: Turn, edits: list[Letter]) -> None:
    for names, lines in turn.changed:
        text = "\n".join(lines).strip()
        for who in names:
            came = "\n---\n".join(_shown(new) for new in edits if new.to == who) or "niets"
            assert any(new.to == who and matches(text, _shown(new)) for new in edits), (
                f"regel {turn.line}: bij {who} zou een bericht veranderen in:\n\n{text}\n\nmaar het werd:\n\n{came}"
            )


def _shown(letter: Letter) -> str:
    buttons = " ".join(f"[{choice.label}]" for choice in letter.choices)
    return f"{letter.plain.strip()}\n{buttons}".strip()


def matches(expected: str, got: str) -> bool:
    """Whether a message is as the conversation says, with its “…” for what does not matter."""
    lines = [
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in expected.split("\n")
    ]
    return re.fullmatch("".join(lines), got + "\n") is not None


def files() -> list[Path]:
    """All sample conversations."""
    return sorted((Path(__file__).parent / "gesprekken").glob("*.md"))
