"""The text of what is pushed, made at the moment it goes out from what is true then."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from domain import dutch
from domain.delivery import HANGS_AFTER, Priority
from domain.markup import escape
from domain.messages import Address, Choice
from domain.roles import Municipality
from handlers import griffie, groups, nudges, question_texts, routes
from handlers import meetings as meeting_texts
from handlers import notices as notice_texts
from storage import (
    askedin,
    claiming,
    doubts,
    edits,
    files,
    forgetting,
    forms,
    group_reminders,
    inbox,
    invitations,
    late_reminders,
    members,
    notices,
    outbox,
    reach,
    reminders,
    subjects,
    unanswered,
)
from storage.parcels import Existing, Parcel
from storage.tables import Meeting, MeetingState, Notice, Reminder

T = TypeVar("T")

log = structlog.get_logger()

_ASKED = "asked"  # in `Session.info`
_KEYS_KEPT = timedelta(days=7)
_NEXT_TICK = timedelta(seconds=5)
_TEXTS_KEPT = timedelta(days=30)
_CODES_KEPT = timedelta(days=30)  # once they do not work any more
_OFFERS_KEPT = timedelta(days=7)  # “Zal ik uw vraag voorleggen?”, and then nothing was said any more
_LOOSE_FILES_KEPT = timedelta(days=7)  # sent, and then never said what it belongs to


class Late(Exception):
    """A reminder of a meeting that has begun: the clock withdraws all of them together, and tells the griffie."""


class Withdrawn(Exception):
    """The message no longer holds; the reason is for the griffie."""


def take(session: Session, now: datetime, by: str, room: Mapping[str, int]) -> list[Parcel]:
    """Claims due messages, for each platform as many as there is room for, and makes their text.

    What no longer holds is withdrawn.
    """
    rows = doubts.claim(session, now, by, room) + claiming.claim(session, now, by, room)
    several = members.elsewhere(session, {row.person_id for row in rows if row.person_id})
    parcels = []
    for row in rows:
        try:
            text = row.text or _TEXTS[row.subject](session, row.subject_id, row.person_id, now)
        except Late:
            outbox.put_back(session, row.id, now + _NEXT_TICK)
            continue
        except Withdrawn as withdrawn:
            outbox.withdraw(session, row.id, str(withdrawn))
            continue
        except (LookupError, ValueError, TypeError, AttributeError, NoResultFound) as error:
            # A fault of ours in one message must not keep all the others in.
            log.error("a message could not be made", row=row.id, subject=row.subject, error=type(error).__name__)
            outbox.give_up(session, row.id, "fout in Raadsmaat bij het maken van dit bericht")
            continue
        if row.person_id in several and row.municipality_id:
            text = f"_{escape(_place(session, row.municipality_id).name)}_\n{text}"
        attachment = files.described(session, row.municipality_id, row.file_id) if row.file_id else None
        if row.file_id and not attachment:
            text += "\n\n(Het bestand dat hierbij hoorde, is gewist.)"
        parcels.append(replace(_parcel(row, text), attachment=attachment))
    free = dict(room)
    for parcel in parcels:
        free[parcel.chat.platform] -= 1
    if free := {name: most for name, most in free.items() if most > 0}:
        parcels += _changes(session, now, by, min(free.values()), list(free))
    return parcels


def _parcel(row: Any, text: str) -> Parcel:
    return Parcel(
        id=row.id,
        chat=Address(row.platform, row.address),
        priority=Priority(row.priority),
        text=text,
        created_at=row.created_at,
        choices=tuple(map(Choice.from_json, row.choices or ())),
        numbered=row.numbered,
        parts_sent=row.parts_sent,
        floor=row.floor,
    )


def _changes(session: Session, now: datetime, by: str, limit: int, platforms: list[str]) -> Iterator[Parcel]:
    for change in edits.claim(session, now, by, limit, platforms):
        there = Existing(change.message_id, change.before)
        parcel = _parcel(change.row, change.row.text)
        yield replace(parcel, erases=there) if change.row.erases else replace(parcel, replaces=there)


def _reminder(session: Session, reminder_id: int, person_id: int, now: datetime) -> str:
    found = reminders.about(session, reminder_id)
    if found is None:
        raise Withdrawn("de vergadering is verplaatst of afgelast")
    member_id, meeting_id = found
    meeting = _once(session, "meeting", meeting_id, lambda: session.get_one(Meeting, meeting_id))
    if meeting.state == MeetingState.PLANNED and meeting.starts_at <= now:
        raise Late
    _must_hold(meeting, now)
    if (member_id, person_id) not in _once(session, "seated", meeting_id, lambda: _seated(session, meeting)):
        raise Withdrawn("deze persoon hoort niet meer bij de vergadering")
    return _reminding(session, meeting, now)


def _seated(session: Session, meeting: Meeting) -> frozenset[tuple[int, int]]:
    """Who belongs to a meeting, as members and as persons."""
    day = _place(session, meeting.municipality_id).date_at(meeting.starts_at)
    return frozenset((person.id, person.person_id) for person in members.seated(session, meeting.gremium_id, day))


def _place(session: Session, municipality_id: int) -> Municipality:
    return _once(session, "place", municipality_id, lambda: members.place(session, municipality_id))


def _once(session: Session, what: str, of: int, ask: Callable[[], T]) -> T:
    """What many messages need that are made in one transaction is asked once."""
    known: dict[tuple[str, int], T] = session.info.setdefault(_ASKED, {})
    if (what, of) not in known:
        known[what, of] = ask()
    return known[what, of]


def _group_reminder(session: Session, reminder_id: int, person_id: None, now: datetime) -> str:
    found = group_reminders.about(session, reminder_id)
    if found is None:
        raise Withdrawn("de groep of de vergadering is er niet meer")
    meeting, group = found
    _must_hold(meeting, now)
    if not reach.allows(session, group.municipality_id, group.platform):
        raise Withdrawn("de gemeente gebruikt dit platform niet")
    return _reminding(session, meeting, now)


def _reminding(session: Session, meeting: Meeting, now: datetime) -> str:
    ahead = dutch.lead_text(meeting.starts_at - now)
    return f"Herinnering: {ahead} is deze vergadering.\n\n{_facts(session, meeting, now)}"


def _must_hold(meeting: Meeting, now: datetime) -> None:
    if meeting.state == MeetingState.CANCELLED:
        raise Withdrawn("de vergadering is afgelast")
    if meeting.starts_at <= now:
        raise Withdrawn(late_reminders.TOO_LATE)


def _facts(session: Session, meeting: Meeting, now: datetime) -> str:
    place = _place(session, meeting.municipality_id)
    return _once(session, "facts", meeting.id or 0, lambda: meeting_texts.facts(session, meeting, place, now))


def _moved(session: Session, meeting_id: int, person_id: int, now: datetime) -> str:
    meeting = session.get_one(Meeting, meeting_id)
    _must_hold(meeting, now)
    return f"Let op: deze vergadering is **verplaatst**. Dit is de nieuwe afspraak:\n\n{_facts(session, meeting, now)}"


def _cancelled(session: Session, meeting_id: int, person_id: int, now: datetime) -> str:
    meeting = session.get_one(Meeting, meeting_id)
    why = f"\n\nReden: {escape(meeting.reason)}" if meeting.reason and not meeting.closed else ""
    return f"Let op: deze vergadering gaat **niet door**.\n\n{_facts(session, meeting, now)}{why}"


def _notice(session: Session, notice_id: int, person_id: int, now: datetime) -> str:
    notice = session.get_one(Notice, notice_id)
    return notice_texts.message(notice.text, _place(session, notice.municipality_id).name)


def _question(
    session: Session,
    subject_id: Any,
    person_id: int,
    now: datetime,
    text: Callable[[Session, int, int, datetime], str | None],
) -> str:
    made = text(session, subject_id, person_id, now)
    if made is None:
        raise Withdrawn("de vraag is ingetrokken of al afgehandeld")
    return made


def _not_erased(session: Session, subject_id: None, person_id: None, now: datetime) -> str:
    return "Uw bericht met persoonsgegevens kon ik niet weghalen. Haal het alstublieft zelf weg uit deze chat."


_TEXTS: dict[str, Callable[[Session, Any, Any, datetime], str]] = {
    reminders.SUBJECT: _reminder,
    group_reminders.SUBJECT: _group_reminder,
    meeting_texts.MOVED: _moved,
    meeting_texts.CANCELLED: _cancelled,
    notices.SUBJECT: _notice,
    outbox.NOT_ERASED: _not_erased,
    **{subject: partial(_question, text=text) for subject, text in (question_texts.TEXTS | nudges.TEXTS).items()},
}


def queue_due(session: Session, now: datetime) -> bool:
    """Queues what has fallen due, tells the griffie what came too late, and puts back what hangs.

    Returns whether there may be more that is due now.
    """
    late = reminders.queue_due(session, now)
    _tell_late(session, late, "Raadsmaat heeft een tijd niet gewerkt", now)
    _tell_late(session, late_reminders.withdraw(session, now), "Een platform heeft een tijd niet gewerkt", now)
    _tell_failed(session, late_reminders.failed(session), now)
    group_reminders.queue_due(session, now)
    groups.tell_lost(session, now)
    nudges.tell_due(session, now)
    doubts.recover(session, now - HANGS_AFTER, now)
    return bool(late) or reminders.any_due(session, now)


def _tell_failed(session: Session, failed: list[Reminder], now: datetime) -> None:
    """Tells the griffie who was not reminded although it was tried for days."""
    why = "Een herinnering kon niet worden verstuurd, hoe vaak Raadsmaat het ook probeerde"
    _tell_missed(session, failed, why, " Laat het hun op een andere manier weten.", "reminder-failed", now)


def _tell_late(session: Session, late: Sequence[Any], why: str, now: datetime) -> None:
    """Tells the griffie who was not reminded before the meeting began."""
    why = f"{why}. Deze vergadering is intussen begonnen, en de laatste herinnering is niet verstuurd"
    _tell_missed(session, late, why, "", "reminder-late", now)


def _tell_missed(session: Session, missed: Iterable[Any], why: str, advice: str, subject: str, now: datetime) -> None:
    """Tells the griffie, once for each meeting, who was not reminded."""
    for meeting, people in reminders.missed(session, missed):
        names = dutch.some(list(dict.fromkeys(escape(person.name) for person in people)))
        text = f"{why}:\n\n{_facts(session, meeting, now)}\n\nHet gaat om {names}.{advice}"
        place = members.place(session, meeting.municipality_id)
        griffie.tell_all(session, place, text, now, subject=subject, subject_id=meeting.id)


def forget(session: Session, now: datetime) -> None:
    """What need not be kept any longer goes."""
    inbox.forget(session, now - _KEYS_KEPT)
    forgetting.forget(session, now - _TEXTS_KEPT)
    forms.forget(session, now - _TEXTS_KEPT)  # what was typed and never confirmed
    forms.forget(session, now - _OFFERS_KEPT, [name for name, form in routes.FORMS.items() if form.yields])
    invitations.forget(session, now - _CODES_KEPT)
    askedin.forget(session, now - _CODES_KEPT)
    subjects.forget(session, now)
    unanswered.forget(session, now)
    files.forget(session, now - _LOOSE_FILES_KEPT)
