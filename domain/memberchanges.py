"""What the griffie's list changes for one person.

The same list once more, on the same day or later, changes nothing. Nothing is deleted: what no longer holds
gets an end date.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from domain.listcolumns import gremium_key
from domain.listedpeople import Held, Listed, Span
from domain.membership import Altered, Mandate, P, Readdressed, Registered, Renamed, Seat, Started, Step, live
from domain.roles import Role

COUNCIL_BODY = "Gemeenteraad"
_COUNCIL_KEY = gremium_key(COUNCIL_BODY)
_DAY = timedelta(days=1)


def steps_for(
    known: Registered | None, listed: Listed, today: date, fractie: Callable[[str], str], gremium: Callable[[str], str]
) -> tuple[Step, ...]:
    """What happens to a person who is in the list; `known` is None for somebody new.

    `today` is the municipality's date. `fractie` and `gremium` give the name under which the municipality knows
    what the list spells, or will know it.
    """
    steps: list[Step] = []
    if known and known.name != listed.name:
        steps.append(Renamed(listed.name, known.name))
    if known and listed.email and (known.email or "").casefold() != listed.email:
        steps.append(Readdressed(listed.email, known.email))
    mandates = list(known.mandates) if known else []
    seats = list(known.seats) if known else []
    was_member = bool(live(mandates, today))
    for held in listed.held:
        wanted = fractie(held.fractie) or None if held.fractie is not None else None
        steps += _keep(mandates, _held(mandates, held, wanted, today))
    roles = {held.role for held in listed.held}
    coming = live(mandates, today)
    instead = [one for one in coming if one.role in roles]
    steps += _keep(mandates, _ended([one for one in coming if one.role not in roles], instead, today))
    steps += _seats(seats, mandates, listed, today, gremium, was_member=was_member)
    return tuple(steps)


def _keep(periods: list[P], changes: Iterable[tuple[P | None, P]]) -> list[Step]:
    """Carries changes out on `periods`, and returns them as steps."""
    steps: list[Step] = []
    for was, becomes in list(changes):
        if was is None:
            periods.append(becomes)
            steps.append(Started(becomes))
        elif was != becomes:
            periods[periods.index(was)] = becomes
            steps.append(Altered(was, becomes))
    return steps


def _held(
    mandates: Sequence[Mandate], held: Held, fractie: str | None, today: date
) -> list[tuple[Mandate | None, Mandate]]:
    """How one listed role changes the mandates of a person: what is listed holds, and nothing besides it."""
    span = held.span
    mine = [one for one in mandates if one.role == held.role and (one.ends is None or one.ends >= one.begins)]
    coming = live(mine, today)
    if not coming and span.ends and span.ends < today:
        return []  # over already, whether it was known or not
    found = _of(coming, held, fractie, today) if coming else _past(mine, held, fractie)
    if found is None:
        after = max((one.ends for one in mine if one.ends), default=None)
        begins = span.begins if span.begins and (after is None or span.begins > after) else today
        return [(None, Mandate(None, held.role, fractie, begins, span.ends))]
    others: list[tuple[Mandate | None, Mandate]] = []
    for one in coming:
        if one != found and held.fractie is not None and one.begins > found.begins:
            others.append((one, replace(one, ends=one.begins - _DAY)))
        elif one != found:
            others.append((one, replace(one, ends=_within(one.ends, span.ends))))
    return [*others, *_found(found, mine, held, found.fractie if held.fractie is None else fractie, today)]


def _found(
    found: Mandate, mine: Sequence[Mandate], held: Held, fractie: str | None, today: date
) -> list[tuple[Mandate | None, Mandate]]:
    span = held.span
    # What ended today may have ended by a mistake in the list before this one.
    ends = span.ends if span.says_end or (found.ends and found.ends <= today) else found.ends
    from_day = span.begins if span.begins and span.begins > found.begins else None
    if found.fractie != fractie and from_day is None:
        from_day = today
    if from_day and found.begins < min(from_day, today) and (ends is None or ends >= from_day):
        # Another fractie, or a new term: the old one stays, up to the day before.
        last = from_day - _DAY
        before = found if found.ends and found.ends <= last else replace(found, ends=last)
        return [(found, before), (None, Mandate(None, held.role, fractie, from_day, ends))]
    begins = span.begins or found.begins
    before_it = max((one.ends for one in mine if one.ends and one.begins < found.begins), default=None)
    if begins > found.begins and found.begins < today:
        begins = found.begins
    elif before_it and begins <= before_it:
        # The listed day is that of an earlier one, which this one follows.
        begins = today if begins <= today and before_it < today < found.begins else found.begins
    if ends and ends < begins:
        begins = ends
    return [(found, replace(found, fractie=fractie, begins=begins, ends=ends))]


def _of(coming: Sequence[Mandate], held: Held, fractie: str | None, today: date) -> Mandate:
    """Which of the mandates that hold or will is listed: the last, unless the fractie tells them apart."""
    if held.fractie is None:
        return coming[-1]
    begun = [one for one in coming if one.begins <= today]
    if begun and held.span.begins and held.span.begins <= today:
        coming = begun  # the list says that it holds today: what was planned will not do
    same = [one for one in coming if one.fractie == fractie]
    exact = [one for one in same if one.begins == held.span.begins]
    candidates = exact or same or coming
    return next((one for one in reversed(candidates) if one.begins <= today), candidates[0])


def _past(mine: Sequence[Mandate], held: Held, fractie: str | None) -> Mandate | None:
    """A mandate that is over, when the list says that it is not."""
    begins = held.span.begins
    over = [
        one
        for one in mine
        if begins and one.ends and begins <= one.ends and (held.fractie is None or one.fractie == fractie)
    ]
    return max(over, key=lambda one: one.begins, default=None)


def _ended(periods: Iterable[P], instead: Iterable[P], today: date) -> list[tuple[P | None, P]]:
    """How what is not listed any more ends: the day before what comes instead begins, or else today."""
    begun = [one for one in instead if one.begins <= today]
    made = [one.begins for one in begun if one.id is None]  # a step of now
    coming = [one.begins for one in instead] if not begun else made
    changes: list[tuple[P | None, P]] = []
    for one in periods:
        last = min(coming) - _DAY if coming else today
        if last < one.begins <= today:
            last = max(today - _DAY, one.begins - _DAY)  # what was, stays: only from today it is no more
        changes.append((one, replace(one, ends=_within(one.ends, last))))
    return changes


def _seats(
    seats: list[Seat],
    mandates: Sequence[Mandate],
    listed: Listed,
    today: date,
    gremium: Callable[[str], str],
    *,
    was_member: bool,
) -> list[Step]:
    """How the seats follow from the mandates as they will be, and from the committees that are listed."""
    raad = [one for one in mandates if one.role == Role.RAADSLID]
    wanted: dict[str, tuple[str, Span]] = {}
    for joined in listed.committees or ():
        wanted[gremium_key(joined.gremium)] = (gremium(joined.gremium), joined.span)
    if coming := live(raad, today):
        wanted[_COUNCIL_KEY] = (gremium(COUNCIL_BODY), Span(coming[0].begins, _last(coming), says_end=True))
    holding = live(mandates, today)
    bound = _last(holding or [one for one in mandates if one.ends and one.ends >= one.begins])
    others = [one for one in live(seats, today) if gremium_key(one.gremium) not in wanted]
    before, steps = list(seats), list[Step]()
    for key, (name, span) in wanted.items():
        mine = live((one for one in before if gremium_key(one.gremium) == key), today)
        if mine or holding:
            late = was_member and key != _COUNCIL_KEY
            ends = _within(_listed_end(mine, span, today), bound)
            steps += _keep(seats, _seat(mine, name, span.begins, ends, today, late=late))
    instead = [one for one in live(seats, today) if gremium_key(one.gremium) in wanted.keys() - {_COUNCIL_KEY}]
    for one in others:
        if gremium_key(one.gremium) == _COUNCIL_KEY and raad:
            # Without one that ever held, the seat did not either.
            last = _last([one for one in raad if one.ends is None or one.ends >= one.begins] or raad)
            steps += _keep(seats, [(one, replace(one, ends=_within(one.ends, last)))])
        elif listed.committees is not None:
            steps += _keep(seats, _ended([one], instead, today))
        else:
            steps += _keep(seats, [(one, replace(one, ends=_within(one.ends, bound)))])
    return steps


def _listed_end(mine: Sequence[Seat], span: Span, today: date) -> date | None:
    """The last day of a seat that is listed: the one that is said, else the one it had, unless it ended today."""
    return mine[-1].ends if mine and not span.says_end and mine[-1].ends != today else span.ends


def _within(ends: date | None, bound: date | None) -> date | None:
    """A last day, or that of what it depends on where that is earlier; None is for ever."""
    return min((day for day in (ends, bound) if day), default=None)


def _last(periods: Iterable[Mandate]) -> date | None:
    """The last day of all; None when one of them has no end, or when there are none."""
    ends = [one.ends for one in periods]
    return None if None in ends else max((end for end in ends if end), default=None)


def _seat(
    mine: Sequence[Seat], name: str, begins: date | None, ends: date | None, today: date, *, late: bool
) -> list[tuple[Seat | None, Seat]]:
    """How a listed seat changes what is known. `late`: somebody who was here already joins from today on."""
    if not mine:
        first = max(begins or today, today) if late else begins or today
        if ends and ends < max(first, today):
            return []
        return [(None, Seat(None, name, first, ends))]
    found = next((one for one in reversed(mine) if one.begins <= today), mine[0])
    first = found.begins
    if begins and max(found.begins, begins) > today and found.begins >= today:
        first = begins
    if ends and ends < first:
        first = ends
    return [(found, replace(found, begins=first, ends=ends))]
