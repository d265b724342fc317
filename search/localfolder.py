"""What one municipality adds to the knowledge base, as files to hand on: `waarden.yaml` with its values, and a
Markdown file for each article of its own. Read as a whole, or not at all."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from domain import answers, slots
from domain.messages import Refusal
from search.articles import Article, ArticleError, Section, parted, sections, unreadable

VALUES = "waarden.yaml"
MOST_SECTIONS = 8
_MOST_BYTES = 1_000_000
_NO_FILE_NAME = re.compile(r"[^a-z0-9]+")


class LocalFront(BaseModel):
    """What an article of a municipality says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titel: Annotated[str, Field(min_length=3, max_length=60)]
    kort: Annotated[str, Field(min_length=10, max_length=600)]
    vragen: Annotated[list[Annotated[str, Field(min_length=1, max_length=150)]], Field(max_length=20)] = []


@dataclass(frozen=True, slots=True)
class LocalText:
    """An article of a municipality. Its title is what it is known by."""

    title: str
    short: str
    questions: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """Everything that a folder holds: values by slot (an empty one empties it), and articles."""

    values: Mapping[str, str]
    articles: tuple[LocalText, ...]


def read(folder: Path, known: Collection[str]) -> LocalFolder:
    """A folder, or one file of it; `known` are the slots that there are. Raises ArticleError with everything that is
    wrong, at once; OSError when it cannot be read."""
    folder.stat()
    files = sorted(folder.iterdir()) if folder.is_dir() else [folder]
    values: dict[str, str] = {}
    articles: dict[str, LocalText] = {}
    problems: list[str] = []
    read_any = False
    for file in files:
        if file.name != VALUES and file.suffix != ".md":
            continue
        read_any = True
        try:
            text = _text(file)
            if file.name == VALUES:
                values = _values(text, known)
                continue
            article = _article(text, file.name)
            if article.title in articles:
                raise ArticleError(f"{file.name}, regel 2: een ander bestand heeft dezelfde titel, “{article.title}”")
            articles[article.title] = article
        except ArticleError as error:
            problems.append(str(error))
    if not read_any:
        problems.append(f"{folder}: hier staat geen {VALUES} en geen bestand dat op .md eindigt")
    if problems:
        raise ArticleError("\n".join(problems))
    return LocalFolder(values, tuple(articles.values()))


def _text(file: Path) -> str:
    with file.open("rb") as open_file:
        content = open_file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ArticleError(f"{file.name}: het bestand is te groot")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ArticleError(f"{file.name}, regel {line}: dit is geen UTF-8. Sla het bestand op als UTF-8.") from None


def _values(text: str, known: Collection[str]) -> dict[str, str]:
    try:
        node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ArticleError(unreadable(error, VALUES)) from None
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise ArticleError(f"{VALUES}, regel 1: zet op elke regel een waarde, zoals “scholing.bedrag: € 1.500,00”")
    found: dict[str, str] = {}
    problems = []
    for key, value in node.value:
        slot = str(key.value)
        where = f"{VALUES}, regel {key.start_mark.line + 1}"
        if slot not in known:
            problems.append(f"{where}: de waarde “{slot[:60]}” is er niet")
        elif slot in found:
            problems.append(f"{where}: de waarde “{slot}” staat er twee keer")
        elif not isinstance(value, yaml.ScalarNode):
            problems.append(f"{where}: na “{slot}:” hoort gewone tekst")
        else:
            try:
                # As it was typed: “007” and “ja” are no number and no yes here.
                plain = "" if value.tag.endswith(":null") else value.value
                found[slot] = answers.text(plain, most=slots.LONGEST) if plain.strip() else ""
            except Refusal as refusal:
                problems.append(f"{where}: {refusal.sentence}")
    if problems:
        raise ArticleError("\n".join(problems))
    return found


def _article(text: str, name: str) -> LocalText:
    about, head, body = parted(text, name, LocalFront)
    first = head.count("\n") + 4  # the line after the front matter
    before = next((number for number, line in enumerate(body) if line.startswith("## ")), len(body))
    if any(line.strip() for line in body[:before]):
        raise ArticleError(f"{name}, regel {first}: zet boven elk deel een kop die met “## ” begint")
    parts = list(sections(body))
    problems = list(_wrong(parts, body, name, first))
    if problems:
        raise ArticleError("\n".join(problems))
    try:
        return LocalText(
            answers.text(about.titel, most=60, least=3),
            answers.text(about.kort, most=600, least=10),
            tuple(answers.text(line, most=150) for line in about.vragen),
            tuple((answers.text(part.heading, most=60, least=3), answers.text(part.text, most=3000)) for part in parts),
        )
    except Refusal as refusal:
        raise ArticleError(f"{name}, regel 2: {refusal.sentence}") from None


def _wrong(parts: list[Section], body: list[str], name: str, first: int) -> Iterator[str]:
    lines = []
    for number, line in enumerate(body, first):
        if line.startswith("## "):
            if not line[3:].strip():
                yield f"{name}, regel {number}: deze kop is leeg"
                return
            lines.append(number)
    if len(parts) > MOST_SECTIONS:
        yield f"{name}, regel {lines[MOST_SECTIONS]}: een artikel heeft hoogstens {MOST_SECTIONS} delen"
    for part, at in zip(parts, lines, strict=True):
        if not 3 <= len(part.heading) <= 60:
            yield f"{name}, regel {at}: een kop heeft 3 tot 60 tekens"
        if not 3 <= len(part.text) <= 3000:
            yield f"{name}, regel {at}: een deel heeft 3 tot 3.000 tekens"


def files(
    places: Mapping[str, str], values: Mapping[str, str], articles: Iterable[Article]
) -> Iterator[tuple[str, str]]:
    """The files of a municipality, as name and text. `places` are all slots and what each is; an open one becomes a
    line to fill in."""
    lines = ["# Waarden van onze gemeente. Haal het hekje weg en vul in. Een lege waarde maakt leeg."]
    for slot, what in places.items():
        lines.append(f"# {what}")
        filled = (
            yaml.safe_dump({slot: values[slot]}, allow_unicode=True, width=10_000) if slot in values else f"# {slot}: "
        )
        lines.append(filled.strip())
    yield VALUES, "\n".join(lines) + "\n"
    for article in articles:
        about = article.about
        front = {"titel": about.titel, "kort": about.kort, "vragen": about.vragen}
        head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=100)
        body = "".join(f"## {part.heading}\n{_quoted(part.text)}\n\n" for part in article.sections)
        name = _NO_FILE_NAME.sub("-", about.titel.lower()).strip("-") or "artikel"
        yield f"{article.id}-{name}.md", f"---\n{head}---\n{body}"


def _quoted(text: str) -> str:
    """A text whose lines cannot be taken for a heading."""
    return "\n".join(f" {line}" if line.startswith("## ") else line for line in text.splitlines())
