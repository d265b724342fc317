"""How the program is doing, for who watches it: no names, no addresses, nothing that anybody wrote."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

import structlog
from sqlalchemy import text
from sqlmodel import Session

from bot.app import App
from bot.database import Database
from bot.logs import where
from bot.platform import Platform, Reporting
from storage import claiming

log = structlog.get_logger()

_ANSWERS = 10.0  # seconds that the database gets
_TICKS = 30.0  # seconds within which the clock must have done its work; it tries every second
_SILENT = 180.0  # seconds without a sign of life of a platform; each is asked for one every minute at least
_OVERDUE = timedelta(minutes=30)  # a notice to the largest audience takes half of that
_AT_MOST_EVERY = 1.0  # second: who asks more often hears the same again


class State(StrEnum):
    """How it is. Only with the last the program does not do its work."""

    GOOD = "goed"
    PARTLY = "deels"
    WRONG = "fout"


@dataclass
class Health:
    """What was found: facts for a machine, and sentences about what is wrong, and what is wrong in part only."""

    told: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)

    @property
    def state(self) -> State:
        """The worst of it."""
        return State.WRONG if self.wrong else State.PARTLY if self.partly else State.GOOD

    def as_json(self) -> dict[str, Any]:
        """All of it, the verdict first."""
        return {"toestand": self.state.value, "problemen": [*self.wrong, *self.partly], **self.told}


class Watch:
    """Looks how this process is: it answers as `app`, or stands by on `database`."""

    def __init__(self, platforms: Sequence[Platform], now: Callable[[], datetime]) -> None:
        self.app: App | None = None
        self.database: Database | None = None
        self._platforms = platforms
        self._now = now
        self._began_at = _time()
        self._looked_at = -_AT_MOST_EVERY
        self._looking: asyncio.Task[Health] | None = None

    async def look(self) -> Health:
        """How it is now. Of many who ask at a time one goes to the database."""
        if self._looking is None or (self._looking.done() and _time() - self._looked_at > _AT_MOST_EVERY):
            self._looked_at = _time()
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Health:
        found, app = Health(), self.app
        found.told["rol"] = "antwoordt" if app else "staat klaar"
        oldest = await self._written(found)
        if app is None:
            return found
        self._clock(found, app)
        failing = [platform.name for platform in self._platforms if not self._works(found, app, platform)]
        if len(failing) == len(self._platforms):
            found.wrong.append("Geen enkel platform werkt.")
        waits = self._now() - oldest if oldest else timedelta()
        found.told["oudste_onverzonden"] = round(waits.total_seconds(), 1)
        if waits > _OVERDUE and not failing:
            found.wrong.append("Er staan al een half uur berichten klaar die niet weggaan.")
        return found

    async def _written(self, found: Health) -> datetime | None:
        """Writes to the database, and reads since when its longest waiting message waits."""
        database = self.app.database if self.app else self.database
        oldest, works = None, False
        if database is not None:
            try:
                oldest = await asyncio.wait_for(database.run(partial(_write, now=self._now())), _ANSWERS)
                works = True
            except Exception as error:
                log.warning("the database took nothing", error=type(error).__name__, at=where(error))
        found.told["database"] = {"schrijfbaar": works}
        if not works:
            found.wrong.append("De database neemt niets aan.")
        return oldest

    def _clock(self, found: Health, app: App) -> None:
        silent = _time() - (self._began_at if app.ticked_at is None else app.ticked_at)
        found.told["klok"] = {"seconden_geleden": round(silent, 1)}
        if silent > _TICKS:
            found.wrong.append("De klok staat stil. Er gaan geen herinneringen uit.")

    def _works(self, found: Health, app: App, platform: Platform) -> bool:
        facts: dict[str, Any] = {}
        silent, error = 0.0, app.conditions.errors.get(platform.name)
        if isinstance(platform, Reporting):
            report = platform.report()
            silent = _time() - (self._began_at if report.contact is None else report.contact)
            facts = {"contact_seconden_geleden": report.contact and round(silent, 1), **report.facts}
            if report.problem:
                found.partly.append(report.problem)
        works = error is None and silent < _SILENT
        if not works:
            found.partly.append(f"{platform.name.capitalize()} werkt niet: {error or 'geen antwoord'}.")
        found.told.setdefault("platforms", {})[platform.name] = {"werkt": works, **facts}
        return works


def _write(session: Session, now: datetime) -> datetime | None:
    # What is there already, so nothing changes; but a disk that is full, or may not be written, does not take it.
    session.execute(text("UPDATE alembic_version SET version_num = version_num"))
    return claiming.oldest(session, now)


def _time() -> float:
    return asyncio.get_running_loop().time()
