"""What a handler is given besides the message."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from domain.roles import Member
from search.articles import Article
from search.library import Library


@dataclass(frozen=True, slots=True)
class Context:
    """An open transaction, who is talking, when it is now (UTC), and the knowledge base."""

    session: Session
    member: Member
    now: datetime
    library: Library

    @property
    def today(self) -> date:
        """The date where the member's municipality is."""
        return self.member.municipality.date_at(self.now)


@dataclass(frozen=True, slots=True)
class Search:
    """What a handler answers when it needs the search: dispatch asks it, and comes back with what it found."""

    text: str
    place: int  # the municipality, whose own articles count
    about: str | None = None  # the article that this person was told about just before
    own: tuple[Article, ...] = ()  # what the municipality itself added to the knowledge base
