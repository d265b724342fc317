"""The griffie's list of members, compared with who is known and then carried out.

`plan` looks and changes nothing; `apply` does what `plan` says, or nothing at all. Everything is looked up
within one municipality: the same e-mail address elsewhere belongs to somebody else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum

from sqlmodel import Session

from domain.listcolumns import gremium_key
from domain.listedpeople import Listed
from domain.memberchanges import COUNCIL_BODY, steps_for
from domain.memberlist import MemberList
from domain.membership import Altered, Mandate, Registered, Seat, Started, Step, live
from domain.messages import Refusal
from domain.typed import folded
from storage import members, membership, reminders
from storage.tables import Fractie, Gremium


class What(StrEnum):
    """What would happen, as the griffie reads it."""

    NEW_GREMIUM = "nieuwe commissie"
    NEW_FRACTIE = "nieuwe fractie"
    NEW = "nieuw"
    CHANGED = "gewijzigd"
    ENDED = "beëindigd"
    UNCHANGED = "ongewijzigd"
    UNLISTED = "staat niet in de lijst; er verandert niets"
    PROBLEM = "kan niet"


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one person, fractie or gremium.

    `lines` are those of the list, none for what follows from it. `notes` ask for a second look; with a PROBLEM
    the only note says what is wrong.
    """

    what: What
    name: str
    lines: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    listed: Listed | None = None
    member_id: int | None = None

    def __str__(self) -> str:
        said = [*map(str, self.steps), *self.notes]
        return f"{self.what}: {self.name}" + (f" ({'; '.join(said)})" if said else "")


@dataclass(slots=True)
class _Names:
    """How the municipality spells the names of one kind, with those that the list adds."""

    existing: dict[str, str]
    added: dict[str, str]

    def spelled(self, key: str, name: str) -> str:
        return self.existing.get(key) or self.added.setdefault(key, name)

    def new(self, what: What, used: set[str]) -> list[Change]:
        changes = []
        seen = list(self.existing.values())
        for key, name in self.added.items():
            if key not in self.existing and name in used:
                alike = get_close_matches(name, seen, n=1, cutoff=0.75)
                notes = (f"lijkt op “{alike[0]}”: is het dezelfde?",) if alike else ()
                changes.append(Change(what, name, notes=notes))
                seen.append(name)
        return changes


def plan(session: Session, municipality_id: int, given: MemberList, today: date) -> list[Change]:
    """What importing the list would do: new names first, then the list line by line, then who is not in it.

    `today` is the municipality's date. What is wrong in the list itself is in `given.problems`.
    """
    known = membership.known(session, municipality_id)
    # The raad is always there, and first: that is the order in which gremia are offered.
    gremia = _Names({}, {gremium_key(COUNCIL_BODY): COUNCIL_BODY})
    for gremium in members.gremia(session, municipality_id):
        gremia.existing.setdefault(gremium_key(gremium.name), gremium.name)
    fracties = _Names({folded(row.name): row.name for row in members.fracties(session, municipality_id)}, {})
    by_email, by_name = (
        _grouped(known, lambda one: (one.email or "").casefold()),
        _grouped(known, lambda one: folded(one.name)),
    )
    found: dict[int, Listed] = {}
    people: list[Change] = []
    for listed in sorted(given.people, key=lambda one: one.lines):
        try:
            person = _find(listed, by_email, by_name)
            if person and person.id in found:
                raise Refusal(f"dit is dezelfde persoon als op regel {found[person.id].lines[0]}")
        except Refusal as refusal:
            people.append(Change(What.PROBLEM, listed.name, listed.lines, notes=(refusal.sentence,)))
            continue
        if person:
            found[person.id] = listed
        steps = steps_for(
            person,
            listed,
            today,
            lambda name: fracties.spelled(folded(name), name) if name else "",
            lambda name: gremia.spelled(gremium_key(name), name),
        )
        people.append(_change(person, listed, steps, today, by_name))
    made = [step.made if isinstance(step, Started) else step.becomes for one in people for step in _periods(one)]
    used = {COUNCIL_BODY, *(one.gremium for one in made if isinstance(one, Seat))} if made else set()
    wrong = bool(given.problems) or any(one.what == What.PROBLEM for one in people)
    return [
        *gremia.new(What.NEW_GREMIUM, used),
        *fracties.new(What.NEW_FRACTIE, {one.fractie for one in made if isinstance(one, Mandate) and one.fractie}),
        *people,
        *(
            Change(What.UNLISTED, one.name, member_id=one.id)
            for one in known
            # With mistakes in the list nobody can tell who is in it.
            if not wrong and one.id not in found and live(one.mandates, today)
        ),
    ]


