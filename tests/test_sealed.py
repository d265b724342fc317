"""What cannot be read yet is kept over restarts, and costs nothing while there is none of it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nio import Event, MegolmEvent

from bot.matrix import sealed
from bot.matrix.sealed import Sealed

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def message(number: int) -> MegolmEvent:
    """A message that needs a key."""
    event = Event.parse_encrypted_event(
        {
            "type": "m.room.encrypted",
            "sender": "@anna:a.nl",
            "event_id": f"${number}",
            "origin_server_ts": 1,
            "content": {
                "algorithm": "m.megolm.v1.aes-sha2",
                "ciphertext": "AwgA",
                "device_id": "TOESTEL",
                "sender_key": "sleutel",
                "session_id": "sessie",
            },
        }
    )
    assert isinstance(event, MegolmEvent)
    event.room_id = "!kamer:a.nl"
    return event


def kept(folder: Path, events: Sequence[MegolmEvent], *, at: datetime = NOW) -> int:
    """How many wait after a new process has added these."""
    Sealed(folder).add(events, at)
    return sealed.count(folder)


def test_nothing_is_written_while_nothing_waits(tmp_path: Path) -> None:
    waiting = Sealed(tmp_path)
    waiting.add([], NOW)
    waiting.done([])
    assert not list(tmp_path.iterdir())


def test_what_waits_is_kept_over_a_restart_until_it_was_read(tmp_path: Path) -> None:
    assert kept(tmp_path, [message(1), message(2)]) == 2
    assert kept(tmp_path, [message(2), message(3)]) == 3
    Sealed(tmp_path).done(["$1", "$2", "$onbekend"])
    assert sealed.count(tmp_path) == 1


def test_what_was_not_opened_in_a_week_is_let_go(tmp_path: Path) -> None:
    assert kept(tmp_path, [message(1)]) == 1
    assert kept(tmp_path, [], at=NOW + timedelta(days=6)) == 1
    assert kept(tmp_path, [], at=NOW + timedelta(days=8)) == 0


def redaction(by: str, **more: object) -> Event:
    """A message that is taken away; where it says which, is up to the version of the room."""
    source = {"type": "m.room.redaction", "sender": by, "event_id": "$weg", "origin_server_ts": 2, "content": {}}
    return Event(source | more)


def test_what_its_author_takes_back_waits_no_longer(tmp_path: Path) -> None:
    assert kept(tmp_path, [message(1), message(2), message(3)]) == 3
    taken = [
        redaction("@anna:a.nl", redacts="$1"),
        redaction("@anna:a.nl", content={"redacts": "$2"}),
        redaction("@bram:a.nl", redacts="$3"),
        redaction("@bram:a.nl", redacts="$onbekend"),
        redaction("@bram:a.nl", redacts=["$3"]),
    ]
    Sealed(tmp_path).drop(sealed.removals([*taken, message(3)]))
    assert list(json.loads((tmp_path / "sealed.json").read_text())) == ["$3"]
