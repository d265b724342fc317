"""What a Matrix room delivers, as something said; or nothing, when it is not for us.

Events are read as they came, by their own fields: anybody can put anything in them.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.messages import Address, Attachment, Incoming, Kind, readable, slashed
from handlers import routes

NAME = "matrix"

_WORDS = frozenset({"m.text", "m.emote"})
_FILES = frozenset({"m.image", "m.file"})
_NO_WORDS = frozenset({"m.audio", "m.video", "m.location", *_FILES})
_FALLBACK = re.compile(r"\A(?:> .*\n)+\n?")  # the message that is replied to, as older apps put it in the reply
_OLDEST = timedelta(days=14)  # a clock elsewhere that says more is wrong, or lies
_DIGITS = re.compile("([1-9])\ufe0f?\u20e3")
_TEN = "\U0001f51f"

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Room:
    """What must be known of a room to read what is said in it. `us` is the bot's own user id."""

    id: str
    us: str
    private: bool

    @property
    def address(self) -> Address:
        return Address(NAME, self.id)


def key(event_id: str) -> str:
    """What an event is called in the inbox."""
    return f"{NAME}:{event_id}"


def to_incoming(event: Event, room: Room, now: datetime) -> Incoming | None:
    """An event as it is to be handled; None for what is not for us: also our own, and what bots say.

    A reaction is not read here, since what it means stands with the message it is on: see `pressed`.
    """
    match event:
        case {"sender": str() as sender, "event_id": str() as event_id, "type": str() as kind} if sender != room.us:
            content = event.get("content")
            if isinstance(content, dict):
                return _read(kind, content, event, event_id, room, now)
    return None


def _read(kind: str, content: Event, event: Event, event_id: str, room: Room, now: datetime) -> Incoming | None:
    said = Incoming(
        text="",
        chat=room.address,
        at=_moment(event.get("origin_server_ts"), now),
        key=key(event_id),
        group=not room.private,
        message_id=event_id,
        own=str(event["sender"]) if room.private else "",
    )
    if kind == "m.room.encrypted":
        # Not under its own key: what it says may still be read, and is handled then.
        return replace(said, kind=Kind.SEALED, key=key(f"sealed:{event_id}")) if room.private else None
    if kind == "m.room.redaction":
        target = event.get("redacts") or content.get("redacts")
        return replace(said, kind=Kind.CHANGED, text=target) if isinstance(target, str) and room.private else None
    if kind == "m.sticker" and room.private:
        return replace(said, kind=Kind.UNREADABLE)
    if kind != "m.room.message" or not isinstance(content.get("msgtype"), str):
        return None
    if target := replaced(event):
        return replace(said, kind=Kind.CHANGED, text=target) if room.private else None
    text = _text(content)
    if not room.private and not _addressed(text, content, room.us):
        return None
    if content["msgtype"] in _WORDS:
        return replace(said, text=readable(text))
    if attachment := attached(content):  # what was written below a file is not kept: it answers nothing
        return replace(said, kind=Kind.FILE, attachment=attachment)
    return replace(said, kind=Kind.UNREADABLE) if content["msgtype"] in _NO_WORDS else None


def attached(content: Event) -> Attachment | None:
    """The document or photo in a message, as its sender says it is; None when there is none to be fetched.

    Where the file is, and what opens it when it was encrypted, becomes its source.
    """
    if content.get("msgtype") not in _FILES:
        return None
    match content:
        case {
            "file": {
                "url": str() as url,
                "key": {"k": str() as key},
                "iv": str() as start,
                "hashes": {"sha256": str() as digest},
            }
        }:
            source = {"url": url, "key": key, "iv": start, "sha256": digest}
        case {"url": str() as url}:
            source = {"url": url}
        case _:
            return None
    told = content.get("info")
    info: Event = told if isinstance(told, dict) else {}
    name, media, size = content.get("filename", content.get("body")), info.get("mimetype"), info.get("size")
    return Attachment(
        name=readable(name)[:200] if isinstance(name, str) else "",
        media_type=readable(media)[:100] if isinstance(media, str) else "",
        size=size if isinstance(size, int) and size > 0 else 0,
        source=json.dumps({part: readable(value)[:500] for part, value in source.items()}),
    )


def replaced(event: Event) -> str | None:
    """The id of the event that this one is a new version of."""
    match event:
        case {"content": {"m.relates_to": {"rel_type": "m.replace", "event_id": str() as target}}}:
            return target
    return None


def settled(events: Iterable[Event]) -> list[Event]:
    """Events of one room that arrived together, as they stand now: a message that was changed or removed before
    anybody read it counts as it was left."""
    kept: dict[str, Event] = {}
    for event in events:
        event_id, sender = str(event.get("event_id")), event.get("sender")
        target = replaced(event) or (event.get("redacts") if event.get("type") == "m.room.redaction" else None)
        before = kept.get(str(target))
        if target is None or before is None or before.get("sender") != sender:
            kept[event_id] = event
        elif event.get("type") == "m.room.redaction":
            del kept[str(target)]
        else:
            new = event["content"].get("m.new_content")
            if isinstance(new, dict):
                kept[str(target)] = {**before, "content": new}
    return list(kept.values())


def _text(content: Event) -> str:
    body = content.get("body")
    text = body if isinstance(body, str) else ""
    match content:
        case {"m.relates_to": {"m.in_reply_to": {}}}:
            text = _FALLBACK.sub("", text, count=1)
    return slashed(text)


def _addressed(text: str, content: Event, us: str) -> bool:
    """Where others read along the bot listens to its own commands and to its name, and to nothing else."""
    match content:
        case {"m.mentions": {"user_ids": list() as mentioned}} if us in mentioned:
            return True
    return routes.is_command(text) or us in text


def _moment(stamp: object, now: datetime) -> datetime:
    try:
        at = datetime.fromtimestamp(float(stamp) / 1000, UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return at if now - _OLDEST < at <= now else now


def reaction(event: Event) -> tuple[str, int] | None:
    """The event a reaction is on, and the index of the choice it stands for; None for any other reaction."""
    match event:
        case {
            "type": "m.reaction",
            "content": {
                "m.relates_to": {"rel_type": "m.annotation", "event_id": str() as target, "key": str() as sign}
            },
        }:
            if sign.startswith(_TEN):
                return target, 9
            if digit := _DIGITS.match(sign):
                return target, int(digit[1]) - 1
    return None


def sign(index: int) -> str:
    """The sign of a choice in a reaction: 1️⃣ for the first, until 🔟."""
    return _TEN if index == 9 else f"{index + 1}\ufe0f\u20e3"


SIGNS = 10


def pressed(event: Event, room: Room, row: int, index: int, now: datetime) -> Incoming:
    """A reaction to a message of ours, as the choice it stands for."""
    return Incoming(
        text=f"{row}.{index}",
        chat=room.address,
        at=_moment(event.get("origin_server_ts"), now),
        key=key(str(event["event_id"])),
        kind=Kind.PRESSED,
        group=not room.private,
        own=str(event["sender"]) if room.private else "",
    )
