"""Figures that stand in a document, each table between two marks, so that a command can make them again."""

import re
from pathlib import Path


def fill(file: Path | None, name: str, lines: list[str]) -> None:
    """Prints lines, and puts them in a document between `<!-- name -->` and `<!-- /name -->`.

    Raises ValueError when the marks are not in it."""
    text = "\n".join(lines)
    print(text, flush=True)
    if file is None:
        return
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    written, count = marks.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", file.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{file} has no place for {name}")
    file.write_text(written, encoding="utf-8")
