"""Reading a day: “morgen”, “volgende week dinsdag”, “dinsdag 8 december”, “8-12-2026”.

An own small grammar, because the library for this (dateparser) guesses: it ignores a weekday that does not
fit the date, turns 12-13-2026 around, makes a day of “mei”, and does not know “aanstaande dinsdag”.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.dutch import DUTCH, date_text, day_text, either, full_day_text, local
from domain.messages import Choice, Refusal
from domain.typed import NUMBER, number, simple

YEARS_AHEAD = 2  # further ahead is more likely a slip than a plan
_CLEAR = timedelta(days=90)  # so near, a date without a year is not meant for another year
_FIRST_YEAR = 1900

_MONTH_NAMES = DUTCH.months["format"]["wide"]
_WEEKDAY_NAMES = DUTCH.days["format"]["wide"]  # 0 is Monday, as for date.weekday()
_MONTHS = {word: index for index, name in _MONTH_NAMES.items() for word in (name, name[:3])}
_MONTHS |= {"mrt": 3, "sept": 9}
_WEEKDAYS = {word: i for i, name in _WEEKDAY_NAMES.items() for word in (name, name[:2], name[:3])}
_WEEKDAYS |= {"dond": 3, "vrij": 4}


def _any_of(words: Sequence[str] | dict[str, int]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_M, _W = _any_of(_MONTHS), _any_of(_WEEKDAYS)
_NEAREST = {"vandaag": 0, "morgen": 1, "overmorgen": 2, "gisteren": -1, "eergisteren": -2}
_AWAY = re.compile(
    rf"(?:over (?P<ahead>{NUMBER})|(?P<ago>{NUMBER})) (?P<unit>dag|dagen|week|weken|maand|maanden|jaar|jaren)"
    r"(?P<geleden> geleden)?"
)
_COMING = "aanstaande|aankomende|komende|eerstvolgende|a\\.?s"
_ON_WEEKDAY = re.compile(
    rf"(?:(?P<before>{_COMING}|afgelopen|(?:volgende|vorige|deze)(?: week)?) )?(?:op )?(?P<weekday>{_W})"
    rf"(?: (?P<after>{_COMING}|(?:volgende|vorige|deze) week))?"
)
_WEEKS_ON = re.compile(
    rf"(?:op )?(?P<weekday>{_W}|vandaag|morgen|overmorgen) over (?P<weeks>{NUMBER}) we(?:ek|ken)"
    rf"|over (?P<weeks_to>{NUMBER}) we(?:ek|ken) (?:op )?(?P<weekday_then>{_W})"
)
_DATES = (
    re.compile(
        rf"(?:(?P<weekday>{_W}) )?(?:de )?(?P<day>[0-9]{{1,2}})(?: ?(?:e|de|ste))?\.?[ -]?(?P<month>{_M})"
        rf"(?:[ -]'?(?P<year>[0-9]{{4}}|[0-9]{{2}}))?(?: (?:{_COMING}))?"
    ),
    re.compile(
        rf"(?:(?P<weekday>{_W}) )?(?P<day>[0-9]{{1,2}})(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})"
        r"(?:(?P=sign)(?P<year>[0-9]{4}|[0-9]{2}))?"
    ),
    re.compile(
        rf"(?:(?P<weekday>{_W}) )?(?P<year>[0-9]{{4}})(?P<sign>[-/])(?P<month>[0-9]{{1,2}})(?P=sign)"
        r"(?P<day>[0-9]{1,2})"
    ),
)
_IN_FULL = re.compile(rf"(?:{_W},? )?(?P<day>[0-9]{{1,2}})[ -](?P<month>{_M})\.?[ -](?P<year>[0-9]{{4}})")
_VAGUE = re.compile(
    rf"(?:(?:ergens|rond|in|begin|eind|einde|half|medio|midden|van|het|de) )*"
    rf"(?:{_M}(?: [0-9]{{4}})?|(?:de|het|deze|dit|volgende|volgend|komende|komend) "
    r"(?:week|weekend|maand|jaar|voorjaar|zomer|najaar|herfst|winter)|binnenkort)"
)


class Part(StrEnum):
    """A part of the day, by which “half acht” is told from “half acht”."""

    MORNING = "ochtend"
    AFTERNOON = "middag"
    EVENING = "avond"
    NIGHT = "nacht"


_PARTS = {"morgen": Part.MORNING} | {part.value: part for part in Part}
_PART_APART = re.compile(
    r"(?:(?<![a-z0-9'])(?:'s ?|s ?|in de )(ochtend|morgen|middag|avond|nacht)s?|(?<= )(ochtend|middag|avond))"
    r"(?![a-z0-9])"
)
_PART_ATTACHED = re.compile(
    rf"(?<![a-z0-9])(van|overmorgen|morgen|gister(?:en)?|{_W})(ochtend|morgen|middag|avond)(?![a-z0-9])"
)


def day(said: str, *, at: datetime, zone: ZoneInfo, past: bool = False) -> date:
    """The day that somebody means who says this at `at` (aware), living in `zone`.

    Without a year it is the next such day; where `past` days are allowed, the one within three months. A bare
    weekday is the coming one, and a question when that is today. Raises Refusal for what is not a day, is not
    clear, does not exist, lies more than two years ahead, or is over while `past` is not allowed.
    """
    words, _ = part_of_day(simple(said))
    found = read_day(words, today=local(at, zone).date(), past=past)
    if found is None:
        raise Refusal("Ik begrijp niet welke dag u bedoelt. Schrijf bijvoorbeeld: 8 december, of: morgen.")
    return found


def part_of_day(words: str) -> tuple[str, Part | None]:
    """Takes “'s avonds” or the evening of “dinsdagavond” out of simple words.

    Two different parts stay where they are: then nothing understands the words, which is right.
    """
    attached = _PART_ATTACHED.sub(lambda m: f"{'vandaag' if m[1] == 'van' else m[1]} 's {m[2]}", words)
    said = {_PARTS[one or other] for one, other in _PART_APART.findall(attached)}
    if len(said) != 1:
        return words, None
    return " ".join(_PART_APART.sub(" ", attached).split()), said.pop()


def read_day(words: str, *, today: date, past: bool) -> date | None:
    """The day in simple words; None when they do not have the form of a day. Raises Refusal as `day` does."""
    words = re.sub(r"(?<=[a-z])\.(?= |$)", "", words.replace(",", " "))
    words = re.sub(r"(?<=[0-9]) ?([-/]) ?(?=[0-9])", r"\1", " ".join(words.split())).removeprefix("op ")
    if _VAGUE.fullmatch(words):
        raise Refusal("Een periode is niet genoeg. Noem een precieze dag, bijvoorbeeld: 8 december.")
    if re.fullmatch(r"(?:de )?[0-9]{1,2} ?(?:e|de|ste)?", words):
        raise Refusal("Noem ook de maand, bijvoorbeeld: 8 december.")
    found = _relative(words, today) or _weeks_on(words, today)
    if found is None and (match := _ON_WEEKDAY.fullmatch(words)):
        found = _on_weekday(match, today, past)
    if found is None and (match := next(filter(None, (form.fullmatch(words) for form in _DATES)), None)):
        found = _on_date(match, today, past)
    return None if found is None else _allowed(found, today, past)


def _relative(words: str, today: date) -> date | None:
    if words in _NEAREST:
        return today + timedelta(days=_NEAREST[words])
    match = _AWAY.fullmatch(words)
    if not match or bool(match["ago"]) != bool(match["geleden"]):
        return None
    amount = number(match["ahead"] or match["ago"]) * (-1 if match["ago"] else 1)
    if match["unit"] in ("dag", "dagen", "week", "weken"):
        return today + timedelta(days=amount * (7 if match["unit"].startswith("we") else 1))
    return _months_on(today, amount * (12 if match["unit"].startswith("jaar") else 1))


def _weeks_on(words: str, today: date) -> date | None:
    match = _WEEKS_ON.fullmatch(words)
    if not match:
        return None
    weeks = timedelta(weeks=number(match["weeks"] or match["weeks_to"]))
    name = match["weekday"] or match["weekday_then"]
    if name in _NEAREST:
        return today + timedelta(days=_NEAREST[name]) + weeks
    this_week = today + timedelta(days=_WEEKDAYS[name] - today.weekday())
    if match["weekday_then"] or this_week > today:
        return this_week + weeks
    # Of a day that this week has had already, some count from the next one and some from this week.
    return _which(this_week + weeks, this_week + weeks + timedelta(weeks=1), today=today)


def _months_on(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _on_weekday(said: re.Match[str], today: date, past: bool) -> date | None:
    if said["before"] and said["after"]:
        return None
    weekday = _WEEKDAYS[said["weekday"]]
    first = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)  # after today
    this_week = today + timedelta(days=weekday - today.weekday())
    week = timedelta(weeks=1)
    match said["before"] or said["after"] or "":
        case "volgende week":
            return this_week + week
        case "deze" | "deze week":
            return this_week
        case "vorige week":
            return this_week - week
        case "vorige" | "afgelopen":
            return first - week if first - week < today else first - 2 * week
        case "volgende":  # for some the first one to come, for others the one in next week
            return first if first == this_week + week else _which(first, this_week + week, today=today)
        case "" if past:
            return _which(first - week, first, today=today)
        case "" if first - week == today:
            return _which(today, first, today=today)
    return first


def in_full(written: str) -> tuple[int, int, int] | None:
    """The year, month and day in “30 maart 2026”, whether or not there is such a day; None for anything else."""
    match = _IN_FULL.fullmatch(simple(written))
    return (int(match["year"]), _MONTHS[match["month"]], int(match["day"])) if match else None


def _on_date(match: re.Match[str], today: date, past: bool) -> date:
    day, month = int(match["day"]), _MONTHS.get(match["month"]) or int(match["month"])
    if not 1 <= month <= 12:
        raise Refusal("Er zijn 12 maanden. Schrijf eerst de dag en dan de maand, bijvoorbeeld: 31-12.")
    wanted = _WEEKDAYS[match["weekday"]] if match["weekday"] else None
    if match["year"]:
        year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
        if year < _FIRST_YEAR:
            raise Refusal("Dat is te lang geleden. Klopt het jaar?")
        return _fits(_allowed(_existing(year, month, day), today, past), wanted, today)
    # Leap days are up to eight years apart.
    years = range(today.year - 8, today.year + 9)
    every = [date(year, month, day) for year in years if 1 <= day <= monthrange(year, month)[1]]
    before = max((one for one in every if one <= today), default=None)
    after = min((one for one in every if one >= today), default=None)
    if before is None or after is None:
        length = monthrange(2000, month)[1]  # a leap year
        raise Refusal(f"Die dag bestaat niet: {_MONTH_NAMES[month]} heeft {length} dagen. Noem een andere.")
    if not past:
        if after - today > timedelta(days=366):
            raise Refusal(f"De eerstvolgende 29 februari is pas in {after.year}. Noem ook het jaar.")
        return _fits(after, wanted, today)
    possible = [one for one in sorted({before, after}) if one <= _months_on(today, 12 * YEARS_AHEAD)]
    meant = [one for one in possible if one.weekday() == wanted or wanted is None]
    near = meant if len(meant) == 1 else [one for one in meant if abs(one - today) <= _CLEAR]
    if len(near) == 1:
        return near[0]
    return _which(*meant, today=today) if meant else _fits(possible[-1], wanted, today)


def _existing(year: int, month: int, day: int) -> date:
    length = monthrange(year, month)[1]
    if 1 <= day <= length:
        return date(year, month, day)
    raise Refusal(f"Die dag bestaat niet: {_MONTH_NAMES[month]} {year} heeft {length} dagen. Noem een andere.")


def _fits(found: date, weekday: int | None, today: date) -> date:
    if weekday in (None, found.weekday()):
        return found
    is_, said = _WEEKDAY_NAMES[found.weekday()], _WEEKDAY_NAMES[weekday]
    raise Refusal(f"{date_text(found)} is een {is_}, geen {said}. Welke dag bedoelt u?", *_choices(found, today=today))


def _which(*days: date, today: date) -> date:
    other_years = len({one.year for one in days}) > 1
    texts = [full_day_text(one) if other_years else day_text(one, today=today) for one in days]
    raise Refusal(f"Bedoelt u {either(texts)}?", *_choices(*days, today=today))


def _choices(*days: date, today: date) -> list[Choice]:
    return [Choice(day_text(one, today=today), full_day_text(one)) for one in days]


def _allowed(found: date, today: date, past: bool) -> date:
    if found < today and not past:
        raise Refusal("Die dag is al voorbij. Noem een dag vanaf vandaag, bijvoorbeeld: morgen.")
    if found.year < _FIRST_YEAR:
        raise Refusal("Dat is te lang geleden. Klopt het jaar?")
    if found > _months_on(today, 12 * YEARS_AHEAD):
        raise Refusal(f"Dat is meer dan {YEARS_AHEAD} jaar vooruit. Noem een dag die eerder is.")
    return found
