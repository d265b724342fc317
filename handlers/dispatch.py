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
from domain.messages import Address, Choice, Incoming, Kind, Refusal, Reply
from handlers import (
    access,
    articles,
    choices,
    files,
    forms,
    groups,
    people,
    routes,
    screening,
    switching,
    threads,
    unheard,
)
from handlers.context import Context, Search
from search.library import Found, Library
from storage import chats, edits, inbox, members, outbox
from storage import forms as open_forms
from storage.parcels import Parcel, Way
from storage.tables import OpenForm

UNREADABLE = (
    "Ik kan alleen tekst lezen. Een sticker, filmpje of gesproken bericht begrijp ik niet. "
    "Typ uw bericht, dan help ik u."
)
STALE = "Deze keuze hoort bij een vraag die al voorbij is. Er is niets veranderd."
_HELP = frozenset({"help", "hulp"})  # these say so in a form as well: they answer no question
_UNKNOWN = "Dat commando ken ik niet. Met /help ziet u wat ik kan."


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
            reply = _stranger(said, session, now)
            if reply and said.kind is Kind.TEXT and access.code_in(said):
                reply = _gone_on(said, reply, session, now, library)
        else:
            busy.add(member.person_id)
            ctx = Context(session, member, now, library)
            reply = _member(heard, ctx, _held(opened.get(member.person_id), ctx))
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


def _stranger(said: Incoming, session: Session, now: datetime) -> Reply | None:
    match said.kind:
        case Kind.BLOCKED | Kind.OVERHEARD | Kind.UNBLOCKED:
            _chat_changed(said, session, now)
            return access.came(said, session, now) if said.kind is Kind.UNBLOCKED else None
        case Kind.PERSONAL:
            return screening.refused(said, session, None, now)
        case Kind.SEALED:
            return unheard.sealed(said, session, now)
        case Kind.CHANGED:
            return unheard.changed(said, session)
        case _ if said.group:
            return groups.answer(said, session, now)
        case Kind.TEXT:
            return access.stranger(said, session, now)
        case _:
            return Reply(access.PUBLIC)


def _gone_on(said: Incoming, reply: Reply, session: Session, now: datetime, library: Library) -> Reply:
    """A chat that was just linked goes on with what its person was busy with in another."""
    member = members.at(session, [said.chat], now).get(said.chat)
    if member is None:
        return reply
    ctx = Context(session, member, now, library)
    return _still_open(reply, _held(open_forms.opened(session, [member.person_id]).get(member.person_id), ctx), ctx)


def _chat_changed(said: Incoming, session: Session, now: datetime) -> None:
    if said.kind is Kind.OVERHEARD:
        chats.overheard(session, said.chat, now)
    elif said.kind is Kind.BLOCKED:
        chats.unreachable(session, said.chat, "heeft Raadsmaat geblokkeerd", now)
        people.declined(session, said.chat, now)
    else:
        chats.reached_again(session, said.chat)


def _held(row: OpenForm | None, ctx: Context) -> OpenForm | None:
    """The open form, unless this conversation is about another municipality by now, or a mandate ended."""
    if row is None:
        return None
    if row.municipality_id == ctx.member.municipality.id and ctx.member.may(routes.FORMS[row.form].who):
        return row
    open_forms.close(ctx.session, row)
    return None


