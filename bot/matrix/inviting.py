"""Asking people to a chat: the griffie gave their address, and the bot opens a room for them."""

import structlog
from nio import AsyncClient, RoomPreset

from bot.matrix.errors import NO_ANSWER, Refused, checked
from bot.matrix.incoming import NAME
from bot.platform import Receive

log = structlog.get_logger()

_AT_ONCE = 5  # invitations between two syncs; servers allow few
_ENCRYPTION = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
_TITLE = "Raadsmaat"


async def invite(client: AsyncClient, receive: Receive, *, encrypted: bool) -> list[str]:
    """Asks whom the griffie wants asked, and returns the rooms. What cannot be done now is tried at the next call."""
    rooms = []
    for key, address in await receive.to_ask(NAME, _AT_ONCE):
        try:
            room = await _room(client, key, address, encrypted=encrypted)
        except NO_ANSWER as error:
            log.info("somebody cannot be invited now", error=type(error).__name__)
            break
        except Refused as refused:
            log.info("an invitation was refused", code=refused.code)
            if refused.busy or refused.no_access:
                break
            await receive.not_asked(key)
        else:
            await receive.asked(key, room)
            rooms.append(room)
    return rooms


async def _room(client: AsyncClient, key: str, address: str, *, encrypted: bool) -> str:
    """A direct chat with somebody; its alias sees to it that there is one only, however often it is tried."""
    alias = f"raadsmaat-{key}"
    try:
        made = await client.room_create(
            alias=alias,
            name=_TITLE,
            is_direct=True,
            preset=RoomPreset.private_chat,
            invite=[address],
            initial_state=[_ENCRYPTION] if encrypted else [],
        )
        return str(checked(made).room_id)
    except Refused as refused:
        if refused.code != "M_ROOM_IN_USE":
            raise
    # It was made by an attempt that did not come to an end, perhaps before anybody was asked to it.
    server = client.user_id.partition(":")[2]
    room = str(checked(await client.room_resolve_alias(f"#{alias}:{server}")).room_id)
    known = client.rooms.get(room)
    if known is None or address not in known.users:
        checked(await client.room_invite(room, address))
    return room
