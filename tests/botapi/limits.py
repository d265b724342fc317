"""The limits of the official Bot API documentation, as a table of our own.

The model the calls are checked against (aiogram's types) knows every field but no length, and the real server
answers some mistakes by silently shortening or dropping. A test must hear about them, so this file refuses.
"""

import re

from tests.botapi.entities import utf16_length
from tests.botapi.errors import Json, bad_request

TEXT = 4096
CAPTION = 1024
CALLBACK_DATA_BYTES = 64
CALLBACK_ANSWER = 200
BUTTONS = 100
BUTTONS_IN_A_ROW = 8
COMMANDS = 100
COMMAND_DESCRIPTION = 256
NAME, DESCRIPTION, SHORT_DESCRIPTION = 64, 512, 120
UPLOAD_BYTES, PHOTO_BYTES, DOWNLOAD_BYTES = 50_000_000, 10_000_000, 20_000_000
ENTITIES = 100
UPDATES_IN_ONE_CALL = 100
POLL_SECONDS = 50

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
START_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")
LANGUAGE = re.compile(r"[a-z]{2}")
LINK = re.compile(r"(https?://[^\s/]*[.:][^\s]+|https?://localhost\S*|tg://\S+)")


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CHAT_ACTIONS = words(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
)
UPDATE_KINDS = words(
    "message edited_message channel_post edited_channel_post business_connection business_message "
    "edited_business_message deleted_business_messages message_reaction message_reaction_count inline_query "
    "chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll "
    "poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost guest_message "
    "managed_bot subscription stopped_message_generation"
)
#: Sent to a bot only when it asks for them by name.
ONLY_ON_REQUEST = frozenset(("chat_member", "message_reaction", "message_reaction_count"))


def check_text(plain: str, *, edit: bool = False) -> None:
    if not plain:
        raise bad_request("message text is empty")
    if utf16_length(plain) > TEXT:
        raise bad_request("MESSAGE_TOO_LONG" if edit else "message is too long")


def check_caption(plain: str) -> None:
    if utf16_length(plain) > CAPTION:
        raise bad_request("message caption is too long")


def check_entities(plain: str, entities: list[Json]) -> None:
    """Entities the bot gave itself; those of parse_mode are right by construction."""
    length = utf16_length(plain)
    for entity in entities:
        if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > length:
            raise bad_request(f"entity beginning at UTF-16 offset {entity['offset']} ends after the end of the text")


def check_markup(markup: Json, *, only_inline: bool = False) -> None:
    """An inline keyboard (or, where allowed, one that replaces the keyboard)."""
    if "inline_keyboard" not in markup:
        if only_inline:
            raise bad_request("inline keyboard expected")
        for row in markup.get("keyboard", []):
            for key in row:
                if not (key if isinstance(key, str) else key.get("text", "")).strip():
                    raise bad_request("keyboard button text must be non-empty")
        return
    rows = markup["inline_keyboard"]
    if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            check_button(button)


def check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = set(button) - {"text", "icon_custom_emoji_id", "style", "disabled"}
    if not actions:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        # Our own text: the real server takes the first it knows.
        raise bad_request(f"a button must have exactly one of the optional fields, not {sorted(actions)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not LINK.fullmatch(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def check_commands(commands: list[Json], language: str) -> None:
    if language and not LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not command["command"]:
            raise bad_request("command must be non-empty")
        if len(command["command"]) > 32:
            raise bad_request("command length must not exceed 32")
        if not COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not command["description"].strip():
            raise bad_request("command description must be non-empty")
        if utf16_length(command["description"]) > COMMAND_DESCRIPTION:
            raise bad_request("command description length must not exceed 256")


def check_length(value: str, most: int, code: str) -> None:
    """Name and descriptions of the bot; the texts of the refusals are ours, after Telegram's codes."""
    if utf16_length(value) > most:
        raise bad_request(code)


def check_polling(params: Json) -> None:
    """The real server clamps a wrong limit and skips a wrong kind of update; both are mistakes in the bot."""
    if not 1 <= params.get("limit", 100) <= UPDATES_IN_ONE_CALL:
        raise bad_request("limit must be between 1 and 100")
    if not 0 <= params.get("timeout", 0) <= POLL_SECONDS:
        raise bad_request("timeout must be between 0 and 50")
    check_update_kinds(params)


def check_update_kinds(params: Json) -> None:
    unknown = set(params.get("allowed_updates") or ()) - UPDATE_KINDS
    if unknown:
        raise bad_request(f"unknown update types in allowed_updates: {sorted(unknown)}")


def check_webhook(params: Json) -> None:
    url = params.get("url", "")
    if url and not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if params.get("secret_token") and not SECRET_TOKEN.fullmatch(params["secret_token"]):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= params.get("max_connections", 40) <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    check_update_kinds(params)
