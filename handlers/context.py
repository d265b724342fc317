"""What a handler is given besides the message."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from domain.roles import Member
from search.lexical import Index


@dataclass(frozen=True, slots=True)
class Context:
    """An open transaction, who is talking, when it is now (UTC), and the knowledge base."""

    session: Session
    member: Member
    now: datetime
    library: Index

    @property
    def today(self) -> date:
        """The date where the member's municipality is."""
        return self.now.astimezone(self.member.municipality.zone).date()


@dataclass(frozen=True, slots=True)
class Search:
    """What a handler answers when it needs the search: dispatch asks it, and comes back with what it found."""

    text: str
