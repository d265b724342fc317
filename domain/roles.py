"""Who somebody is in a municipality, and what that lets them do. Rights are decided here and nowhere else."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


def holds(begins: date, ends: date | None, day: date) -> bool:
    """Whether a period from `begins` up to and including `ends` (None: until further notice) has this day in it."""
    return begins <= day and (ends is None or day <= ends)


def allows(roles: frozenset["Role"], held: frozenset["Role"]) -> bool:
    """Whether what these roles may do is allowed to somebody who holds those. Nothing else decides on that."""
    return not roles.isdisjoint(held)


class Role(StrEnum):
    """A mandate's kind. Article 33 of the Gemeentewet gives rights to raadsleden; the rest is local."""

    RAADSLID = "raadslid"
    COMMISSIELID = "commissielid"
    FRACTIEVOORZITTER = "fractievoorzitter"
    GRIFFIER = "griffier"
    GRIFFIEMEDEWERKER = "griffiemedewerker"
    BEHEERDER = "beheerder"


COUNCIL = frozenset({Role.RAADSLID, Role.COMMISSIELID, Role.FRACTIEVOORZITTER})
GRIFFIE = frozenset({Role.GRIFFIER, Role.GRIFFIEMEDEWERKER})
EVERYONE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Municipality:
    """What a conversation needs to know of the municipality it is about.

    `leads` are minutes before a meeting at which people are reminded unless they chose otherwise;
    `contact` is how to reach the griffie outside the bot.
    """

    id: int
    code: str
    name: str
    zone: ZoneInfo
    contact: str
    leads: tuple[int, ...]

    def date_at(self, moment: datetime) -> date:
        """The date there at a moment."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with at least one mandate of today, in one municipality.

    `elsewhere` is true for a person who also has a mandate in another municipality; messages then say
    which municipality they are about. `closed`: why the municipality does not use the platform on which they
    talk now, if it does not.
    """

    id: int
    person_id: int
    name: str
    municipality: Municipality
    roles: frozenset[Role]
    elsewhere: bool = False
    closed: str | None = None

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of this member's mandates is among those that `roles` allows."""
        return allows(roles, self.roles)

    @property
    def griffie(self) -> bool:
        return self.may(GRIFFIE)
