"""The subjects of the knowledge base, arranged for who wants to browse instead of ask."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from search.articles import ArticleError, Filled


class Theme(BaseModel):
    """A heading of the menu, and the ids of the articles under it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titel: Filled
    artikelen: tuple[Filled, ...]


def load(file: Path) -> tuple[Theme, ...]:
    """The themes of a file, in their order. Raises ArticleError with what is wrong."""
    try:
        read: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        return tuple(Theme.model_validate(one) for one in read)
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise ArticleError(f"{file.name}: {error}") from error
