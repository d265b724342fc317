"""Reading what happened: the library's sync, made whole where the server left a gap."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import structlog
from nio import AsyncClient, Event, MatrixRoom, MessageDirection, RoomInfo, SyncResponse

from bot.matrix.errors import NO_ANSWER, Refused, checked

log = structlog.get_logger()

T = TypeVar("T")

_FILTER: dict[str, Any] = {
    "room": {
        "timeline": {"limit": 50},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
    "presence": {"types": []},
    "account_data": {"types": []},
}
_FIRST_SECONDS = 300.0  # the first answer holds the state of all rooms
_GRACE = 15.0  # seconds that an answer may be late before the connection counts as dead
_PAGE = 100
_PAGES = 50  # of what was said in one room while we were away
_LONGEST_PAUSE = 30.0


async def syncs(client: AsyncClient, since: str | None, seconds: float) -> AsyncIterator[SyncResponse]:
    """One answer after the other, for ever; the server waits `seconds` at most when there is nothing new.

    An answer that does not come in time is asked for again. Raises Refused when the account is shut out.
    """
    if since:
        client.next_batch = since
    first = True
    while True:
        wait = 0.0 if first else seconds
        yield await persistent(partial(_sync, client, wait, first=first))
        first = False


async def _sync(client: AsyncClient, seconds: float, *, first: bool) -> SyncResponse:
    async with asyncio.timeout(_FIRST_SECONDS if first else seconds + _GRACE):
        return checked(
            await client.sync(timeout=int(seconds * 1000), sync_filter=_FILTER, full_state=True if first else None)
        )


async def persistent(call: Callable[[], Awaitable[T]]) -> T:
    """Does a call again and again while the server is away or in trouble."""
    pause = 1.0
    while True:
        try:
            return await call()
        except Refused as refused:
            if not refused.busy:
                raise
            wait = refused.retry_after or pause
        except NO_ANSWER as error:
            log.warning("Matrix cannot be reached; trying again", error=type(error).__name__, seconds=pause)
            wait = pause
        await asyncio.sleep(wait)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def timeline(client: AsyncClient, room: MatrixRoom, info: RoomInfo, since: str | None) -> list[Event]:
    """Everything that was said in a room since the last answer, oldest first, the part that was left out included.

    Of a room that the bot came into since then: everything after it did.
    """
    if not since:
        return []  # what was said before the bot ever looked is not for it
    events = list(info.timeline.events)
    if (ours := _joined_at(events, client.user_id)) is not None:
        return events[ours + 1 :]
    start = info.timeline.prev_batch if info.timeline.limited else None
    for _ in range(_PAGES):
        if not start:
            return events
        page = await persistent(partial(_page, client, room.room_id, start, since))
        older = list(reversed(page.chunk))
        if (ours := _joined_at(older, client.user_id)) is not None:
            return older[ours + 1 :] + events
        events = older + events
        start = page.end if page.chunk else None
    log.warning("more was said in a room than is read back; the oldest part is left out")
    return events


def came_in(info: RoomInfo, us: str) -> str | None:
    """The id of the event by which the bot came into a room; None when this sync of the room tells of none."""
    index = _joined_at(info.timeline.events, us)
    return None if index is None else str(info.timeline.events[index].event_id)


def let_in(info: RoomInfo, us: str) -> str | None:
    """The id of the event by which the bot took an invitation to talk with one person; None when this sync of a room
    tells of none."""
    index = _joined_at(info.timeline.events, us)
    match info.timeline.events[index].source if index is not None else None:
        case {
            "event_id": str() as event_id,
            "unsigned": {"prev_content": {"membership": "invite", "is_direct": True}},
        }:
            return event_id
    return None


async def _page(client: AsyncClient, room_id: str, start: str, since: str) -> Any:
    return checked(await client.room_messages(room_id, start, since, MessageDirection.back, _PAGE))


def _joined_at(events: list[Event], us: str) -> int | None:
    """Where in a timeline the bot came in, if it did: the last time, not when it only changed its name."""
    for index in range(len(events) - 1, -1, -1):
        match events[index].source:
            case {"type": "m.room.member", "state_key": key, "content": {"membership": "join"}} if key == us:
                before = events[index].source.get("unsigned", {}).get("prev_content", {})
                if before.get("membership") != "join":
                    return index
    return None


async def look_after_keys(client: AsyncClient) -> None:
    """What encryption wants done between two answers. What the server cannot do now comes up again."""
    try:
        if client.should_upload_keys:
            checked(await client.keys_upload())
        if client.should_query_keys:
            checked(await client.keys_query())
        if client.should_claim_keys:
            checked(await client.keys_claim(client.get_users_for_key_claiming()))
        for answer in await client.send_to_device_messages():
            checked(answer)
    except (Refused, *NO_ANSWER) as error:
        log.warning("encryption keys could not be kept up to date; trying again", error=type(error).__name__)
