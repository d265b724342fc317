"""Who is what, from when until when, and the steps in which that changes. Each step says what it does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from domain.roles import Role


@dataclass(frozen=True, slots=True)
class Mandate:
    """A role from `begins` up to and including `ends`. `id` is None for one that is still to be made.

    One that ends before it begins never held.
    """

    id: int | None
    role: Role
    fractie: str | None
    begins: date
    ends: date | None = None

    @property
    def what(self) -> str:
        return f"{self.role} voor {self.fractie}" if self.fractie else self.role.value


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a gremium from `begins` up to and including `ends`. `id` is None for one still to be made."""

    id: int | None
    gremium: str
    begins: date
    ends: date | None = None

    @property
    def what(self) -> str:
        return f"lid van {self.gremium}"


@dataclass(frozen=True, slots=True)
class Registered:
    """A person as the municipality knows them already. `id` is that of the member."""

    id: int
    name: str
    email: str | None
    mandates: tuple[Mandate, ...] = ()
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, slots=True)
class Renamed:
    """The name becomes another."""

    name: str
    was: str

    def __str__(self) -> str:
        return f"naam was {self.was}"


@dataclass(frozen=True, slots=True)
class Readdressed:
    """The e-mail address becomes another."""

    email: str
    was: str | None

    def __str__(self) -> str:
        return f"e-mailadres wordt {self.email}" + (f" (was {self.was})" if self.was else "")


@dataclass(frozen=True, slots=True)
class Started:
    """A mandate or a seat is made."""

    made: Mandate | Seat

    def __str__(self) -> str:
        until = f" tot en met {_written(self.made.ends)}" if self.made.ends else ""
        return f"{self.made.what} vanaf {_written(self.made.begins)}{until}"


@dataclass(frozen=True, slots=True)
class Altered:
    """A mandate or a seat gets other dates, or a mandate another fractie."""

    was: Mandate | Seat
    becomes: Mandate | Seat

    def __str__(self) -> str:
        was, now = self.was, self.becomes
        said = []
        if was.what != now.what:
            said.append(f"wordt {now.what}")
        if was.begins != now.begins:
            said.append(f"begint {_written(now.begins)} (was {_written(was.begins)})")
        if was.ends != now.ends:
            before = f" (was {_written(was.ends)})" if was.ends else ""
            said.append(f"tot en met {_written(now.ends)}{before}" if now.ends else f"einddatum vervalt{before}")
        return f"{was.what}: {', '.join(said)}"


Step = Renamed | Readdressed | Started | Altered
P = TypeVar("P", Mandate, Seat)


def _written(day: date) -> str:
    return f"{day:%d-%m}-{day.year}"


def live(periods: Iterable[P], today: date) -> list[P]:
    """Those that hold today or will, in the order in which they begin."""
    coming = [one for one in periods if one.ends is None or (one.ends >= today and one.ends >= one.begins)]
    return sorted(coming, key=lambda one: one.begins)
