"""From what a sync delivers to what was said, room by room."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from nio import AsyncClient, Event, MatrixRoom, MegolmEvent, SyncResponse

from bot.logs import where
from bot.matrix import incoming, rooms, sealed, syncing
from bot.matrix.incoming import NAME, to_incoming
from bot.matrix.rooms import Rooms
from bot.platform import Receive
from domain.messages import Address, Incoming, Kind
from handlers.access import code_in
from storage import invitations

log = structlog.get_logger()

_WHO_READS = frozenset({"m.room.member", "m.room.join_rules", "m.room.history_visibility"})


@dataclass(slots=True)
class Heard:
    """What a sync brought: what was said, what could not be decrypted, what was removed (and by whom), and the latest
    event of others in a room."""

    said: list[Incoming] = field(default_factory=list)
    sealed: list[MegolmEvent] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    latest: dict[str, str] = field(default_factory=dict)


async def heard(
    client: AsyncClient, response: SyncResponse, since: str | None, keeping: Rooms, receive: Receive, now: datetime
) -> Heard:
    """Everything in a sync that is for us, oldest first in each room."""
    found = Heard()
    for room_id, info in response.rooms.join.items():
        room = client.rooms[room_id]
        events = await syncing.timeline(client, room, info, since)
        found.removed += sealed.removals(events)
        found.sealed += [event for event in events if isinstance(event, MegolmEvent)]
        guest = keeping.is_guest(room_id)
        silent = guest or keeping.is_successor(room_id) or not rooms.is_private(room)
        if since and not guest and (joined := syncing.came_in(info, client.user_id)):
            found.said.append(standing(room, f"in:{joined}", now))
        if since and not silent and (came := syncing.let_in(info, client.user_id)):
            # Who asks the bot in has pressed no “start”, and would not know what to say first.
            found.said.append(Incoming(text="/start", chat=Address(NAME, room_id), at=now, key=incoming.key(came)))
        for source in incoming.settled(event.source for event in events):
            said = await _read(source, room, client, receive, now)
            if said is not None and (not guest or _brings_a_code(said)):
                found.said.append(said)
                found.latest[room_id] = str(source["event_id"])
    for room_id in response.rooms.leave:
        client.rooms.pop(room_id, None)
        key = f"{NAME}:left:{room_id}:{response.next_batch}"
        found.said.append(Incoming(text="", chat=Address(NAME, room_id), at=now, key=key, kind=Kind.BLOCKED))
    return found


def opened(client: AsyncClient, events: Iterable[tuple[str, Event]], keeping: Rooms, now: datetime) -> list[Incoming]:
    """What was said in events whose keys arrived later than they did."""
    found = []
    for room_id, event in events:
        room = client.rooms.get(room_id)
        said = to_incoming(event.source, rooms.as_read(room), now) if room is not None else None
        if said is not None and (not keeping.is_guest(room_id) or _brings_a_code(said)):
            found.append(said)
    return found


async def _read(
    source: incoming.Event, room: MatrixRoom, client: AsyncClient, receive: Receive, now: datetime
) -> Incoming | None:
    try:
        if source.get("type") in _WHO_READS:
            return _came_or_went(source, room, now)
        if source.get("type") == "m.reaction":
            return await _pressed(source, room, receive, now)
        said = to_incoming(source, rooms.as_read(room), now)
        if said is None or not said.group:
            return said
        return replace(said, own=await _own(client, str(source["sender"]), receive))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # Anybody can send anything; waiting for it would keep everybody else out.
        log.error("an event cannot be read and is passed over", error=type(error).__name__, at=where(error))
        return None


async def _own(client: AsyncClient, user: str, receive: Receive) -> str:
    """The room in which somebody talks with the bot alone, when it is linked; else nothing."""
    for room in list(client.rooms.values()):
        if user in room.users and rooms.is_private(room) and await receive.linked(Address(NAME, room.room_id)):
            return str(room.room_id)
    return ""


def _came_or_went(source: incoming.Event, room: MatrixRoom, now: datetime) -> Incoming | None:
    """A private chat ends when somebody else comes in or the person goes, and begins again when it is as before."""
    if source.get("sender") == room.own_user_id and source.get("state_key") == room.own_user_id:
        return None
    return replace(standing(room, str(source["event_id"]), now), text=_who_came(source))


def standing(room: MatrixRoom, event: str, now: datetime) -> Incoming:
    """Who is in a room by now besides the bot: nobody, one person alone with it, or more that read along."""
    others = [user for user in room.users if user != room.own_user_id]
    crowded, empty = not rooms.is_private(room), rooms.is_empty(room)
    return Incoming(
        text="",
        chat=Address(NAME, room.room_id),
        at=now,
        key=incoming.key(event),
        kind=Kind.OVERHEARD if crowded else Kind.BLOCKED if empty else Kind.UNBLOCKED,
        group=crowded,
        own=others[0] if others and not crowded else "",
    )


def _who_came(source: incoming.Event) -> str:
    match source:
        case {"state_key": str() as user, "sender": str() as sender, "content": {"membership": "join"}}:
            return user if user == sender else ""
    return ""


async def _pressed(source: incoming.Event, room: MatrixRoom, receive: Receive, now: datetime) -> Incoming | None:
    meant = incoming.reaction(source)
    place = rooms.as_read(room)
    if meant is None or source.get("sender") == place.us or not place.private:
        return None
    row = await receive.row(place.address, meant[0])
    return None if row is None else incoming.pressed(source, place, row, meant[1], now)


def _brings_a_code(said: Incoming) -> bool:
    code = code_in(said) if said.kind is Kind.TEXT else None
    return code is not None and invitations.looks_like_code(code)