def _periods(change: Change) -> Iterable[Started | Altered]:
    return (step for step in change.steps if isinstance(step, Started | Altered))


def _change(
    person: Registered | None,
    listed: Listed,
    steps: tuple[Step, ...],
    today: date,
    by_name: dict[str, list[Registered]],
) -> Change:
    notes = []
    if person is None:
        if any(one.email != listed.email for one in by_name.get(folded(listed.name), ())):
            notes.append(
                "let op: er is al iemand met deze naam en een ander e-mailadres. Is het dezelfde persoon? Zet het "
                "oude adres dan in een kolom “Vorig e-mailadres”"
            )
        if not steps:
            notes.append("de einddatum is al voorbij, dus deze persoon komt er niet bij")
        return Change(What.NEW if steps else What.UNCHANGED, listed.name, listed.lines, steps, tuple(notes), listed)
    if set(folded(listed.name).split()).isdisjoint(folded(person.name).split()):
        notes.append("let op: een heel andere naam. Is het iemand anders? Geef die dan een eigen e-mailadres")
    what = What.CHANGED if steps else What.UNCHANGED
    before = live(person.mandates, today)
    becomes = {step.was: step.becomes for step in steps if isinstance(step, Altered)}
    after = [becomes.get(one, one) for one in before]
    made = [step for step in steps if isinstance(step, Started) and isinstance(step.made, Mandate)]
    if not made and any(one.ends is None for one in before) and all(one.ends for one in after):
        what = What.ENDED
    return Change(what, listed.name, listed.lines, steps, tuple(notes), listed, person.id)


def _find(
    listed: Listed, by_email: dict[str, list[Registered]], by_name: dict[str, list[Registered]]
) -> Registered | None:
    """Who in the municipality this is; None for nobody yet. Raises Refusal when it could be more than one."""
    named = by_name.get(folded(listed.name), [])
    former = by_email.get(listed.former_email, []) if listed.former_email else []
    if listed.email:
        found = by_email.get(listed.email, [])
        if found and former and found[0].id != former[0].id:
            raise Refusal("het vorige e-mailadres en het nieuwe zijn in Raadsmaat van twee verschillende personen")
        found = found or former or [one for one in named if one.email is None]
    else:
        found = former or named
    if len(found) > 1:
        raise Refusal("Raadsmaat kent meer mensen die dit kunnen zijn. Zet bij elk het e-mailadres in de lijst")
    return found[0] if found else None


def apply(session: Session, municipality_id: int, given: MemberList, now: datetime) -> list[Change]:
    """Does what `plan` says, in the transaction of the caller; returns it.

    Raises Refusal, before anything has changed, when something in the list is wrong.
    """
    changes = plan(session, municipality_id, given, members.place(session, municipality_id).date_at(now))
    if given.problems or any(change.what == What.PROBLEM for change in changes):
        raise Refusal("In de lijst staan fouten. Er is niets veranderd.")
    for change in changes:
        if change.what == What.NEW_GREMIUM:
            session.add(Gremium(municipality_id=municipality_id, name=change.name))
        elif change.what == What.NEW_FRACTIE:
            session.add(Fractie(municipality_id=municipality_id, name=change.name))
        session.flush()  # one by one: their order is that of their ids
    names = membership.names(session, municipality_id)
    moved = set()
    for change in changes:
        if not change.steps or change.listed is None:
            continue
        member_id = change.member_id
        if member_id is None:
            member_id = membership.new(session, municipality_id, change.listed.name, change.listed.email, now)
        for step in change.steps:
            membership.carry_out(session, municipality_id, member_id, step, names)
        if any(True for _ in _periods(change)):
            moved.add(member_id)
    session.flush()
    reminders.plan_for(session, moved, municipality_id, now)
    return changes


def _grouped(known: Iterable[Registered], key: Callable[[Registered], str]) -> dict[str, list[Registered]]:
    groups: defaultdict[str, list[Registered]] = defaultdict(list)
    for one in known:
        groups[key(one)].append(one)
    return groups
