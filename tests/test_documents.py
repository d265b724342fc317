"""What the documents say is true: links, commands, settings, dependencies, versions and the README's conversation."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from config import settings
from config.settings import PREFIX, Settings
from domain.roles import COUNCIL, GRIFFIE, Role
from handlers.routes import ROUTES
from tests import stories
from tests.town import town

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
ADMINISTRATION = ROOT / "docs" / "beheer.md"
ARCHITECTURE = ROOT / "docs" / "architectuur.md"
MANUALS = ROOT / "docs" / "handleiding"
EXAMPLE = ROOT / "config" / "raadsmaat.env.example"
DOCUMENTS = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LOCKS = [ROOT / "requirements" / "run.txt", ROOT / "requirements" / "test.txt"]
CODE = ("bench", "bot", "config", "dashboard", "domain", "handlers", "search", "storage", "tests")
MOST_LINES = 300


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def links(file: Path) -> set[str]:
    """The addresses that a document links to, without those of other sites."""
    tokens = [child for token in MarkdownIt().enable("table").parse(read(file)) for child in token.children or ()]
    found = {str(token.attrGet("href")) for token in tokens if token.type == "link_open"}
    return {address for address in found if not re.match(r"[a-z]+:", address)}


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every row of every table, without heads."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("|--"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


@cache
def project() -> Mapping[str, list[str]]:
    """The direct dependencies by group, as pyproject.toml names them, without their versions."""
    told = tomllib.loads(read(ROOT / "pyproject.toml"))
    groups = {"run": told["project"]["dependencies"], "dev": told["dependency-groups"]["dev"]}
    return {group: [re.split(r"[<>=!~;\[ ]", one)[0] for one in names] for group, names in groups.items()}


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def locked(file: Path) -> dict[str, str]:
    """Package and version of each line of a lock."""
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z0-9,-]+\])?==([^\s;]+)", read(file), re.MULTILINE))


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(file: Path) -> None:
    dead = [address for address in links(file) if not (file.parent / address.partition("#")[0]).exists()]
    assert not dead


def headings(file: Path) -> set[str]:
    """The names by which the headings of a document can be linked to, as GitHub and GitLab make them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", read(file), re.MULTILINE)
    }


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_heading_that_is_linked_is_there(file: Path) -> None:
    places = [unquote(address).partition("#") for address in links(file) if "#" in address]
    assert not [place for other, _, place in places if place not in headings((file.parent / other) if other else file)]


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_file_that_is_named_is_there(file: Path) -> None:
    paths = re.findall(r"`((?:[a-z_.-]+/)+(?:[a-z_.-]+\.[a-z]+)?)`", read(file))
    assert not [path for path in paths if not (ROOT / path).exists()]


@pytest.mark.asyncio
async def test_the_conversation_in_the_readme_goes_as_written(tmp_path: Path) -> None:
    [conversation] = stories.read(read(README))
    async with town(tmp_path) as here:
        await stories.have(conversation, here)


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_make_target_that_is_named_exists(file: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    assert {"start", "test", "check"} <= targets
    assert set(re.findall(r"(?:^|`|\| )make ([a-z]+)", read(file), re.MULTILINE)) <= targets


def test_the_readme_names_the_command_that_starts_and_the_one_that_tests() -> None:
    shown = "\n".join(token.content for token in MarkdownIt().parse(read(README)) if token.type == "fence")
    assert re.findall(r"^make (\w+)", shown, re.MULTILINE) == ["start", "test"]


@pytest.mark.parametrize("file", [ADMINISTRATION, EXAMPLE], ids=name)
def test_every_setting_is_explained(file: Path) -> None:
    named = set(re.findall(PREFIX + r"[A-Z_]+", read(file)))
    assert {PREFIX + field.upper() for field in Settings.model_fields} <= named


@pytest.mark.parametrize(
    "file",
    [*DOCUMENTS, EXAMPLE, ROOT / "Dockerfile", ROOT / "compose.yaml", *sorted((ROOT / "beheer").iterdir())],
    ids=name,
)
def test_no_setting_is_named_that_does_not_exist(file: Path) -> None:
    fields = {PREFIX + field.upper() for field in Settings.model_fields}
    known = fields | {f"{PREFIX}{secret.upper()}_FILE" for secret in settings._SECRETS} | {f"{PREFIX}FILE"}
    assert set(re.findall(PREFIX + r"[A-Z_]+", read(file))) <= known


def test_the_defaults_in_the_documents_are_the_defaults(tmp_path: Path) -> None:
    chosen = tmp_path / "all.env"
    chosen.write_text(re.sub(rf"^# (?={PREFIX})", "", read(EXAMPLE), flags=re.MULTILINE), encoding="utf-8")
    standard = Settings()
    assert settings.read({f"{PREFIX}FILE": str(chosen)}) == standard
    table = {cells[0].strip("`"): cells[1].strip("`") for cells in rows(read(ADMINISTRATION)) if PREFIX in cells[0]}
    for field, value in standard:
        shown = "–" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        assert table[PREFIX + field.upper()] == shown


@pytest.mark.parametrize(("manual", "readers"), [("raadslid.md", COUNCIL), ("griffie.md", GRIFFIE)])
def test_every_command_stands_in_the_manual_of_who_may_use_it(manual: str, readers: frozenset[Role]) -> None:
    named = set(re.findall(r"`/([a-z]+)`", read(MANUALS / manual)))
    may = {route.words[0] for route in ROUTES if route.help and route.who & readers}
    assert may <= named
    assert named <= {word for route in ROUTES if route.who & readers for word in route.words}


def test_every_sample_conversation_is_linked_from_a_manual() -> None:
    linked = {(MANUALS / address).resolve() for manual in MANUALS.glob("*.md") for address in links(manual)}
    assert not [file.name for file in stories.files() if file.resolve() not in linked]


def test_every_dependency_is_listed_with_its_reason() -> None:
    listed = [cells for cells in rows(read(ARCHITECTURE).partition("## Dependencies")[2]) if cells[0] != "Package"]
    assert sorted(cells[0] for cells in listed) == sorted(package for group in project().values() for package in group)
    assert all(len(cells) == 3 and all(cells) for cells in listed)


@pytest.mark.parametrize("file", LOCKS, ids=name)
def test_a_lock_holds_hashes_and_no_place_to_get_anything_from(file: Path) -> None:
    text = read(file)
    assert re.fullmatch(
        r"(?:[a-z0-9._-]+(?:\[[a-z0-9,-]+\])?==[^\n]+?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n)+", text
    )
    assert not re.search(r"://|@ |index|find-links", text)


def test_the_locks_hold_what_is_asked_for_in_the_same_versions() -> None:
    run, test = map(locked, LOCKS)
    assert run.items() <= test.items()
    assert set(map(normal, project()["run"])) | {"hatchling", "editables"} <= set(run)
    assert set(map(normal, project()["dev"])) <= set(test)


def test_no_file_holds_two_subjects() -> None:
    files = [file for folder in CODE for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts]
    assert files
    assert not [f"{name(file)}: {count}" for file in files if (count := read(file).count("\n")) > MOST_LINES]
