"""A call that Telegram would refuse, or silently mend, is refused."""

from typing import Any

import pytest

from tests.botapi import (
    BotApiServer,
)
from tests.botapi.driving import call, inline, refusal

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


KEY = {"text": "Ja", "callback_data": "j"}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": " \n"}, "message text is empty"),
    ("sendMessage", {}, "message text is empty"),
    ("sendMessage", {"text": "x", "chat_id": 7}, "chat not found"),
    ("sendMessage", {"text": "x", "chat_id": "@niemand"}, "chat not found"),
    ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"text": "x", "txt": "y"}, "sendMessage has no parameter 'txt'"),
    ("sendMessage", {"text": "x", "parse_mode": "bbcode"}, "unsupported parse_mode"),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline([KEY | {"colour": "red"}])},
        "sendMessage has no parameter 'reply_markup.inline_keyboard.0.0.colour'",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline([{"text": " ", "callback_data": "j"}])},
        "inline keyboard button text must be non-empty",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline([KEY | {"callback_data": "é" * 33}])},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline([KEY | {"callback_data": ""}])},
        "BUTTON_DATA_INVALID",
    ),
    ("sendMessage", {"text": "x", "reply_markup": inline([{"text": "a"}])}, "text buttons are unallowed"),
    ("sendMessage", {"text": "x", "reply_markup": inline(*[[KEY]] * 101)}, "reply markup is too long"),
    ("sendMessage", {"text": "x", "reply_markup": inline([KEY] * 9)}, "reply markup is too long"),
    ("editMessageText", {"text": "x"}, "message identifier is not specified"),
    ("editMessageText", {"text": "x" * 4097, "message_id": 1}, "MESSAGE_TOO_LONG"),
    ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
    ("sendDocument", {}, "invalid parameter document: Field required"),
    ("sendDocument", {"document": "nothing"}, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {"photo": "nothing", "caption": "x" * 1025}, "message caption is too long"),
    ("getUpdates", {"limit": 101}, "limit must be between 1 and 100"),
    ("getUpdates", {"allowed_updates": ["mesage"]}, "unknown update types in allowed_updates: ['mesage']"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old and response timeout expired"),
    ("setMyCommands", {"commands": [{"command": "Hoi", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    (
        "setMyCommands",
        {"commands": [{"command": "h" * 33, "description": "x"}]},
        "command length must not exceed 32",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "h", "description": ""}]},
        "command description must be non-empty",
    ),
    ("setMyShortDescription", {"short_description": "x" * 121}, "BOT_ABOUT_TOO_LONG"),
    ("setWebhook", {"url": "http://example.nl/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ("getFile", {"file_id": "x"}, "invalid file_id"),
]


async def test_refusals(server: BotApiServer) -> None:
    anna = server.person("Anna")
    anna.starts()
    for method, params, reason in REFUSED:
        about = {"chat_id": anna.id} if method.startswith(("send", "edit")) else {}
        description = await refusal(server, method, **{**about, **params})
        assert description.startswith(f"Bad Request: {reason}"), (method, params)
    assert server.errors == {400: len(REFUSED)}
    assert server.messages(anna) == []


async def test_wrong_token_and_unknown_method(server: BotApiServer) -> None:
    refused = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await call(server, "getMe", token="100:other") == refused
    assert await call(server, "sendPigeon") == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }
