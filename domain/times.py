"""Reading a time (“19.30 uur”, “half acht 's avonds”) and a day with a time.

A time with its minutes is read as written, on the 24-hour clock. A spoken time (“8 uur”, “half acht”) has two
meanings. Where a part of the day is said, that decides. Otherwise it means the afternoon or evening when it
lies before seven (“5 uur” is 17.00: nothing in a council begins at five in the morning), and from seven on it
is asked for, because both a breakfast and an evening meeting begin at eight.
"""

import datetime
import re
from collections.abc import Callable, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.days import Part, day, part_of_day, read_day
from domain.dutch import either, full_day_text, local
from domain.messages import Choice, Refusal
from domain.typed import NUMBER, number, simple

T = TypeVar("T")

_NOON = 12 * 60
_DAY = 24 * 60
_EARLIEST_SPOKEN = 7 * 60  # from here a spoken time could be a morning; before it, it never is
# From and up to, in minutes. Wider than the words: “6 uur 's middags” and “5 uur 's avonds” are both said.
_RANGES = {
    Part.MORNING: range(5 * 60, _NOON),
    Part.AFTERNOON: range(_NOON, 19 * 60),
    Part.EVENING: range(17 * 60, _DAY),
    Part.NIGHT: range(0, 6 * 60),
}
_UUR = "(?: ?(?:uur|u|h))"
_WRITTEN = re.compile(
    rf"([0-9]{{1,2}})(?:[.:]([0-9]{{2}}){_UUR}?|{_UUR} ?([0-9]{{2}}))|([0-9]{{2}})([0-9]{{2}}){_UUR}?"
)
_WHOLE_HOUR = re.compile(rf"({NUMBER}){_UUR}?")
_SPOKEN = re.compile(
    rf"(?:half|(?:(?P<quarter>kwart)|(?P<minutes>{NUMBER})(?: minuten)?) (?P<way>over|voor)(?P<half> half)?)"
    rf" (?P<hour>{NUMBER}){_UUR}?"
)
_BEFORE = re.compile(r"(?:om|vanaf|aanvang) ")
_EXAMPLE = "Noem de dag en de tijd, bijvoorbeeld: morgen 19.30 uur."
_UNCLEAR = "Ik begrijp niet hoe laat u bedoelt. Schrijf bijvoorbeeld: 19.30 uur."
_MOST_WORDS = 15  # in a day and a time together
_NO_MIDNIGHT = "Middernacht hoort bij twee dagen. Schrijf 23.59 uur, of 0.00 uur van de dag erna."


def time(said: str) -> datetime.time:
    """The time that somebody means, to the minute. Raises Refusal for what is not a time or not clear."""
    words, part = part_of_day(simple(said))
    found = read_time(words, part)
    if found is None:
        raise Refusal(_UNCLEAR)
    return found


def moment(said: str, *, at: datetime.datetime, zone: ZoneInfo, past: bool = False) -> datetime.datetime:
    """The moment (UTC) that somebody means who says a day and a time at `at` (aware), living in `zone`.

    A time that happens twice, when summer time ends, is the first of the two. Raises Refusal as `day` and
    `time` do, when either of them is missing, and for a time that the clocks skip.
    """
    today = local(at, zone).date()
    words, part = part_of_day(re.sub(r" - |, ?", " ", simple(said)))
    day_found, time_found = _day_and_time(words, part, today, past)
    there = datetime.datetime.combine(day_found, time_found, tzinfo=zone)
    found = there.astimezone(datetime.UTC)
    if local(found, zone).replace(tzinfo=None) != there.replace(tzinfo=None):
        raise Refusal("Die tijd bestaat niet: dan gaat de klok een uur vooruit. Noem een andere tijd.")
    if found < at and not past:
        raise Refusal("Dat moment is al voorbij. Noem een later moment, bijvoorbeeld: morgen 19.30 uur.")
    return found


