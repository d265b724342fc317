"""Days, times, money and lists as Dutch readers expect them, from Babel's tables.

Importing Babel takes about 0.09 s of processor time in a process that has the database loaded.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

DUTCH = Locale.parse("nl")
_NEAR = timedelta(days=183)  # half a year: nearer than this, a day without its year is not misunderstood
_MOST_NAMED = 15  # people in one sentence

# From so many minutes, rounded to so many: to days from nearly a day, to hours from nearly two hours.
_ROUNDED = ((24 * 60 - 30, 24 * 60), (115, 60), (10, 5))


def day_text(day: date, *, today: date | None = None) -> str:
    """“dinsdag 8 december”. The year is added when `today` is given, lies in another year, and is more than
    half a year away.
    """
    with_year = today is not None and day.year != today.year and abs(day - today) > _NEAR
    return full_day_text(day) if with_year else format_date(day, "EEEE d MMMM", locale=DUTCH)


def full_day_text(day: date) -> str:
    """“dinsdag 8 december 2026”, which means the same at any time."""
    return format_date(day, "EEEE d MMMM y", locale=DUTCH)


def date_text(day: date) -> str:
    """“8 december 2026”, for a day that is a fact and not an appointment."""
    return format_date(day, "d MMMM y", locale=DUTCH)


def month_text(day: date) -> str:
    """“november 2026”."""
    return date_text(day).partition(" ")[2]


def moment_text(moment: datetime, zone: ZoneInfo, *, today: date | None = None) -> str:
    """“dinsdag 8 december, 19.30 uur” in `zone`; `today` decides on the year, as in `day_text`.

    Raises ValueError for a naive moment.
    """
    there = local(moment, zone)
    return f"{day_text(there.date(), today=today)}, {there.hour}.{there.minute:02} uur"


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same moment on the clocks of `zone`. Raises ValueError when `moment` is naive."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    # By way of UTC: Python returns a time that is already in `zone` as it is, even one that does not exist.
    return moment.astimezone(UTC).astimezone(zone)


def money(cents: int) -> str:
    """“€ 1.250,00”, “€ -12,50”; with an ordinary space, so that it can be searched and typed over."""
    return format_currency(Decimal(cents) / 100, "EUR", locale=DUTCH).replace("\N{NO-BREAK SPACE}", " ")


def duration_text(length: timedelta) -> str:
    """“2 uur”, “1 dag”, “2 weken”, “een half uur”, “1 uur en 30 minuten”: at most two units, rounded
    down. Weeks only when there is nothing beside them: “10 dagen”. Raises ValueError for less than nothing.
    """
    if length < timedelta(0):
        raise ValueError("a duration cannot be negative")
    weeks, beside = divmod(length, timedelta(weeks=1))
    if weeks and not beside:
        return plural(weeks, "week", "weken")
    minutes = length // timedelta(minutes=1)
    if minutes == 30:
        return "een half uur"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [
        plural(days, "dag", "dagen") if days else "",
        plural(hours, "uur", "uur") if hours else "",
        plural(minutes, "minuut", "minuten") if minutes and not days else "",
    ]
    return listing([part for part in parts if part]) or "minder dan een minuut"


def lead_words(minutes: int) -> str:
    """How long before a meeting a reminder comes: “een week”, “3 dagen”, “2 uur”, “een half uur”."""
    text = duration_text(timedelta(minutes=minutes))
    # “1 week van tevoren” is how a machine says it; “1 uur en 30 minuten” keeps its figures.
    return "een" + text[1:] if text.startswith("1 ") and " en " not in text else text


def lead_text(ahead: timedelta) -> str:
    """How far off something is, for a reminder: “over 2 uur”, “over een dag”, “over een week”.

    Rounded as people do, so that a reminder which is sent half a minute late still says “een dag”. “nu” when
    it is within half a minute, or has begun.
    """
    minutes = round(ahead / timedelta(minutes=1))
    if minutes < 1:
        return "nu"
    size = next((size for least, size in _ROUNDED if minutes >= least), 1)
    return f"over {lead_words(round(minutes / size) * size)}"


def listing(items: Sequence[str]) -> str:
    """“a, b en c”; empty for no items."""
    return format_list(items, style="standard", locale=DUTCH)


def some(items: Sequence[str]) -> str:
    """“a, b en nog 3 anderen”: a list of people that is not endless; empty for no items."""
    rest = len(items) - _MOST_NAMED
    return listing([*items[:_MOST_NAMED], f"nog {plural(rest, 'ander', 'anderen')}"] if rest > 0 else items)


def either(items: Sequence[str]) -> str:
    """“a, b of c”; empty for no items."""
    return format_list(items, style="or", locale=DUTCH)


def plural(number: int, one: str, many: str) -> str:
    """The number with its word: “1 vraag”, “3 vragen”, “1.250 vragen”."""
    return f"{format_decimal(number, locale=DUTCH)} {one if abs(number) == 1 else many}"


def shortened(text: str, most: int) -> str:
    """The beginning of a text on one line, of `most` characters: what a button can hold."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
