"""An article of the knowledge base: Markdown with front matter, checked when it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

# The C parser where the library was built with it: it takes a tenth of the time, which is felt at every start.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Action = Literal["vraag", "training", "aanvragen", "agenda"]
Audience = Literal["raadslid", "commissielid", "fractievoorzitter", "griffie"]
Filled = Annotated[str, Field(min_length=1)]


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
        return f"https://wetten.overheid.nl/{self.bwb}/{self.versie:%Y-%m-%d}#Artikel{self.artikel}"


class FrontMatter(BaseModel):
    """What an article says of itself. The names are Dutch: griffies write articles too."""

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


def parse(text: str, name: str) -> Article:
    """Reads one article; `name` is its file name, for errors. Raises ArticleError."""
    lines = text.splitlines()
    try:
        end = lines.index("---", 1) if lines[0] == "---" else -1
    except (ValueError, IndexError):
        end = -1
    if end < 0:
        raise ArticleError(f"{name}, regel 1: het artikel begint niet met een blok tussen twee regels “---”")
    try:
        about = FrontMatter.model_validate(yaml.load("\n".join(lines[1:end]), Loader=_LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise ArticleError(f"{name}, regel {line}: {getattr(error, 'problem', error)}") from error
    except ValidationError as error:
        problems = (
            f"{name}, regel {_line(lines, problem['loc'])}: "
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors()
        )
        raise ArticleError("\n".join(problems)) from error
    if about.id != Path(name).stem:
        raise ArticleError(f"{name}, regel {_line(lines, ('id',))}: id “{about.id}” is niet de naam van het bestand")
    return Article(about, tuple(_sections(lines[end + 1 :])))


def _line(lines: list[str], location: tuple[int | str, ...]) -> int:
    # The line of the top-level key; a problem deeper inside is then a few lines on.
    key = f"{location[0]}:" if location else "---"
    return next((number for number, line in enumerate(lines, 1) if line.startswith(key)), 1)


def _sections(lines: list[str]) -> Iterable[Section]:
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
    for article in articles:
        for related in article.about.verwant:
            if related not in known and not problems:
                problems.append(f"{article.id}.md: verwant artikel “{related}” bestaat niet")
    if problems:
        raise ArticleError("\n".join(problems))
    return articles
