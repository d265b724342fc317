"""Where the bot does not go: cards that are found like articles, and whose answer is where to turn instead."""

import re
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from search.articles import ArticleError, Filled
from search.documents import Document
from search.words import plain, tidy

_LONGEST = 1000  # characters that the patterns are tried on


class Card(BaseModel):
    """One kind of question that is not answered. `voor_griffie`: what the griffie reads instead, since it cannot ask
    itself; `nood`: somebody may be in danger, and that goes before all else; `praat`: it is what people say without
    asking anything, and makes no answer less sure; `herken`: patterns that point at this card without a search."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    titel: Filled
    antwoord: Filled
    voor_griffie: Filled | None = None
    nood: bool = False
    praat: bool = False
    herken: tuple[re.Pattern[str], ...] = ()
    vragen: tuple[Filled, ...]
    zoekwoorden: tuple[str, ...] = ()

    def document(self) -> Document:
        """The card as something that can be found."""
        return Document(self.id, self.titel, self.antwoord, " ".join(self.zoekwoorden), self.vragen)

    def recognises(self, text: str) -> bool:
        """Whether one of its patterns is in a text that `bare` made."""
        return any(pattern.search(text) for pattern in self.herken)


def bare(text: str) -> str:
    """A text as the patterns of cards expect it: tidy, in lower case, without accents."""
    return plain(tidy(text[:_LONGEST]))


def load(file: Path) -> tuple[Card, ...]:
    """The cards of a file. Raises ArticleError with what is wrong."""
    try:
        read: Any = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return tuple(Card.model_validate(one) for one in read)
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise ArticleError(f"{file.name}: {error}") from error
