"""Keys of encrypted messages that do not arrive with them, and come later."""

from typing import Any

from nio import ToDeviceMessage

from tests.platforms.matrix import Person, good

_ALGORITHM = "m.megolm.v1.aes-sha2"


def lost_session(sender: Person) -> tuple[str, str]:
    """What they say from now on is encrypted with a key that nobody is given; returns its id, and the key."""
    olm = sender.client.olm
    olm.create_outbound_group_session(sender.room)
    session = olm.outbound_group_sessions[sender.room]
    session.shared = True
    return session.id, session.session_key


async def gives_key(sender: Person, session: tuple[str, str]) -> None:
    """Gives the bot a key as clients do of their own accord."""
    await gives(sender, "m.room_key", _about(sender, session))


def answer_to_request(sender: Person, session: tuple[str, str]) -> dict[str, Any]:
    """What clients say that were asked for a key."""
    ours = sender.client.olm.account.identity_keys
    inbound = sender.client.olm.inbound_group_store.get(sender.room, ours["curve25519"], session[0])
    origin = {
        "sender_key": ours["curve25519"],
        "sender_claimed_ed25519_key": ours["ed25519"],
        "forwarding_curve25519_key_chain": [],
    }
    exported = inbound.export_session(inbound.first_known_index)
    return _about(sender, (session[0], exported)) | origin


async def answers_request(sender: Person, session: tuple[str, str], **more: Any) -> None:
    """Gives the bot a key as clients do that were asked for it."""
    await gives(sender, "m.forwarded_room_key", answer_to_request(sender, session) | more)


async def gives(sender: Person, kind: str, content: dict[str, Any]) -> None:
    """Sends the bot's devices something that only they can read, not in a room."""
    olm, given = sender.client.olm, 0
    for device in sender.client.device_store.active_user_devices(sender.bot):
        if (way := olm.session_store.get(device.curve25519)) is not None:
            cipher = olm._olm_encrypt(way, device, kind, content)
            message = ToDeviceMessage("m.room.encrypted", sender.bot, device.id, cipher)
            good(await sender.client.to_device(message))
            given += 1
    assert given


def _about(sender: Person, session: tuple[str, str]) -> dict[str, Any]:
    session_id, key = session
    return {"algorithm": _ALGORITHM, "room_id": sender.room, "session_id": session_id, "session_key": key}
