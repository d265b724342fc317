"""Small things that must survive a restart, each in a file of its own that nobody else can read."""

import json
import os
from pathlib import Path
from typing import Any


def folder(path: Path) -> Path:
    """The directory, made when it is not there, closed to everybody else."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def read(file: Path) -> dict[str, Any]:
    """What was written last; empty when nothing was. Raises ValueError when it is not what we write."""
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict):
        raise ValueError(f"{file.name} is not one of ours")
    return found


def note(file: Path, sentence: str) -> None:
    """Keeps a sentence for the doctor; an empty one when there is nothing to say any more."""
    if sentence:
        write(file, {"sentence": sentence})
    else:
        file.unlink(missing_ok=True)


def noted(file: Path) -> str:
    """The sentence that is kept; empty when there is none."""
    return str(read(file).get("sentence", ""))


def write(file: Path, content: dict[str, Any]) -> None:
    """Replaces a file as a whole: after a power cut there is the old one or the new one, never a half."""
    new = file.with_name(f"{file.name}.new")
    place = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(place, "w", encoding="utf-8") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
