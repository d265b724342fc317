"""What the griffie's list changes for one person. Today is Tuesday 24 November 2026, unless it says otherwise."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.listcolumns import gremium_key
from domain.listedpeople import Held, Joined, Listed, Span
from domain.memberchanges import steps_for
from domain.membership import Altered, Mandate, Registered, Seat, Started, Step, live
from domain.roles import Role

TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LONG_AGO, LATER = date(2022, 3, 30), date(2027, 1, 1)


def span(begins: date | None = None, ends: date | None = None, *, says_end: bool = True) -> Span:
    return Span(begins, ends, says_end)


def listed(
    *held: Held, committees: tuple[str, ...] | None = (), of: Span | None = None, name: str = "Anna Bakker"
) -> Listed:
    joined = None if committees is None else tuple(Joined(one, of or span()) for one in committees)
    return Listed((2,), name, "anna@example.nl", None, held, joined)


def raadslid(fractie: str | None = "Groen", begins: date | None = None, ends: date | None = None) -> Held:
    return Held(Role.RAADSLID, fractie, span(begins, ends))


def known(*mandates: Mandate, seats: tuple[Seat, ...] = ()) -> Registered:
    return Registered(7, "Anna Bakker", "anna@example.nl", mandates, seats)


def steps(before: Registered | None, person: Listed, today: date = TODAY) -> tuple[Step, ...]:
    return steps_for(before, person, today, lambda name: name, lambda name: name)


def after(before: Registered | None, done: tuple[Step, ...]) -> Registered:
    """The person once the steps are carried out."""
    mandates = list(before.mandates) if before else []
    seats = list(before.seats) if before else []
    for step in done:
        match step:
            case Started(Mandate() as made):
                mandates.append(replace(made, id=100 + len(mandates)))
            case Started(Seat() as made):
                seats.append(replace(made, id=100 + len(seats)))
            case Altered(Mandate() as was, Mandate() as becomes):
                mandates[mandates.index(was)] = becomes
            case Altered(Seat() as was, Seat() as becomes):
                seats[seats.index(was)] = becomes
    return Registered(7, "Anna Bakker", "anna@example.nl", tuple(mandates), tuple(seats))


def said(before: Registered | None, person: Listed, today: date = TODAY) -> list[str]:
    return [str(step) for step in steps(before, person, today)]


SEATED = known(
    Mandate(1, Role.RAADSLID, "Groen", LONG_AGO),
    seats=(Seat(1, "Gemeenteraad", LONG_AGO), Seat(2, "Ruimte", LONG_AGO)),
)


def test_somebody_new_gets_mandates_and_seats_from_the_listed_day() -> None:
    person = listed(raadslid(begins=LONG_AGO), committees=("Ruimte",), of=span(LONG_AGO))
    assert said(None, person) == [
        "raadslid voor Groen vanaf 30-03-2022",
        "lid van Ruimte vanaf 30-03-2022",
        "lid van Gemeenteraad vanaf 30-03-2022",
    ]


def test_without_a_day_it_is_from_today() -> None:
    griffier = Held(Role.GRIFFIER, "", span())
    assert said(None, listed(griffier)) == ["griffier vanaf 24-11-2026"]


@pytest.mark.parametrize(
    "person",
    [
        listed(raadslid(), committees=("Ruimte",)),
        listed(raadslid(begins=LONG_AGO), committees=("Commissie Ruimte",), of=span(LONG_AGO)),
        listed(raadslid(fractie=None), committees=None),
    ],
)
def test_what_is_known_already_is_left_alone(person: Listed) -> None:
    assert said(SEATED, person) == []


def test_another_fractie_ends_the_old_mandate_the_day_before() -> None:
    person = listed(raadslid("Blauw", begins=LONG_AGO), committees=("Ruimte",))
    assert said(SEATED, person) == [
        "raadslid voor Groen: tot en met 23-11-2026",
        "raadslid voor Blauw vanaf 24-11-2026",
    ]


def test_another_fractie_from_a_day_to_come() -> None:
    person = listed(raadslid("Blauw", begins=LATER), committees=("Ruimte",))
    assert said(SEATED, person) == [
        "raadslid voor Groen: tot en met 31-12-2026",
        "raadslid voor Blauw vanaf 01-01-2027",
    ]


def test_another_role_ends_the_old_one_and_the_seat_in_the_raad() -> None:
    person = listed(Held(Role.COMMISSIELID, "Groen", span(date(2026, 11, 1))), committees=("Ruimte",))
    assert said(SEATED, person) == [
        "commissielid voor Groen vanaf 01-11-2026",
        "raadslid voor Groen: tot en met 31-10-2026",
        "lid van Gemeenteraad: tot en met 31-10-2026",
    ]


def test_a_role_that_is_dropped_ends_today() -> None:
    before = replace(SEATED, mandates=(*SEATED.mandates, Mandate(2, Role.FRACTIEVOORZITTER, "Groen", LONG_AGO)))
    person = listed(raadslid(), committees=("Ruimte",))
    assert said(before, person) == ["fractievoorzitter voor Groen: tot en met 24-11-2026"]


def test_another_committee() -> None:
    person = listed(raadslid(begins=LONG_AGO), committees=("Sport",), of=span(LONG_AGO))
    assert said(SEATED, person) == ["lid van Sport vanaf 24-11-2026", "lid van Ruimte: tot en met 23-11-2026"]


def test_an_empty_cell_ends_the_seats_and_a_missing_column_does_not() -> None:
    assert said(SEATED, listed(raadslid(), committees=())) == ["lid van Ruimte: tot en met 24-11-2026"]
    assert said(SEATED, listed(raadslid(), committees=None)) == []


def test_an_end_date_ends_mandate_and_seats() -> None:
    person = listed(raadslid(ends=LATER), committees=("Ruimte",), of=span(ends=LATER))
    assert said(SEATED, person) == [
        "raadslid voor Groen: tot en met 01-01-2027",
        "lid van Ruimte: tot en met 01-01-2027",
        "lid van Gemeenteraad: tot en met 01-01-2027",
    ]


def test_an_end_date_ends_the_seats_that_the_list_does_not_speak_of() -> None:
    assert said(SEATED, listed(raadslid(ends=LATER), committees=None)) == [
        "raadslid voor Groen: tot en met 01-01-2027",
        "lid van Gemeenteraad: tot en met 01-01-2027",
        "lid van Ruimte: tot en met 01-01-2027",
    ]


def test_an_end_date_that_is_taken_back() -> None:
    ending = known(
        Mandate(1, Role.RAADSLID, "Groen", LONG_AGO, LATER), seats=(Seat(1, "Gemeenteraad", LONG_AGO, LATER),)
    )
    assert said(ending, listed(raadslid())) == [
        "raadslid voor Groen: einddatum vervalt (was 01-01-2027)",
        "lid van Gemeenteraad: einddatum vervalt (was 01-01-2027)",
    ]


def test_who_was_gone_and_comes_back_begins_anew() -> None:
    gone = known(
        Mandate(1, Role.RAADSLID, "Groen", LONG_AGO, YESTERDAY), seats=(Seat(1, "Gemeenteraad", LONG_AGO, YESTERDAY),)
    )
    assert said(gone, listed(raadslid())) == [
        "raadslid voor Groen vanaf 24-11-2026",
        "lid van Gemeenteraad vanaf 24-11-2026",
    ]
    assert said(gone, listed(raadslid(begins=LONG_AGO)))[0] == "raadslid voor Groen: einddatum vervalt (was 23-11-2026)"


def test_who_left_before_the_first_import_does_not_come_in() -> None:
    person = listed(raadslid(begins=LONG_AGO, ends=YESTERDAY), committees=("Ruimte",), of=span(LONG_AGO, YESTERDAY))
    assert said(None, person) == []


def test_an_earlier_begin_corrects_and_a_later_one_is_a_new_term() -> None:
    assert said(SEATED, listed(raadslid(begins=date(2018, 3, 29)), committees=("Ruimte",))) == [
        "raadslid voor Groen: begint 29-03-2018 (was 30-03-2022)"
    ]
    assert said(SEATED, listed(raadslid(begins=date(2026, 3, 18)), committees=("Ruimte",))) == [
        "raadslid voor Groen: tot en met 17-03-2026",
        "raadslid voor Groen vanaf 18-03-2026",
    ]


def test_a_mandate_that_has_not_begun_moves_with_its_seat() -> None:
    coming = known(Mandate(1, Role.RAADSLID, "Groen", LATER), seats=(Seat(1, "Gemeenteraad", LATER),))
    assert said(coming, listed(raadslid("Blauw", begins=TOMORROW))) == [
        "raadslid voor Groen: wordt raadslid voor Blauw, begint 25-11-2026 (was 01-01-2027)",
        "lid van Gemeenteraad: begint 25-11-2026 (was 01-01-2027)",
    ]


def test_a_new_name_and_a_new_address() -> None:
    person = replace(listed(raadslid(), committees=("Ruimte",)), name="Anna de Boer", email="boer@example.nl")
    assert said(SEATED, person) == [
        "naam was Anna Bakker",
        "e-mailadres wordt boer@example.nl (was anna@example.nl)",
    ]


@pytest.mark.parametrize("says_end", [True, False])
def test_what_was_dropped_by_mistake_comes_back_the_same_day(says_end: bool) -> None:
    right = listed(
        Held(Role.RAADSLID, "Groen", span(says_end=says_end)), committees=("Ruimte",), of=span(says_end=says_end)
    )
    wrong = listed(Held(Role.COMMISSIELID, "Groen", span(says_end=says_end)))
    mistaken = after(SEATED, steps(SEATED, wrong))
    now = after(mistaken, steps(mistaken, right))
    for day in (TODAY, TOMORROW, LATER):
        assert [one.role for one in live(now.mandates, day) if one.begins <= day and one.role == Role.RAADSLID]
        assert {one.gremium for one in live(now.seats, day)} == {"Ruimte", "Gemeenteraad"}
    dropped = after(SEATED, steps(SEATED, listed(raadslid())))
    again = after(dropped, steps(dropped, right))
    assert {one.gremium for one in live(again.seats, TOMORROW)} == {"Ruimte", "Gemeenteraad"}


DAYS = st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40))
FRACTIES = st.sampled_from(["Groen", "Blauw"])
GREMIA = st.sampled_from(["Ruimte", "Sport", "Bestuur"])


@st.composite
def spans(draw: st.DrawFn, says_end: bool) -> Span:
    begins = draw(st.none() | DAYS)
    ends = draw(st.none() | DAYS) if says_end else None
    if begins and ends and ends < begins:
        begins, ends = ends, begins
    return Span(begins, ends, says_end)


@st.composite
def people(draw: st.DrawFn) -> Listed:
    says_end, says_fractie = draw(st.booleans()), draw(st.booleans())
    roles = draw(st.lists(st.sampled_from(list(Role)), min_size=1, max_size=3, unique=True))
    held = tuple(
        Held(role, draw(FRACTIES | st.just("")) if says_fractie else None, draw(spans(says_end))) for role in roles
    )
    groups = draw(st.none() | st.lists(GREMIA, unique=True))
    joined = None if groups is None else tuple(Joined(one, draw(spans(says_end))) for one in groups)
    return Listed((2,), "Anna Bakker", "anna@example.nl", None, held, joined)


@given(st.lists(st.tuples(people(), st.integers(0, 30)), min_size=1, max_size=5), st.integers(0, 60))
def test_the_same_list_again_changes_nothing_and_nothing_overlaps(lists: list[tuple[Listed, int]], later: int) -> None:
    before: Registered | None = None
    today = TODAY
    for person, days in lists:
        today += timedelta(days=days)
        done = steps(before, person, today)
        now = after(before, done)
        assert steps(now, person, today) == ()
        if before:
            assert {one.id for one in before.mandates} <= {one.id for one in now.mandates}
            assert {one.id for one in before.seats} <= {one.id for one in now.seats}
        for held in person.held:
            holds = [
                one
                for one in now.mandates
                if one.role == held.role and one.begins <= today and (one.ends is None or one.ends >= today)
            ]
            ended = held.span.ends is not None and held.span.ends < today
            begun = held.span.begins is None or held.span.begins <= today
            assert len(holds) <= 1
            if ended:
                assert not holds
            elif begun and held.span.begins:
                assert len(holds) == 1
                assert held.fractie is None or (holds[0].fractie or "") == held.fractie
        raad = [one for one in live(now.mandates, today) if one.role == Role.RAADSLID]
        assert bool(raad) == any(gremium_key(one.gremium) == "gemeenteraad" for one in live(now.seats, today))
        before = now
    tomorrow = today + timedelta(days=later)
    assert before is not None
    last = lists[-1][0]
    ends = [one.ends for one in before.mandates] + [one.ends for one in before.seats]
    planned = [end for end in ends if end and end >= today]
    if last.held[0].span.says_end or not planned:
        # A list that does not speak of ends says that somebody is a member, also after the end that was known.
        assert steps(before, last, tomorrow) == ()
