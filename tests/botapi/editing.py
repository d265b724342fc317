"""editMessageText, editMessageReplyMarkup, deleteMessage, answerCallbackQuery.

"Not modified" and "not found" are exact here: by them a bot can find out whether a send whose answer was lost
did arrive, because both are answered without changing anything.
"""

import time

from tests.botapi.entities import utf16_length
from tests.botapi.errors import NOT_MODIFIED, QUERY_TOO_OLD, Json, bad_request
from tests.botapi.limits import CALLBACK_ANSWER, check_text
from tests.botapi.records import Chat, Message
from tests.botapi.sending import formatted, keyboard
from tests.botapi.world import World, now

_DELETABLE = 48 * 3600  # seconds


def find_message(world: World, params: Json, purpose: str) -> tuple[Chat, Message]:
    """The message a call names; one of another chat, or deleted, does not exist for it."""
    if "message_id" not in params:
        raise bad_request("message identifier is not specified")
    chat = world.writable_chat(params.get("chat_id"))
    message = chat.messages.get(params["message_id"])
    if message is None or message.deleted:
        raise bad_request(f"message to {purpose} not found")
    return chat, message


def find_own(world: World, params: Json) -> Message:
    _, message = find_message(world, params, "edit")
    if not message.from_bot or (message.markup and "inline_keyboard" not in message.markup):
        raise bad_request("message can't be edited")
    return message


def edited(world: World, message: Message) -> Message:
    message.edits += 1
    message.edit_date = now()
    world.changed()
    return message


def edit_message_text(world: World, params: Json) -> Message:
    plain, entities = formatted(world, params, "text")
    if world.strict:
        check_text(plain, edit=True)
    markup = keyboard(world, params, only_inline=True)
    message = find_own(world, params)
    if message.content:
        raise bad_request("there is no text in the message to edit")
    if (plain, entities, markup) == (message.plain, message.entities, message.markup):
        raise bad_request(NOT_MODIFIED)
    message.earlier.append(message.text)
    message.text, message.plain = params["text"], plain
    message.entities, message.markup = entities, markup
    return edited(world, message)


def edit_message_reply_markup(world: World, params: Json) -> Message:
    markup = keyboard(world, params, only_inline=True)
    message = find_own(world, params)
    if markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    message.markup = markup
    return edited(world, message)


def delete_message(world: World, params: Json) -> bool:
    """A bot may delete its own messages, and those of the other person in a private chat; for 48 hours."""
    chat, message = find_message(world, params, "delete")
    if not message.from_bot and chat.kind != "private":
        raise bad_request("message can't be deleted")
    if now() - message.date > _DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    world.changed()
    return True


def answer_callback_query(world: World, params: Json) -> bool:
    if world.strict and utf16_length(params.get("text", "")) > CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    pressed = world.pressed.get(str(params.get("callback_query_id", "")))
    if pressed is None or pressed.expired or time.monotonic() - pressed.at > world.callback_seconds:
        raise bad_request(QUERY_TOO_OLD)
    pressed.answers.append({name: value for name, value in params.items() if name != "callback_query_id"})
    world.changed()
    return True
