"""Personal data is noticed before anything is stored: what holds it never reaches the disk.

Who talks and which form is open decide what is in its place. A BSN and an account number never are. A telephone
number, an e-mail address or an address is, where the griffie fills in a form of its own (its answers and notices
go to people who need those), and at the questions that say so (`contact` in `domain.forms`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from domain import personal, platforms
from domain.forms import current, questions
from domain.messages import Incoming, Kind, Reply
from domain.personal import CONTACT, NEVER, Personal
from domain.roles import GRIFFIE, Member
from handlers import routes
from storage import edits, inbox, members
from storage import forms as open_forms
from storage.inbox import Mark
from storage.tables import OpenForm


def receive(
    session: Session, batch: Sequence[Incoming], now: datetime, mark: Mark | None = None, *, unclaimed: bool = False
) -> list[Incoming]:
    """Stores what is new, as it may be stored, and returns that. See `storage.inbox.receive`."""
    return inbox.receive(session, screened(session, batch, now), now, mark, unclaimed=unclaimed)


def screened(session: Session, batch: Sequence[Incoming], now: datetime) -> list[Incoming]:
    """The messages as they may be stored: of one that holds personal data only the kinds of that are left."""
    suspect = {said.key: kinds for said in batch if said.kind is Kind.TEXT and (kinds := personal.found(said.text))}
    if not suspect:
        return list(batch)
    people = members.at(session, {said.chat for said in batch if said.key in suspect}, now)
    opened = open_forms.opened(session, {member.person_id for member in people.values()})
    safe = []
    for said in batch:
        member = people.get(said.chat)
        if said.key in suspect and (
            kinds := _misplaced(said, member, opened.get(member.person_id) if member else None)
        ):
            said = replace(said, text=",".join(sorted(kinds)), kind=Kind.PERSONAL)
        safe.append(said)
    return safe


def _misplaced(said: Incoming, member: Member | None, row: OpenForm | None) -> frozenset[Personal]:
    text = said.text
    if member and member.municipality.contact:
        text = text.replace(member.municipality.contact, "")  # how to reach the griffie is no secret
    return personal.found(text) & (NEVER if member and _in_its_place(member, row) else frozenset(Personal))


def _in_its_place(member: Member, row: OpenForm | None) -> bool:
    """Whether contact details belong to what this member is asked now."""
    form = routes.FORMS.get(row.form) if row else None
    if row is None or form is None or row.municipality_id != member.municipality.id:
        return False
    if member.griffie and form.who <= GRIFFIE:
        return True
    open_question = current(form.questions, row.answers)
    return open_question is not None and questions(form.questions)[open_question].contact


def refused(said: Incoming, session: Session, municipality_id: int | None, now: datetime) -> Reply:
    """What the person hears: what was found, by kind, and that nothing of it was kept.

    The message goes from the chat as well, where that can be; if it turns out not to, the person is told
    (`storage.edits`).
    """
    kinds = frozenset(map(Personal, filter(None, said.text.split(","))))
    one_only = "die gegevens" if len(kinds) > 1 or kinds <= CONTACT else "dat nummer"
    if platforms.erases(said.chat.platform) and said.message_id:
        edits.erase(session, municipality_id, said.chat, said.message_id, now)
        away = "Ik haal uw vorige bericht weg uit deze chat. Lukt dat niet, dan hoort u het."
    else:
        away = "Haal uw vorige bericht ook zelf weg uit deze chat."
    return Reply(
        f"Er staat {personal.names(kinds)} in uw bericht. Daarom heb ik het niet bewaard en niet doorgegeven.\n\n"
        f"Schrijf het opnieuw, zonder {one_only}. {away}"
    )
