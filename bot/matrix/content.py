"""What a message looks like as a Matrix event."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.matrix.incoming import SIGNS, sign
from domain import markup
from domain.delivery import Priority
from domain.messages import Attachment, Choice
from handlers.routes import ROUTES
from storage.parcels import Parcel

ROW = "nl.raadsmaat.row"  # which row of the outbox, and which piece of it, an event is
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})  # what every app can show in the chat itself
_COMMAND = re.compile(rf"(?<![^\s(*“])/(?=(?:{'|'.join(word for route in ROUTES for word in route.words)})\b)")
_MOST_NAMED = 20  # people who are called by name; who is with more is not called one by one


def message(parcel: Parcel, text: str, people: Sequence[str], *, last: bool) -> dict[str, Any]:
    """The content of one piece of a message to a room where `people` are.

    An answer in a conversation is a notice, which does not ring; anything else is for them by name, and does.
    """
    rings = parcel.priority is not Priority.CONVERSATION
    choices = parcel.choices if last else ()
    return {
        "msgtype": "m.text" if rings else "m.notice",
        **_text(text, _listed(choices, numbered=parcel.numbered)),
        "m.mentions": {"user_ids": list(people)} if rings and len(people) <= _MOST_NAMED else {},
        ROW: tag(parcel),
    }


def edit(parcel: Parcel, text: str, event_id: str) -> dict[str, Any]:
    """The content that makes an earlier event this text. Apps that know no edits show it as a message with a star."""
    new = {"msgtype": "m.notice", **_text(text, ()), "m.mentions": {}}
    return {
        **new,
        "body": f"* {new['body']}",
        "formatted_body": f"* {new['formatted_body']}",
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
        ROW: tag(parcel),
    }


def file(parcel: Parcel, attachment: Attachment, place: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a file that goes before the text of its message; `place` is where it can be fetched."""
    return {
        "msgtype": "m.image" if attachment.media_type in _SHOWN else "m.file",
        "body": attachment.name,
        "filename": attachment.name,
        "info": {"mimetype": attachment.media_type, "size": attachment.size},
        **place,
        "m.mentions": {},
        ROW: file_tag(parcel),
    }


def notice(sentence: str) -> dict[str, Any]:
    """The content of a sentence that is in no row: there is nowhere to put one."""
    return {"msgtype": "m.notice", "body": sentence, "m.mentions": {}}


def tag(parcel: Parcel) -> str:
    """The name of a piece of a message, the same at every attempt, and never given again.

    Row ids start anew with another database, also that of a backup; the moment the row was made does not.
    """
    return f"{parcel.id}-{int(parcel.created_at.timestamp() * 1000)}-{parcel.parts_sent}"


def file_tag(parcel: Parcel) -> str:
    """The name of the file that goes before a piece of a message."""
    return f"{tag(parcel)}-file"


def _text(text: str, listed: Sequence[str]) -> dict[str, str]:
    text = _COMMAND.sub("!", text)  # apps keep words with a slash for themselves, and some drop them without a word
    html = _joined(markup.html(text), [markup.html(markup.escape(line)) for line in listed])
    return {
        "body": _joined(markup.plain(text), listed),
        "format": "org.matrix.custom.html",
        "formatted_body": html.replace("\n", "<br>"),
    }


def _joined(text: str, lines: Sequence[str]) -> str:
    return f"{text}\n\n" + "\n".join(lines) if lines else text


def _listed(choices: Sequence[Choice], *, numbered: bool) -> list[str]:
    """The choices in words. Where a number is an answer itself only the signs to react with are shown."""
    if numbered:
        return [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    return [f"{sign(index) if index < SIGNS else '•'} {choice.label}" for index, choice in enumerate(choices)]
