"""Who is who: municipalities, people, what they are in which municipality, and how they are reached."""

from datetime import date, datetime

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.roles import Role
from storage.tables.columns import moment, optional_moment, stored


class Municipality(SQLModel, table=True):
    """One gemeente. `code` is the CBS code (“GM0344”), which the TOOI register uses in lower case.

    `leads`: minutes before a meeting at which members are reminded unless they choose otherwise;
    `budget_cents`: the training budget a raadslid gets each calendar year.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=6)
    name: str
    zone: str = "Europe/Amsterdam"
    contact: str = ""
    leads: list[int] = Field(sa_type=JSON, default_factory=lambda: [7 * 24 * 60, 24 * 60, 120])
    budget_cents: int = 0


class Person(SQLModel, table=True):
    """A human being, in however many municipalities. `leads` is their own choice of reminders, if any."""

    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime = moment()
    leads: list[int] | None = Field(sa_type=JSON, default=None)


class Member(SQLModel, table=True):
    """A person as one municipality knows them. Another municipality has its own row, and cannot see this."""

    __table_args__ = (
        UniqueConstraint("municipality_id", "person_id"),
        UniqueConstraint("municipality_id", "email"),
    )

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str
    email: str | None = None


class Fractie(SQLModel, table=True):
    """A political group in the council."""

    __table_args__ = (UniqueConstraint("municipality_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    name: str


class Gremium(SQLModel, table=True):
    """A body that meets: the council itself or one of its committees."""

    __table_args__ = (UniqueConstraint("municipality_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    name: str


class Mandate(SQLModel, table=True):
    """A role somebody has from `begins` up to and including `ends` (local dates; no end: until further notice)."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    role: Role = Field(sa_type=stored(Role))
    fractie_id: int | None = Field(default=None, foreign_key="fractie.id")
    begins: date
    ends: date | None = None


class Seat(SQLModel, table=True):
    """A member's place in a gremium, from `begins` up to and including `ends`."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    gremium_id: int = Field(foreign_key="gremium.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    begins: date
    ends: date | None = None


class Chat(SQLModel, table=True):
    """A place where a person is reached. `municipality_id` is the one the conversation is about now.

    `preferred`: the person chose to get here what is sent by itself (reminders, notices); one of theirs at most.
    `own`: who that person is to the platform, where others can take their place in a chat; None until it is known.
    """

    __table_args__ = (UniqueConstraint("platform", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    address: str
    person_id: int = Field(foreign_key="person.id", index=True)
    municipality_id: int = Field(foreign_key="municipality.id")
    linked_at: datetime = moment()
    unreachable_at: datetime | None = optional_moment()
    unreachable_why: str | None = None
    preferred: bool = False
    own: str | None = None


class Invitation(SQLModel, table=True):
    """A single-use code that links a chat to a member. Only its hash is kept."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    code_hash: str = Field(unique=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = optional_moment()


class WrongCode(SQLModel, table=True):
    """A code that did not exist, kept for as long as it counts against the chat that tried it."""

    __table_args__ = (Index("ix_wrongcode_chat", "platform", "address", "tried_at"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    address: str
    tried_at: datetime = moment()