def _member(heard: Heard, ctx: Context, row: OpenForm | None) -> Reply | Search | files.Fetch | None:
    said = heard.said
    match said.kind:
        case Kind.BLOCKED | Kind.OVERHEARD | Kind.UNBLOCKED:
            _chat_changed(said, ctx.session, ctx.now)
            return None
        case Kind.PERSONAL if said.group:
            return screening.refused(said, ctx.session, ctx.member.municipality.id, ctx.now)
        case _ if said.group:
            return groups.answer(said, ctx.session, ctx.now)
        case Kind.PERSONAL:
            return _still_open(screening.refused(said, ctx.session, ctx.member.municipality.id, ctx.now), row, ctx)
        case Kind.SEALED:
            return unheard.sealed(said, ctx.session, ctx.now)
        case Kind.CHANGED:
            noticed = unheard.changed(said, ctx.session, asked=row is not None)
            return noticed and _still_open(noticed, row, ctx)
        case _ if refused := switching.refused(ctx, said):
            return refused
        case Kind.UNREADABLE:
            return _still_open(Reply(UNREADABLE), row, ctx)
        case Kind.FILE:
            return _file(heard, ctx, row)
        case Kind.PRESSED:
            found = choices.pressed(said, ctx)
        case Kind.TEXT:
            found = choices.chosen(said, _step(row), ctx)
    if found is None or (found.step and found.step != _step(row)):
        return _still_open(Reply(STALE), row, ctx)
    if heard.found is not None and not row:
        return articles.found(found.said, ctx, heard.found)
    reply = _said(found.said, ctx, row)
    if found.step and found.label and not isinstance(reply, Search):
        # An answer is given once, and its question shows it. A command can be given again: its button stays.
        edits.chosen(ctx.session, found.row_id, found.label, ctx.now)
    return reply


def _file(heard: Heard, ctx: Context, row: OpenForm | None) -> Reply | files.Fetch:
    try:
        with ctx.session.begin_nested():
            return files.came(heard.said, ctx, routes.FORMS[row.form] if row else None, row, heard.file)
    except Refusal as refusal:
        return _still_open(Reply(refusal.sentence, refusal.choices), row, ctx)


def _step(row: OpenForm | None) -> str:
    return forms.step(routes.FORMS[row.form], row) if row else ""


def _said(said: Incoming, ctx: Context, row: OpenForm | None) -> Reply | Search | None:
    text = said.text.strip()
    if not text:
        return _still_open(Reply("Uw bericht is leeg. Typ wat u wilt vragen of weten."), row, ctx)
    unsent = None
    if row:
        form = routes.FORMS[row.form]
        word = forms.command(said)
        if word in forms.STOP | forms.BACK or not (text.startswith("/") or word in _HELP):
            reply = forms.go_on(form, row, said, ctx)
            if reply:
                return reply
            unsent = threads.unsent(row)
            row = None  # the form yields: these words are about something else
        elif form.yields:
            open_forms.close(ctx.session, row)
            row = None
    elif code := _code(said):
        return access.redeem(code, said, ctx.session, ctx.now)
    route = routes.find(said)
    may = route is not None and ctx.member.may(route.who)
    if not may and not text.startswith("/"):
        return threads.listening(said, ctx, unsent) or _wished(said, ctx) or articles.free_text(said, ctx)
    if route is None or not may:
        return _still_open(Reply(_UNKNOWN, (Choice("Wat kan ik hier?", "/help"),)), row, ctx)
    if row is None:
        return route.does(said, ctx)
    try:
        with ctx.session.begin_nested():
            done = route.does(said, ctx)
    except Refusal as refusal:
        done = Reply(refusal.sentence, refusal.choices)
    return done if isinstance(done, Search) else _still_open(done, row, ctx)


def _wished(said: Incoming, ctx: Context) -> Reply | Search | None:
    found = routes.wished(said, ctx.member)
    return found and found[0].does(found[1], ctx)


def _code(said: Incoming) -> str | None:
    # A member with a second mandate sends that municipality's code by itself, as the letter says.
    if said.rest or said.text.startswith("/") or said.text.count("-") < 3:
        return None
    return access.code_in(said)


def _still_open(reply: Reply, row: OpenForm | None, ctx: Context) -> Reply:
    """An answer to something else, followed by the question that is still open."""
    if row is None:
        return reply
    form = routes.FORMS[row.form]
    if form.yields:
        return reply
    before = f"{reply.text}\n\nU bent nog bezig met {form.what}."
    return forms.ask(form, row, ctx, before=before)
