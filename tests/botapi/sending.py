"""sendMessage, sendDocument, sendPhoto, sendChatAction: what makes something appear in a chat."""

import time

from tests.botapi.entities import parse_html
from tests.botapi.errors import Json, bad_request
from tests.botapi.files import store_media
from tests.botapi.limits import (
    CHAT_ACTIONS,
    ENTITIES,
    PHOTO_BYTES,
    UPLOAD_BYTES,
    check_caption,
    check_entities,
    check_markup,
    check_text,
)
from tests.botapi.records import Chat, Message
from tests.botapi.world import World, now

OPTIONS = ("disable_notification", "protect_content", "link_preview_options", "message_thread_id")


def formatted(world: World, params: Json, name: str) -> tuple[str, list[Json]]:
    """The text a person will read and its entities. `name`: text or caption.

    In fast mode the text is taken as it is: a benchmark measures the bot, not this server.
    """
    text: str = params.get(name, "")
    if not world.strict:
        return text, []
    mode = (params.get("parse_mode") or "").lower()
    if mode == "html":
        plain, entities = parse_html(text)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("can't parse entities: this local server reads parse_mode HTML only")
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        plain = text.strip()
        entities = params.get("entities" if name == "text" else "caption_entities") or []
        check_entities(text, entities)
    # Telegram keeps the first hundred and drops the rest, which nobody would notice in a test.
    if len(entities) > ENTITIES:
        raise bad_request("can't parse entities: too many entities")
    return plain, entities


def keyboard(world: World, params: Json, *, only_inline: bool = False) -> Json | None:
    """The reply markup; an inline keyboard without buttons is no keyboard."""
    markup: Json | None = params.get("reply_markup")
    if markup is None:
        return None
    if world.strict:
        check_markup(markup, only_inline=only_inline)
    if "inline_keyboard" in markup and not any(markup["inline_keyboard"]):
        return None
    return markup


def replied_to(world: World, chat: Chat, params: Json) -> int | None:
    reply: Json = params.get("reply_parameters") or {}
    message_id: int | None = reply.get("message_id")
    if message_id is None:
        return None
    replied = chat.messages.get(message_id)
    if replied is not None and not replied.deleted:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def put(world: World, chat: Chat, message: Message) -> Message:
    """The moment of acceptance: from here on the message exists, whatever becomes of the answer."""
    world.add_message(chat, message)
    for told in world.on_sent:
        told(message)
    return message


def new_message(world: World, chat: Chat, params: Json) -> Message:
    return Message(
        message_id=world.next_id(chat),
        chat_id=chat.chat_id,
        sender=world.bot_id,
        from_bot=True,
        date=now(),
        at=time.monotonic(),
        reply_to=replied_to(world, chat, params) if "reply_parameters" in params else None,
        options={name: params[name] for name in OPTIONS if name in params},
    )


def send_message(world: World, params: Json) -> Message:
    plain, entities = formatted(world, params, "text")
    if world.strict:
        check_text(plain)
    markup = keyboard(world, params)
    chat = world.writable_chat(params.get("chat_id"))
    message = new_message(world, chat, params)
    message.text, message.plain = params.get("text", ""), plain
    message.entities, message.markup = entities, markup
    return put(world, chat, message)


def send_document(world: World, params: Json) -> Message:
    return send_media(world, params, "document", UPLOAD_BYTES)


def send_photo(world: World, params: Json) -> Message:
    return send_media(world, params, "photo", PHOTO_BYTES)


def send_media(world: World, params: Json, kind: str, most: int) -> Message:
    caption, entities = formatted(world, params, "caption")
    if world.strict:
        check_caption(caption)
    markup = keyboard(world, params)
    chat = world.writable_chat(params.get("chat_id"))
    content = store_media(world, kind, params.get(kind), most)
    message = new_message(world, chat, params)
    message.text, message.plain = params.get("caption", ""), caption
    message.entities, message.markup, message.content = entities, markup, {kind: content}
    return put(world, chat, message)


def send_chat_action(world: World, params: Json) -> bool:
    if params.get("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.writable_chat(params.get("chat_id"))
    return True
