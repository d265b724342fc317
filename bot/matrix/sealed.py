"""Messages that could not be decrypted yet: kept until their keys arrive, and then answered after all."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nio import AsyncClient, BadEvent, EncryptionError, Event, MegolmEvent, UnknownBadEvent

from bot.matrix import kept

_FILE = "sealed.json"
_MOST = 1000
_MOST_OF_A_STRANGER = 10
_KEPT = timedelta(days=7)


class Sealed:
    """What waits for a key, over restarts."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._waiting: dict[str, Any] = kept.read(self._file)

    def add(
        self, events: Sequence[MegolmEvent], now: datetime, is_guest: Callable[[str], bool] = lambda _room: False
    ) -> None:
        """Keeps events, before their sync is acknowledged; those of a stranger as long as a code is waited for."""
        fresh = {
            event.event_id: {
                "room": event.room_id,
                "at": now.timestamp(),
                "event": event.source,
                "guest": is_guest(event.room_id),
            }
            for event in events
        }
        oldest = (now - _KEPT).timestamp()
        young = {
            event_id: one
            for event_id, one in (self._waiting | fresh).items()
            if one["at"] > oldest and (not one.get("guest") or is_guest(one["room"]))
        }
        self._keep(_latest(young))

    def drop(self, removals: Collection[tuple[str, str]]) -> None:
        """Forgets what its own author took back; each removal is an event and who removed it."""
        self.done([event_id for event_id, by in removals if self._author(event_id) == by])

    @property
    def sessions(self) -> set[str]:
        """The sessions whose keys are waited for."""
        return {one["event"]["content"]["session_id"] for one in self._waiting.values()}

    def awaits(self, user: str, room: str, session: str, sender_key: str) -> bool:
        """Whether something that this user sent waits for the key of this session."""
        return any(
            one["room"] == room
            and one["event"]["sender"] == user
            and one["event"]["content"]["session_id"] == session
            and one["event"]["content"]["sender_key"] == sender_key
            for one in self._waiting.values()
        )

    def _author(self, event_id: str) -> str | None:
        one = self._waiting.get(event_id)
        return one["event"].get("sender") if one is not None else None

    def opened(self, client: AsyncClient) -> list[tuple[str, Event]]:
        """The events whose keys have arrived, decrypted, each with its room."""
        found = []
        for one in list(self._waiting.values()):
            event = _megolm(one["event"], one["room"])
            if event is None or client.olm is None:
                continue
            if client.olm.inbound_group_store.get(event.room_id, event.sender_key, event.session_id) is None:
                continue
            try:
                opened = client.decrypt_event(event)
            except EncryptionError:
                continue
            if not isinstance(opened, BadEvent | UnknownBadEvent):
                found.append((event.room_id, opened))
        return found

    def done(self, event_ids: Sequence[str]) -> None:
        """Forgets events, once they are stored as said."""
        self._keep({event_id: one for event_id, one in self._waiting.items() if event_id not in event_ids})

    def _keep(self, waiting: dict[str, Any]) -> None:
        # Every sync comes by here, and people wait while a file is written.
        if waiting != self._waiting:
            kept.write(self._file, waiting)
            self._waiting = waiting


def count(folder: Path) -> int:
    """How many messages wait for a key, for the doctor and the health report; those of strangers concern nobody."""
    return sum(not one.get("guest") for one in kept.read(folder / _FILE).values())


def _latest(waiting: dict[str, Any]) -> dict[str, Any]:
    """As many as are kept: few of each stranger, who would otherwise push out what others said."""
    found, strangers = [], Counter[str]()
    for event_id, one in reversed(waiting.items()):
        strangers[one["room"]] += bool(one.get("guest"))
        if strangers[one["room"]] <= _MOST_OF_A_STRANGER:
            found.append((event_id, one))
    return dict(reversed(found[:_MOST]))


def removals(events: Iterable[Event]) -> list[tuple[str, str]]:
    """What these events remove: the event that goes, and who removed it."""
    found = []
    for event in events:
        match event.source:
            # Where it stands depends on the version of the room.
            case {"type": "m.room.redaction", "sender": str() as by, "redacts": str() as target}:
                found.append((target, by))
            case {"type": "m.room.redaction", "sender": str() as by, "content": {"redacts": str() as target}}:
                found.append((target, by))
    return found


def _megolm(source: dict[str, Any], room: str) -> MegolmEvent | None:
    event = Event.parse_encrypted_event(source)
    if isinstance(event, MegolmEvent):
        event.room_id = room
        return event
    return None
