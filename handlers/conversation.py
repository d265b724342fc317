"""What one message gets for an answer: by what happened, who said it, and what they were busy with."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain.delivery import BLOCKED
from domain.files import Fetched
from domain.messages import Choice, Incoming, Kind, Refusal, Reply
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
from storage import chats, edits, members
from storage import forms as open_forms
from storage.tables import OpenForm

UNREADABLE = (
    "Ik kan alleen tekst lezen. Een sticker, filmpje of gesproken bericht begrijp ik niet. "
    "Typ uw bericht, dan help ik u."
)
STALE = "Deze keuze hoort bij een vraag die al voorbij is. Er is niets veranderd."
_HELP = frozenset({"help", "hulp"})  # these say so in a form as well: they answer no question
_UNKNOWN = "Dat commando ken ik niet. Met /help ziet u wat ik kan."


def with_stranger(said: Incoming, session: Session, now: datetime, library: Library) -> Reply | None:
    """What somebody without a mandate hears, or nothing. A good code makes a member of them."""
    reply = _stranger(said, session, now)
    if reply and said.kind is Kind.TEXT and access.code_in(said):
        return _gone_on(said, reply, session, now, library)
    return reply


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
        case Kind.TEXT if said.own and said.word == groups.LINK and said.rest:
            return groups.link(said, session, now)  # in the room of a group that the others have yet to come into
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
    row = open_forms.opened(session, [member.person_id]).get(member.person_id)
    return _still_open(reply, _held(row, ctx), ctx)


def _chat_changed(said: Incoming, session: Session, now: datetime) -> None:
    if said.kind is Kind.OVERHEARD:
        chats.overheard(session, said.chat, now)
    elif said.kind is Kind.BLOCKED:
        chats.unreachable(session, said.chat, BLOCKED, now)
        people.declined(session, said.chat, now)
    else:
        chats.reached_again(session, said.chat)


def _held(row: OpenForm | None, ctx: Context) -> OpenForm | None:
    """The open form, unless this conversation is about another municipality by now, a mandate ended, or the program
    has no such form any more."""
    if row is None:
        return None
    form = routes.FORMS.get(row.form)
    if form and row.municipality_id == ctx.member.municipality.id and ctx.member.may(form.who):
        return row
    open_forms.close(ctx.session, row)
    return None


def with_member(
    said: Incoming, ctx: Context, form: OpenForm | None, found: Found | None, file: Fetched | None
) -> Reply | Search | files.Fetch | None:
    """What a member hears who has this form open, or nothing; or what has to be looked up first.

    `found` and `file` are what came of that, once it was. Raises whatever a handler raises.
    """
    row = _held(form, ctx)
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
            return _file(said, ctx, row, file)
        case Kind.PRESSED:
            meant = choices.pressed(said, ctx)
        case Kind.TEXT:
            meant = choices.chosen(said, _step(row), ctx)
    if meant is None or (meant.step and meant.step != _step(row)):
        return _still_open(Reply(STALE), row, ctx)
    if found is not None and not row:
        return articles.found(meant.said, ctx, found)
    reply = _said(meant.said, ctx, row)
    if meant.step and meant.label and not isinstance(reply, Search):
        # An answer is given once, and its question shows it. A command can be given again: its button stays.
        edits.chosen(ctx.session, meant.row_id, meant.label, ctx.now)
    return reply


def _file(said: Incoming, ctx: Context, row: OpenForm | None, file: Fetched | None) -> Reply | files.Fetch:
    try:
        with ctx.session.begin_nested():
            return files.came(said, ctx, routes.FORMS[row.form] if row else None, row, file)
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
        if done := _meanwhile(said, ctx, form, row):
            return done
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
    return route.does(said, ctx) if row is None else _beside(route, said, row, ctx)


def _beside(route: routes.Route, said: Incoming, row: OpenForm, ctx: Context) -> Reply | Search:
    """A command in the middle of a form, and the question of that form again."""
    try:
        with ctx.session.begin_nested():
            done = route.does(said, ctx)
    except Refusal as refusal:
        done = Reply(refusal.sentence, refusal.choices)
    return done if isinstance(done, Search) else _still_open(done, row, ctx)


def _meanwhile(said: Incoming, ctx: Context, form: forms.Form[Any], row: OpenForm) -> Reply | Search | None:
    """What asks for a command and is no answer to the open question: “stuur een bericht” where a day is asked."""
    if said.text.startswith("/") or forms.command(said) in forms.STOP | forms.BACK | _HELP:
        return None
    route = routes.find(said)
    wish = (route, said) if route and route.help and ctx.member.may(route.who) else routes.wished(said, ctx.member)
    if wish is None or not forms.unread(form, row, said, ctx):
        return None
    return _beside(wish[0], wish[1], row, ctx)


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
