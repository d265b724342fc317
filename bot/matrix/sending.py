"""One event into one room, encrypted where the room is, and shown once however often it is tried."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from nio import (
    AsyncClient,
    LocalProtocolError,
    MatrixRoom,
    MessageDirection,
    RedactedEvent,
    RoomGetEventResponse,
    RoomSendResponse,
)

from bot.matrix.content import ROW
from bot.matrix.errors import Refused, checked
from domain.delivery import DeliveryFailed

_PAGE = 100
_CLOCKS = timedelta(hours=1)  # that the server's may differ from ours
_PAGES = 20  # of a room's latest events that are looked through for an old message


async def put(client: AsyncClient, room: MatrixRoom, kind: str, content: Mapping[str, Any], key: str) -> str:
    """Sends an event and returns its id. `key` is the same at every attempt to send it: the server then keeps one.

    Raises Refused, and NO_ANSWER when there was none.
    """
    if room.encrypted and kind != "m.reaction":
        await _share_keys(client, room)
    sent: RoomSendResponse = checked(
        await client.room_send(room.room_id, kind, dict(content), tx_id=key, ignore_unverified_devices=True)
    )
    return str(sent.event_id)


async def redact(client: AsyncClient, room: MatrixRoom, event_id: str, key: str) -> None:
    """Deletes an event. Raises Refused, and NO_ANSWER when there was none."""
    checked(await client.room_redact(room.room_id, event_id, tx_id=key))


async def stands(client: AsyncClient, room: MatrixRoom, event_id: str) -> bool:
    """Whether an event is there and was not removed: a new version of one that was is taken, and shown by nobody.

    Raises Refused, and NO_ANSWER when there was none.
    """
    try:
        found: RoomGetEventResponse = checked(await client.room_get_event(room.room_id, event_id))
    except Refused as refused:
        if refused.code == "M_NOT_FOUND":
            return False
        raise
    return not isinstance(found.event, RedactedEvent)


async def _share_keys(client: AsyncClient, room: MatrixRoom) -> None:
    """Sees to it that everybody in an encrypted room can read what is sent next.

    The library does this by itself, but takes no notice when the server refuses a part of it.
    """
    if not room.members_synced:
        checked(await client.joined_members(room.room_id))
    if client.should_query_keys:
        checked(await client.keys_query())
    if not client.olm.should_share_group_session(room.room_id):
        return
    if room.room_id in client.sharing_session:
        await client.sharing_session[room.room_id].wait()
        return
    if missing := client.get_missing_sessions(room.room_id):
        checked(await client.keys_claim(missing))
    try:
        await client.share_group_session(room.room_id, ignore_unverified_devices=True)
    except LocalProtocolError as error:
        raise Refused("M_UNKNOWN") from error
    finally:
        # The library leaves this when the server goes away at the wrong moment; all that follows would wait for it.
        if left := client.sharing_session.pop(room.room_id, None):
            left.set()
    session = client.olm.outbound_group_sessions[room.room_id]
    reached = session.users_shared_with | session.users_ignored
    for user in room.users:
        for device in client.device_store.active_user_devices(user):
            # A device without a session has no keys left on the server; waiting for it would stop everybody.
            if (user, device.id) not in reached and client.olm.session_store.get(device.curve25519):
                client.olm.outbound_group_sessions.pop(room.room_id)
                raise Refused("M_UNKNOWN")


async def find(client: AsyncClient, room: MatrixRoom, tag: str, since: datetime) -> str | None:
    """The id of the event in a room that carries this tag; None when none does that was sent since that moment.

    Raises DeliveryFailed when so much was said there that it cannot be known.
    """
    before = (since - _CLOCKS).timestamp() * 1000
    start: str | None = None
    for _ in range(_PAGES):
        page = checked(await client.room_messages(room.room_id, start, direction=MessageDirection.back, limit=_PAGE))
        for event in page.chunk:
            content = event.source.get("content")
            if event.sender != client.user_id:
                continue
            if isinstance(content, dict) and content.get(ROW) == tag:
                return str(event.event_id)
            if event.server_timestamp < before:  # our own server's: others may give their events any
                return None
        if not page.end or not page.chunk:
            return None
        start = page.end
    raise DeliveryFailed("niet na te gaan of dit bericht al in de chat staat", permanent=True, uncertain=True)
