"""Reading Matrix events: whatever anybody puts in one, it is something said or it is nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix import incoming
from bot.matrix.incoming import Room
from domain.messages import Incoming, Kind

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROOM = Room("!kamer:a.nl", "@raadsmaat:a.nl", private=True)
GROUP = Room("!groep:a.nl", "@raadsmaat:a.nl", private=False)

# The names and values that mean something, among anything else.
_NAMES = st.sampled_from(
    [
        *("type", "sender", "event_id", "content", "origin_server_ts", "redacts", "msgtype", "body", "url", "file"),
        *("info", "size", "mimetype", "filename", "key", "k", "iv", "hashes", "sha256", "m.mentions", "user_ids"),
        *("m.relates_to", "rel_type", "event_id", "m.in_reply_to", "m.new_content", "state_key", "membership"),
    ]
) | st.text(max_size=5)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            *("m.room.message", "m.room.encrypted", "m.room.redaction", "m.reaction", "m.sticker", "m.room.member"),
            *("m.text", "m.notice", "m.image", "m.file", "m.audio", "m.replace", "m.annotation", "1️⃣", "🔟", "join"),
            *("@anna:a.nl", "@raadsmaat:a.nl", "$een", "$twee", "mxc://a.nl/x", 10**400, float("nan")),
        ]
    )
)
_ANYTHING = st.recursive(
    _LEAVES, lambda part: st.lists(part, max_size=3) | st.dictionaries(_NAMES, part, max_size=6), max_leaves=20
)
_EVENTS = st.fixed_dictionaries(
    {"type": _LEAVES, "sender": _LEAVES, "event_id": _LEAVES, "content": _ANYTHING},
    optional={"origin_server_ts": _ANYTHING, "redacts": _ANYTHING, "state_key": _ANYTHING},
) | st.dictionaries(_NAMES, _ANYTHING, max_size=8)


def message(**content: Any) -> dict[str, Any]:
    """A message of Anna."""
    return {"type": "m.room.message", "sender": "@anna:a.nl", "event_id": "$een", "content": content}


@given(_EVENTS)
def test_no_event_of_any_shape_raises(event: dict[str, Any]) -> None:
    for room in (ROOM, GROUP):
        said = incoming.to_incoming(event, room, NOW)
        assert said is None or (said.chat == room.address and said.at.tzinfo is UTC and said.at <= NOW)
        assert said is None or event["sender"] != room.us
    meant = incoming.reaction(event)
    assert meant is None or 0 <= meant[1] < incoming.SIGNS


@given(_ANYTHING)
def test_no_content_of_any_shape_raises(content: Any) -> None:
    said = incoming.to_incoming(message() | {"content": content}, ROOM, NOW)
    assert said is None or said.kind is not Kind.FILE or said.attachment is not None


@given(st.lists(_EVENTS, max_size=6))
def test_no_events_that_come_together_raise(events: list[dict[str, Any]]) -> None:
    assert len(incoming.settled(events)) <= len(events)


@given(_ANYTHING)
def test_a_moment_of_any_shape_is_a_moment(stamp: Any) -> None:
    said = incoming.to_incoming(message(msgtype="m.text", body="dag") | {"origin_server_ts": stamp}, ROOM, NOW)
    assert said is not None
    assert said.at <= NOW


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"msgtype": "m.text", "body": "dag"}, (Kind.TEXT, "dag")),
        ({"msgtype": "m.emote", "body": "zwaait"}, (Kind.TEXT, "zwaait")),
        ({"msgtype": "m.text", "body": "!help"}, (Kind.TEXT, "/help")),
        ({"msgtype": "m.text", "body": 7}, (Kind.TEXT, "")),
        ({"msgtype": "m.notice", "body": "dag"}, None),
        ({"msgtype": ["m.text"], "body": "dag"}, None),
        ({"msgtype": {"a": "b"}, "body": "dag"}, None),
        ({"msgtype": "m.audio", "body": "stem.ogg"}, (Kind.UNREADABLE, "")),
        ({"msgtype": "m.file", "body": "bon.pdf"}, (Kind.UNREADABLE, "")),  # nothing to fetch it with
        ({"msgtype": "m.file", "body": "bon.pdf", "url": "mxc://a.nl/x"}, (Kind.FILE, "")),
        ({"msgtype": "m.file", "body": "bon.pdf", "file": {"url": "mxc://a.nl/x"}}, (Kind.UNREADABLE, "")),
        ({}, None),
    ],
)
def test_what_a_message_is(content: dict[str, Any], expected: tuple[Kind, str] | None) -> None:
    said = incoming.to_incoming(message(**content), ROOM, NOW)
    assert (said and (said.kind, said.text)) == expected


def test_in_a_group_a_file_is_for_the_bot_only_when_it_is_named() -> None:
    photo = {"msgtype": "m.image", "body": "foto.png", "url": "mxc://a.nl/x", "info": {"size": -5}}
    assert incoming.to_incoming(message(**photo), GROUP, NOW) is None
    named = incoming.to_incoming(message(**photo, **{"m.mentions": {"user_ids": [GROUP.us]}}), GROUP, NOW)
    assert isinstance(named, Incoming)
    assert named.attachment is not None
    assert (named.kind, named.group, named.attachment.size) == (Kind.FILE, True, 0)
