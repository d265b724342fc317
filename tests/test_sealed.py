"""What cannot be read yet is kept over restarts, and costs nothing while there is none of it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nio import Event, MegolmEvent

from bot.matrix import sealed
from bot.matrix.sealed import Sealed

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def message(number: int, room: str = "!kamer:a.nl") -> MegolmEvent:
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
    event.room_id = room
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


def test_of_a_stranger_little_is_kept_and_only_while_a_code_is_waited_for(tmp_path: Path) -> None:
    def waiting() -> list[str]:
        return list(json.loads((tmp_path / "sealed.json").read_text()))

    strange = [message(number, "!vreemd:b.nl") for number in range(2, 30)]
    Sealed(tmp_path).add([message(1), *strange], NOW, lambda room: room == "!vreemd:b.nl")
    assert waiting() == ["$1", *(f"${number}" for number in range(20, 30))]
    assert sealed.count(tmp_path) == 1
    Sealed(tmp_path).add([], NOW)
    assert waiting() == ["$1"]
