"""Reading and writing opening times as people do: “maandag t/m donderdag”, “9.00 tot 17.00 uur”."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from domain.dutch import DUTCH, listing
from domain.messages import Refusal
from domain.officehours import Span, clock
from domain.typed import simple

_NAMES = [DUTCH.days["format"]["wide"][day] for day in range(7)]  # from Monday
_DAYS = {word: day for day, name in enumerate(_NAMES) for word in (name, f"{name}en", name[:2], name[:3])}
_DAY = rf"(?:{'|'.join(sorted(_DAYS, key=len, reverse=True))})\.?"
_RANGE = re.compile(rf"({_DAY}) ?(?:tot en met|t/m|tm|tot|-) ?({_DAY})")
_ALL = {
    "werkdagen": range(5),
    "alle werkdagen": range(5),
    "elke werkdag": range(5),
    "elke dag": range(7),
    "alle dagen": range(7),
    "weekend": range(5, 7),
    "het weekend": range(5, 7),
}
_TIME = r"([0-9]{1,2})(?:[.:]([0-9]{2}))? ?(?:uur|u)?"
_SPAN = re.compile(rf"(?:van )?{_TIME} ?(?:tot en met|t/m|tot|-) ?{_TIME}")
_CLOSED = r"gesloten|dicht"
# Days with what holds for them behind it: a figure, or that word, ends the days.
_OPENING = re.compile(rf"([^0-9]*?)[ :]*({_SPAN.pattern}|{_CLOSED})")
_BETWEEN = " ,;.\n&+"
_SHORTEST = timedelta(minutes=30)


def weekdays(said: str) -> list[int]:
    """The days of the week that are meant, from 0 for Monday, in order. Raises Refusal."""
    words = simple(said).rstrip(".!")
    if words in _ALL:
        return list(_ALL[words])
    found: set[int] = set()
    for part in re.split(r" ?(?:,|;|\ben\b(?! met)|\+|&) ?", words):
        match = _RANGE.fullmatch(part.strip())
        if match:
            first, last = (_DAYS[day.rstrip(".")] for day in match.groups())
            found |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
        elif part.strip().rstrip(".") in _DAYS:
            found.add(_DAYS[part.strip().rstrip(".")])
        else:
            raise Refusal("Ik begrijp niet welke dagen u bedoelt. Schrijf bijvoorbeeld: maandag tot en met donderdag.")
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Opening:
    """Days of the week, from 0 for Monday, and when it is open then: None is closed. With `told` false the times
    were not said yet."""

    days: list[int]
    times: Span | None = None
    told: bool = True


def openings(said: str) -> list[Opening]:
    """“maandag t/m donderdag”, or with the times in one go: “ma t/m do 9-17, vr 9-12, wo gesloten”. Of a day that is
    named twice the last holds. Raises Refusal."""
    words = simple(said).strip(_BETWEEN + "!")
    found: list[Opening] = []
    at = 0
    while match := _OPENING.match(words, at):
        days = weekdays(re.sub(r"^(?:(?:en|maar|op) )+", "", match[1].strip(_BETWEEN)).removesuffix(" van"))
        found.append(Opening(days, None if re.fullmatch(_CLOSED, match[2]) else span(match[2])))
        at = match.end()
    if found and words[at:].strip(_BETWEEN):
        raise Refusal("Ik begrijp dit niet helemaal. Schrijf bijvoorbeeld: ma t/m do 9-17, vr 9-12.")
    return found or [Opening(weekdays(words), told=False)]


def openings_text(openings: Sequence[Opening]) -> str:
    """“maandag tot en met donderdag: 9.00 tot 17.00 uur; vrijdag: gesloten”"""
    return "; ".join(
        f"{days_text(one.days)}: {span_text(one.times)}" if one.told else days_text(one.days) for one in openings
    )


def span(said: str) -> Span:
    """From when until when on one day, on the 24-hour clock. Raises Refusal."""
    match = _SPAN.fullmatch(simple(said).rstrip(".!"))
    if match is None:
        raise Refusal("Ik begrijp deze tijden niet. Schrijf bijvoorbeeld: 9.00 tot 17.00 uur.")
    hours, minutes = [int(each) for each in match.groups()[::2]], [int(each or 0) for each in match.groups()[1::2]]
    if max(hours) > 23 or max(minutes) > 59:
        raise Refusal("Die tijd bestaat niet. Schrijf bijvoorbeeld: 9.00 tot 17.00 uur.")
    opens, closes = (time(hour, minute) for hour, minute in zip(hours, minutes, strict=True))
    length = timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)
    if length < _SHORTEST:
        raise Refusal("De tweede tijd moet later zijn dan de eerste. Schrijf bijvoorbeeld: 9.00 tot 17.00 uur.")
    return Span(opens, closes)


def days_text(days: Sequence[int]) -> str:
    """“maandag tot en met donderdag”, “maandag, woensdag en vrijdag”."""
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"{_NAMES[days[0]]} tot en met {_NAMES[days[-1]]}"
    return listing([_NAMES[day] for day in days])


def span_text(times: Span | None) -> str:
    """“9.00 tot 17.00 uur”, or “gesloten”."""
    return f"{clock(times.opens)} tot {clock(times.closes)} uur" if times else "gesloten"


def week_text(week: Sequence[Span | None]) -> list[str]:
    """The week in as few lines as will do: “maandag tot en met vrijdag: 9.00 tot 17.00 uur”."""
    alike: dict[Span | None, list[int]] = {}
    for day, times in enumerate(week):
        alike.setdefault(times, []).append(day)
    return [f"{days_text(days)}: {span_text(times)}" for times, days in alike.items()]
