"""An article of the knowledge base: Markdown with front matter, checked when it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.slots import SLOT

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# The C parser where the library was built with it: it takes a tenth of the time, which is felt at every start.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Action = Literal["vraag", "training", "aanvragen", "agenda"]
Audience = Literal["raadslid", "commissielid", "fractievoorzitter", "griffie"]
Filled = Annotated[str, Field(min_length=1)]

EXPLANATION = "toelichting"  # the slot that every article has

# What is wrong, by pydantic's name for it; whoever writes articles reads Dutch.
_WRONG = {
    "missing": "ontbreekt",
    "extra_forbidden": "deze naam bestaat hier niet",
    "string_too_short": "is leeg",
    "string_type": "is geen tekst; zet een getal, of tekst met een dubbele punt, tussen aanhalingstekens",
    "string_too_long": "is te lang",
    "string_pattern_mismatch": "heeft niet de goede vorm",
    "list_type": "is geen lijst",
    "model_type": "is geen blok met namen en waarden",
    "dict_type": "is geen blok met namen en waarden",
}


_Front = TypeVar("_Front", bound=BaseModel)


class ArticleError(Exception):
    """An article that cannot be used: the file, where known the line, and what is wrong."""


class Source(BaseModel):
    """An article of law as it was read: `versie` is the date from which that text is in force."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wet: Filled
    bwb: Annotated[str, Field(pattern=r"^BWBR\d{7}$")]
    artikel: Filled
    lid: str | None = None
    versie: date

    @property
    def link(self) -> str:
        """Where this version of the article can be read."""
        return address(self.bwb, self.versie, self.artikel)


class Value(BaseModel):
    """What a municipality fills in itself: its name within the article, and what to ask the griffie for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    naam: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    wat: Annotated[str, Field(min_length=1, max_length=60)]


def address(bwb: str, version: date, number: str) -> str:
    """Where an article of a law can be read as it was on a day. Some numbers hold a space: “X 10”."""
    return f"https://wetten.overheid.nl/{bwb}/{version:%Y-%m-%d}#Artikel{number.replace(' ', '')}"


class FrontMatter(BaseModel):
    """What an article says of itself. The names are Dutch: griffies write articles too.

    `kort_voor` is the short answer for a role to which another rule applies. `lokaal` tells what each
    municipality decides by itself, `waarden` which of that it can fill in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    titel: Filled
    kort: Filled
    bronnen: list[Source] = []
    volgens: str = ""
    gecontroleerd: date
    controleren_voor: date
    voor: list[Audience]
    vragen: list[Filled]
    zoekwoorden: list[str] = []
    verwant: list[str] = []
    acties: list[Action] = []
    lokaal: str = ""
    waarden: list[Value] = []
    kort_voor: dict[Audience, Filled] = {}


@dataclass(frozen=True, slots=True)
class Section:
    """What people ask next, and the answer."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One subject of the knowledge base. `local`: a municipality wrote it, so its text is never markup."""

    about: FrontMatter
    sections: tuple[Section, ...]
    local: bool = False

    @property
    def id(self) -> str:
        return self.about.id

    @property
    def slots(self) -> dict[str, str]:
        """What a municipality can fill in: slot (“scholing.bedrag”) and what it is.

        Every article has room for an explanation of the municipality's own.
        """
        values = {f"{self.id}.{value.naam}": value.wat for value in self.about.waarden}
        return {} if self.local else values | {f"{self.id}.{EXPLANATION}": "Eigen toelichting van uw gemeente"}


def parse(text: str, name: str) -> Article:
    """Reads one article; `name` is its file name, for errors. Raises ArticleError."""
    about, head, body = parted(text, name, FrontMatter)
    if about.id != Path(name).stem:
        raise ArticleError(f"{name}, regel {_line(head, ('id',))}: id “{about.id}” is niet de naam van het bestand")
    return Article(about, tuple(sections(body)))


def parted(text: str, name: str, model: type[_Front]) -> tuple[_Front, str, list[str]]:
    """The front matter of a file, checked, with its text, and the lines after it. Raises ArticleError."""
    lines = text.splitlines()
    try:
        end = lines.index("---", 1) if lines[0] == "---" else -1
    except (ValueError, IndexError):
        end = -1
    if end < 0:
        raise ArticleError(f"{name}, regel 1: het artikel begint niet met een blok tussen twee regels “---”")
    head = "\n".join(lines[1:end])
    try:
        about = model.model_validate(yaml.load(head, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise ArticleError(unreadable(error, name, before=1)) from error
    except ValidationError as error:
        problems = (
            f"{name}, regel {_line(head, problem['loc'])}: "
            f"{'.'.join(str(part) for part in problem['loc'])}: {_wrong(problem)}"
            for problem in error.errors()
        )
        raise ArticleError("\n".join(problems)) from error
    return about, head, lines[end + 1 :]


def unreadable(error: yaml.YAMLError, name: str, before: int = 0) -> str:
    """That a file is no YAML, with the line; `before` lines of the file stand above the YAML."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 + before if mark else 1
    return f"{name}, regel {line}: dit is niet te lezen. Staat er een dubbele punt, haak of aanhalingsteken te veel?"


def _wrong(problem: "ErrorDetails") -> str:
    kind = problem["type"]
    if kind == "literal_error":
        expected = problem["ctx"]["expected"].replace(" or ", " of ")
        return f"is niet een van {expected}"
    return "is geen datum zoals 2026-11-23" if kind.startswith("date") else _WRONG.get(kind, problem["msg"])


def _line(head: str, location: tuple[int | str, ...]) -> int:
    """The line in the file of what a location points at, or of the nearest thing around it that is there."""
    # Read once more, as nodes that know their place: only when something is wrong.
    node: Any = yaml.compose(head, Loader=_LOADER)
    line = 0
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 2  # lines are counted from 0, and the first of the file is “---”


def sections(lines: list[str]) -> Iterable[Section]:
    """The parts of a text: each a heading of the second level, and what is below it."""
    heading, body = "", list[str]()
    for line in [*lines, "## "]:
        if line.startswith("## "):
            if heading:
                yield Section(heading, "\n".join(body).strip())
            heading, body = line[3:].strip(), []
        else:
            body.append(line)


def load(folder: Path) -> list[Article]:
    """All articles of a folder, by id. Raises ArticleError with everything that is wrong, at once."""
    articles: list[Article] = []
    problems: list[str] = []
    for file in sorted(folder.glob("*.md")):
        try:
            articles.append(parse(file.read_text(encoding="utf-8"), file.name))
        except ArticleError as error:
            problems.append(str(error))
    known = {article.id for article in articles}
    slots = {slot for article in articles for slot in article.slots}
    for article in articles:
        texts = [article.about.kort, *article.about.kort_voor.values(), *(part.text for part in article.sections)]
        for slot in sorted({slot for text in texts for slot in SLOT.findall(text)} - slots):
            problems.append(f"{article.id}.md: waarde “{slot}” staat bij geen artikel onder “waarden”")
        for related in article.about.verwant:
            if related not in known and not problems:
                problems.append(f"{article.id}.md: verwant artikel “{related}” bestaat niet")
    if problems:
        raise ArticleError("\n".join(problems))
    return articles
