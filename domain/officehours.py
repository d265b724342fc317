"""When a griffie works: its days and hours, the national holidays and its reces.

Who waits for the griffie waits in office time: what was asked on Friday at 16.30 has waited one hour on Monday at
9.30, when the griffie works from nine to five.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from domain.dutch import DUTCH, day_text, local

_AHEAD = 800  # days in which an open one is looked for; nobody enters a closed period further ahead
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when a griffie works on a day, on the clocks there."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Closed:
    """A period in which a griffie does not work (reces): its first and last day, and what it is called."""

    first: date
    last: date
    name: str


@dataclass(frozen=True, slots=True)
class Hours:
    """When a griffie works. `week` has a span for each weekday from Monday, None where it does not work."""

    zone: ZoneInfo
    week: tuple[Span | None, ...]
    closed: tuple[Closed, ...] = ()

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """From when until when (UTC) it works on a day; None when it does not."""
        span = self.week[day.weekday()]
        if span is None or self.why_closed(day):
            return None
        opens, closes = (datetime.combine(day, at, self.zone).astimezone(UTC) for at in (span.opens, span.closes))
        return opens, closes

    def why_closed(self, day: date) -> str:
        """The holiday or the closed period that a day belongs to; empty for any other day."""
        own = next((period.name for period in self.closed if period.first <= day <= period.last), "")
        return own or _holidays(day.year).get(day, "")

    def opening(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which it works: `moment` itself when it works then."""
        return max(moment, next(self._open_from(moment))[0])

    def next_day(self, moment: datetime) -> datetime:
        """When it begins to work on the first working day after the day of `moment`."""
        tomorrow = datetime.combine(local(moment, self.zone).date() + _DAY, time(), self.zone)
        return self.opening(tomorrow.astimezone(UTC))

    def after(self, moment: datetime, length: timedelta) -> datetime:
        """When somebody who waits since `moment` has waited `length` of office time."""
        for opens, closes in self._open_from(moment):
            begins = max(opens, moment)
            if begins + length <= closes:
                return begins + length
            length -= closes - begins
        raise AssertionError("working days have no end")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much office time lies between two moments."""
        waited = timedelta()
        for opens, closes in self._open_from(start):
            if opens >= end:
                break
            waited += min(closes, end) - max(opens, start)
        return waited

    def _open_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working days that have not ended at `moment`. Where none is found every day counts, so that nothing
        waits for ever because of a mistake in the settings."""
        day, found = local(moment, self.zone).date(), False
        while True:
            for _ in range(_AHEAD):
                if (open_then := self.on(day)) and open_then[1] > moment:
                    found = True
                    yield open_then
                day += _DAY
            if not found:
                midnight = datetime.combine(day, time(), self.zone).astimezone(UTC)
                yield midnight, midnight + _DAY


def reads(hours: Hours, now: datetime) -> str:
    """When what is asked now is read: “morgen”, “maandag”, “maandag 4 januari”; empty when it can be at once."""
    begins, today = hours.opening(now), local(now, hours.zone).date()
    if begins <= now:
        return ""
    day = local(begins, hours.zone).date()
    if day == today:
        return f"vandaag, vanaf {clock(local(begins, hours.zone).time())} uur"
    if day == today + _DAY:
        return "morgen"
    near = day - today < timedelta(days=7)
    return format_date(day, "EEEE", locale=DUTCH) if near else day_text(day, today=today)


def clock(at: time) -> str:
    """“9.00”."""
    return f"{at.hour}.{at.minute:02}"


@cache
def _holidays(year: int) -> Mapping[date, str]:
    from holidays import country_holidays  # with the calendars of the whole world, a tenth of the time to start

    # The days of article 3 of the Algemene termijnenwet. The library calls 5 May optional outside a lustrum year,
    # because many collective agreements do; the law names it each year.
    return dict(country_holidays("NL", years=year, categories=("public", "optional"), language="nl"))