def day_only(said: str, *, at: datetime.datetime, zone: ZoneInfo) -> datetime.date:
    """The day that somebody means, who may say a time with it: “a.s. donderdag om half 8” is that Thursday.

    Raises Refusal as `days.day` does.
    """
    today = local(at, zone).date()
    words, _ = part_of_day(re.sub(r" - |, ?", " ", simple(said)))

    def read(day_words: str, time_words: str) -> datetime.date | None:
        return read_day(day_words, today=today, past=False) if _has_form_of_time(time_words, today) else None

    return _split(words, read) or day(said, at=at, zone=zone)


def which_time(said: str, labels: Sequence[str]) -> int | None:
    """The index of the one label (“19.30 uur”) that is the time somebody says: “19.30”, “'s avonds”, “half acht in
    de avond”. None when that is not clear, or the labels are no times."""
    plain = re.sub(r"^(?:dat is|het is|ik bedoel|nee|gewoon) ", "", simple(said).rstrip(".!"))
    words, part = part_of_day(f"in de {plain}" if plain.removesuffix("s") in tuple(Part) else plain)
    try:
        meant = read_time(words, part) if words else None
    except Refusal:
        return None
    fitting = []
    for at, label in enumerate(labels):
        if match := re.fullmatch(r"([0-9]{1,2})\.([0-9]{2}) uur", label):
            minutes = int(match[1]) * 60 + int(match[2])
            if meant == _time(minutes) or (not words and part and minutes in _RANGES[part]):
                fitting.append(at)
    return fitting[0] if len(fitting) == 1 else None


def read_time(words: str, part: Part | None, *, on: datetime.date | None = None) -> datetime.time | None:
    """The time in simple words; None when they do not have the form of a time. Raises Refusal as `time` does.

    `on` is the day that was said with it: it is repeated in the choices of a refusal.
    """
    words = _BEFORE.sub("", words, count=1) if _BEFORE.match(words) else words
    words = words.removesuffix(".")
    if match := _WRITTEN.fullmatch(words):
        hour, minute = (int(group) for group in match.groups() if group)
        return _on_clock(hour, minute, part)
    if words == "middernacht":
        raise Refusal(_NO_MIDNIGHT)
    if match := _WHOLE_HOUR.fullmatch(words):
        return _spoken(number(match[1]) * 60, part, on)
    if match := _SPOKEN.fullmatch(words):
        if not match["way"]:
            return _spoken(number(match["hour"]) * 60 - 30, part, on)
        minutes = 15 if match["quarter"] else number(match["minutes"])
        start = number(match["hour"]) * 60 - (30 if match["half"] else 0)
        if not 0 < minutes < 30:
            return None
        return _spoken(start + minutes * (1 if match["way"] == "over" else -1), part, on)
    return None


def _on_clock(hour: int, minute: int, part: Part | None) -> datetime.time:
    if minute > 59 or hour > 24:
        raise Refusal("Die tijd bestaat niet. Schrijf bijvoorbeeld: 19.30 uur.")
    if hour == 24:
        raise Refusal(_NO_MIDNIGHT)
    minutes = hour * 60 + minute
    return _time(minutes) if part is None else _within(part, minutes, spoken=1 <= hour <= 12)


def _spoken(minutes: int, part: Part | None, on: datetime.date | None) -> datetime.time | None:
    if not 0 < minutes <= _DAY:
        return None
    if minutes == _DAY:
        raise Refusal(_NO_MIDNIGHT)
    if minutes >= 13 * 60:
        return _time(minutes) if part is None else _within(part, minutes, spoken=False)
    if part is not None:
        return _within(part, minutes, spoken=True)
    early = minutes % _NOON
    if early < _EARLIEST_SPOKEN:
        return _time(early + _NOON)
    texts = [_text(early), _text(early + _NOON)]
    before = f"{full_day_text(on)}, " if on else ""
    raise Refusal(
        f"Bedoelt u {either(texts)}?",
        *(Choice(text, before + text) for text in texts),
    )


