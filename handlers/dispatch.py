"""From what was said to what is answered: one message, one transaction, its replies.

Messages that are waiting together share a transaction, since a commit costs more than an answer. As soon
as one of them goes wrong all is undone and each gets a transaction of its own (`bot.intake` sees to it).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session

from domain.files import Fetched
from domain.messages import Address, Incoming, Kind, Refusal, Reply
from handlers import conversation, files
from handlers.context import Context, Search
from search.library import Found, Library
from storage import chats, inbox, members, outbox
from storage import forms as open_forms
from storage.parcels import Parcel, Way


@dataclass(frozen=True, slots=True)
class Heard:
    """Something said, with what the search found for it or the file that came with it, once that was asked."""

    said: Incoming
    found: Found | None = None
    file: Fetched | None = None


@dataclass(slots=True)
class Answered:
    """What became of a batch: messages to send now, messages that want the search or their file first,
    and messages that must wait for another of the same person in this batch. `owes`: others are owed messages now."""

    parcels: list[Parcel] = field(default_factory=list)
    searches: list[tuple[Incoming, Search]] = field(default_factory=list)
    fetches: list[Incoming] = field(default_factory=list)
    waiting: list[Heard] = field(default_factory=list)
    owes: bool = False


def answer(
    session: Session,
    batch: Sequence[Heard],
    now: datetime,
    by: str,
    library: Library,
    ways: Mapping[str, Way] = MappingProxyType({}),
) -> Answered:
    """Handles messages of different chats, in one transaction; `by` is the process that sends the answers,
    and `ways` how many of those it can begin to send at once (see `storage.outbox.answer`).

    Raises AlreadyHandled when another process was first, and whatever a handler raises. The caller then
    undoes everything and handles the messages one by one.
    """
    done = Answered()
    for said in (heard.said for heard in batch):
        _is_alone(said, session)
    known = members.at(session, {heard.said.chat for heard in batch}, now)
    opened = open_forms.opened(session, {member.person_id for member in known.values()})
    replies: list[tuple[Address, int | None, Reply]] = []
    handled: list[str] = []
    busy: set[int] = set()
    for heard in batch:
        said, member = heard.said, known.get(heard.said.chat)
        if member and member.person_id in busy:
            done.waiting.append(heard)
            continue
        reply: Reply | Search | files.Fetch | None
        if member is None:
            reply = conversation.with_stranger(said, session, now, library)
            _is_alone(said, session)  # the chat may be theirs since
        else:
            busy.add(member.person_id)
            ctx = Context(session, member, now, library)
            reply = conversation.with_member(said, ctx, opened.get(member.person_id), heard.found, heard.file)
        if isinstance(reply, Search):
            done.searches.append((said, reply))
            continue
        if isinstance(reply, files.Fetch):
            done.fetches.append(said)
            continue
        handled.append(said.key)
        if reply:
            replies.append((said.chat, member.municipality.id if member else None, reply))
    if handled:
        session.flush()
        inbox.handled(session, handled, now)
    done.parcels = outbox.answer(session, replies, now, by, ways)
    done.owes = outbox.owed(session)
    return done


def _is_alone(said: Incoming, session: Session) -> None:
    if said.own and not said.group:
        chats.belongs(session, said.chat, said.own)


def refuse(session: Session, said: Incoming, refusal: Refusal, now: datetime, by: str) -> list[Parcel]:
    """Records that a message was refused, and answers with the reason. Nothing else of it stands."""
    return _settle(session, said, Reply(refusal.sentence, refusal.choices), now, by)


def fail(session: Session, said: Incoming, reference: str, now: datetime, by: str) -> list[Parcel]:
    """Records that a message could not be handled through a fault of ours."""
    text = (
        f"Er ging iets mis door een fout in Raadsmaat. Uw laatste bericht is niet verwerkt. "
        f"Probeer het later opnieuw, of meld het bij de griffie met nummer {reference}."
    )
    return _settle(session, said, Reply(text), now, by)


def _settle(session: Session, said: Incoming, reply: Reply, now: datetime, by: str) -> list[Parcel]:
    inbox.handled(session, [said.key], now)
    if said.kind in (Kind.BLOCKED, Kind.OVERHEARD, Kind.UNBLOCKED):
        return []
    return outbox.answer(session, [(said.chat, None, reply)], now, by)
