"""Asking for keys that did not come with their messages, and which answers are taken."""

from collections.abc import Sequence
from typing import Any

import structlog
from nio import AsyncClient, ForwardedRoomKeyEvent, MegolmEvent
from nio.crypto import OutgoingKeyRequest

from bot.matrix.errors import NO_ANSWER, Refused, checked
from bot.matrix.sealed import Sealed

log = structlog.get_logger()

_ALGORITHM = "m.megolm.v1.aes-sha2"


def take_answers(client: AsyncClient, waiting: Sealed) -> None:
    """From now on a key that was asked for is taken from whoever sent what it opens, and from nobody else."""
    olm = client.olm
    handle = olm._handle_forwarded_room_key_event

    def wanted(_sender: str, device_key: str, answer: ForwardedRoomKeyEvent) -> bool:
        return _is_asked_for(client, answer) and _is_theirs(client, waiting, device_key, answer)

    def handled(sender: str, device_key: str, payload: dict[str, Any]) -> Any:
        try:
            return handle(sender, device_key, payload)
        except ValueError as error:
            # Anybody can send anything; stopping at it would keep everybody else out.
            log.error("a key cannot be read and is passed over", error=type(error).__name__)
            return None

    # The library takes keys of our own other devices only, and has no setting for it: the bot has no other devices.
    olm._should_accept_forward = wanted
    olm._handle_forwarded_room_key_event = handled


def _is_asked_for(client: AsyncClient, answer: ForwardedRoomKeyEvent) -> bool:
    request = client.outgoing_key_requests.get(answer.session_id)
    if request is None or answer.algorithm != _ALGORITHM:
        return False
    return bool((request.room_id, request.algorithm) == (answer.room_id, answer.algorithm))


def _is_theirs(client: AsyncClient, waiting: Sealed, device_key: str, answer: ForwardedRoomKeyEvent) -> bool:
    """Whether the device that gives a key and the one that made it are of the user whose message waits for it."""
    # Both: otherwise somebody could pass a session of their own off as another's.
    theirs = {one.curve25519: one.ed25519 for one in client.device_store.active_user_devices(answer.sender)}
    made_by = answer.source["content"]["sender_key"]
    if device_key not in theirs or theirs.get(made_by) != answer.source["content"]["sender_claimed_ed25519_key"]:
        return False
    return waiting.awaits(answer.sender, answer.room_id, answer.session_id, made_by)


async def ask(client: AsyncClient, waiting: Sealed, events: Sequence[MegolmEvent]) -> None:
    """Asks the devices that sent these for the keys, once for each session. What is refused is not asked again."""
    sessions = waiting.sessions
    _settle(client, sessions)
    for session, event in {event.session_id: event for event in events}.items():
        if session in client.outgoing_key_requests or session not in sessions:
            continue
        # The library asks our own other devices; those that can help are the sender's.
        request = event.as_key_request(event.sender, client.device_id)
        try:
            checked(await client.to_device(request))
        except (Refused, *NO_ANSWER) as error:
            log.info("a key could not be asked for", error=type(error).__name__)
        else:
            asked = OutgoingKeyRequest.from_message(request)
            client.olm.outgoing_key_requests[session] = asked
            client.store.add_outgoing_key_request(asked)


def _settle(client: AsyncClient, sessions: set[str]) -> None:
    """Forgets requests for which nothing waits any more, so that the session can be asked for again."""
    for session, request in list(client.outgoing_key_requests.items()):
        if session not in sessions:
            del client.olm.outgoing_key_requests[session]
            client.store.remove_outgoing_key_request(request)