def _within(part: Part, minutes: int, *, spoken: bool) -> datetime.time:
    """The one reading that lies in that part of the day. “12 uur 's nachts” belongs to two days."""
    readings = {minutes % _NOON, minutes % _NOON + _NOON} if spoken else {minutes}
    if spoken and part in (Part.NIGHT, Part.EVENING) and minutes % _NOON == 0:
        raise Refusal(_NO_MIDNIGHT)
    fitting = [reading for reading in readings if reading in _RANGES[part]]
    if len(fitting) != 1:
        raise Refusal("Deze tijd past niet bij dat deel van de dag. Schrijf bijvoorbeeld: 19.30 uur.")
    return _time(fitting[0])


def _time(minutes: int) -> datetime.time:
    return datetime.time(*divmod(minutes, 60))


def _text(minutes: int) -> str:
    return f"{minutes // 60}.{minutes % 60:02} uur"


def _day_and_time(
    words: str, part: Part | None, today: datetime.date, past: bool
) -> tuple[datetime.date, datetime.time]:
    both = _split(words, lambda day_words, time_words: _both(day_words, time_words, part, today, past))
    if both is None:
        raise _missing(words, today, past)
    return both


def _split(words: str, read: Callable[[str, str], T | None]) -> T | None:
    """What the words mean, split into those of a day and those of a time in every way; None when not exactly one makes
    sense. Raises the Refusal of the first that did not, where none did."""
    found: set[T] = set()
    refused: list[Refusal] = []
    pieces = words.split(" ")
    for cut in range(1, min(len(pieces), _MOST_WORDS)):
        first, last = " ".join(pieces[:cut]), " ".join(pieces[cut:])
        for day_words, time_words in ((first, last), (last, first)):
            try:
                if (one := read(day_words, time_words)) is not None:
                    found.add(one)
            except Refusal as why:
                refused.append(why)
    if refused and not found:
        raise refused[0]
    return found.pop() if len(found) == 1 else None


def _both(
    day_words: str, time_words: str, part: Part | None, today: datetime.date, past: bool
) -> tuple[datetime.date, datetime.time] | None:
    if not _has_form_of_time(time_words, today):
        return None
    try:
        day_found = read_day(day_words, today=today, past=past)
    except Refusal as why:
        raise _with_time(why, time_words, part) from None
    time_found = read_time(time_words, part, on=day_found) if day_found else None
    return (day_found, time_found) if day_found and time_found else None


def _with_time(why: Refusal, time_words: str, part: Part | None) -> Refusal:
    """The refusal of a day; its choices repeat the time that was said with it, when that is clear."""
    try:
        found = read_time(time_words, part)
    except Refusal:
        found = None
    if found is None:
        return Refusal(why.sentence)
    text = _text(found.hour * 60 + found.minute)
    return Refusal(why.sentence, *(Choice(c.label, f"{c.says}, {text}") for c in why.choices))


def _has_form_of_time(words: str, today: datetime.date) -> bool:
    # Beside a day, “12” is rather a month or a year, and “2027” a year: those need “om” or “uur”.
    if re.fullmatch("[0-9]{4}", words):
        return abs(int(words) - today.year) > 3
    if re.fullmatch(NUMBER, words):
        return False
    try:
        return read_time(words, None) is not None
    except Refusal:
        return True  # it is a time, though not a clear one


def _missing(words: str, today: datetime.date, past: bool) -> Refusal:
    """What to say when there are not exactly one day and one time."""
    is_time = _has_form_of_time(words, today)
    try:
        is_day = read_day(words, today=today, past=past) is not None
    except Refusal as why:
        if not is_time:
            return Refusal(why.sentence)
        is_day = False
    if is_day == is_time:
        return Refusal(f"Ik begrijp niet welke dag en tijd u bedoelt. {_EXAMPLE}")
    return Refusal(f"{'Hoe laat' if is_day else 'Op welke dag'} is dat? {_EXAMPLE}")
