"""Files of questions and of documents that somebody hands over to test the search: one JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search.assessment import Question
from search.documents import Document

_MOST_BYTES = 64 * 1024 * 1024
_MOST_LINES = 100_000
_LONGEST_LINE = 1024 * 1024
_LONGEST_ID = 200
_LONGEST_TEXT = 200_000


class FileError(Exception):
    """A file that cannot be used; the sentence is for the person who gave it."""


def read_questions(file: Path) -> list[Question]:
    """Questions as `{id, vraag, topic}` (topic empty: must not be answered) or `{id, q, rel: [...]}`.
    Raises FileError."""
    questions = [_question(line, where) for line, where in _lines(file)]
    if not questions:
        raise FileError(f"In {file.name} staan geen vragen.")
    _once([one.id for one in questions], file)
    return questions


def read_documents(file: Path) -> list[Document]:
    """Documents as `{id, title?, body}`. Raises FileError."""
    documents = [
        Document(
            _text(line, "id", where, most=_LONGEST_ID),
            _text(line, "title", where, empty=True),
            _text(line, "body", where, empty=True),
        )
        for line, where in _lines(file)
    ]
    if not documents:
        raise FileError(f"In {file.name} staan geen stukken.")
    _once([one.id for one in documents], file)
    return documents


def _question(line: dict[str, Any], where: str) -> Question:
    name = _text(line, "id", where, most=_LONGEST_ID)
    if "vraag" in line:
        topic = line.get("topic")
        if topic is not None and not isinstance(topic, str):
            raise FileError(f"{where}: “topic” moet de naam van een onderwerp zijn, of leeg.")
        return Question(name, _text(line, "vraag", where), frozenset([topic] if topic else []))
    if "q" in line:
        right = line.get("rel") or []
        if not isinstance(right, list) or not all(isinstance(one, str) for one in right):
            raise FileError(f"{where}: “rel” moet een lijst met namen van stukken zijn.")
        return Question(name, _text(line, "q", where), frozenset(right))
    raise FileError(f"{where}: er staat geen “vraag” en geen “q” in.")


def _text(line: dict[str, Any], field: str, where: str, *, empty: bool = False, most: int = _LONGEST_TEXT) -> str:
    value = line.get(field)
    if isinstance(value, int) and field == "id":
        value = str(value)
    if value is None and empty:
        return ""
    if not isinstance(value, str) or not (value.strip() or empty):
        raise FileError(f"{where}: “{field}” ontbreekt of is geen tekst.")
    if len(value) > most:
        raise FileError(f"{where}: “{field}” is te lang (hoogstens {most} tekens).")
    return value.encode("utf-8", "replace").decode("utf-8")


def _lines(file: Path) -> Iterator[tuple[dict[str, Any], str]]:
    try:
        if not file.is_file():
            raise FileError(f"Het bestand {file} is er niet.")
        if file.stat().st_size > _MOST_BYTES:
            raise FileError(f"{file.name} is te groot (hoogstens {_MOST_BYTES // 1024**2} MB).")
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(f"{file.name} is geen tekst in UTF-8.") from None
    except OSError as error:
        raise FileError(f"{file.name} kan niet worden gelezen: {error.strerror}.") from None
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{file.name}, regel {number}"
        if not line.strip():
            continue
        if number > _MOST_LINES:
            raise FileError(f"{file.name} heeft meer dan {_MOST_LINES} regels.")
        if len(line) > _LONGEST_LINE:
            raise FileError(f"{where} is te lang.")
        try:
            read = json.loads(line)
        except (ValueError, RecursionError):
            raise FileError(f"{where} is geen JSON.") from None
        if not isinstance(read, dict):
            raise FileError(f"{where}: verwacht een JSON-object tussen accolades.")
        yield read, where


def _once(names: list[str], file: Path) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise FileError(f"{file.name}: “{name[:60]}” staat er twee keer in.")
        seen.add(name)
