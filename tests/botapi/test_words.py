"""What the server itself says is judged by the same independent model."""

import json
from typing import Any

import pytest

from tests.botapi import (
    BotApiServer,
)
from tests.botapi.driving import call, inline

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_its_own_words_are_those_of_the_bot_api(server: BotApiServer) -> None:
    """Updates and answers, read by the model that also judges the calls: it knows every field."""
    from aiogram import methods, types
    from pydantic import TypeAdapter

    from tests.botapi.model import find_unknown

    anna = server.person("Anna", username="anna")
    group = server.group("Raad", [anna])
    first = anna.starts()
    keys = inline([{"text": "Ja", "callback_data": "j"}])
    sent = (await call(server, "sendMessage", chat_id=anna.id, text="x", reply_markup=keys))["result"]
    anna.presses("Ja")
    anna.presses("Ja", inaccessible=True)
    anna.writes("op https://raad.nl", reply_to=sent["message_id"])
    anna.edits(first.message_id, "/start opnieuw")
    anna.sends_voice()
    anna.sends_sticker()
    anna.sends_photo()
    file_id = anna.sends_document().content["document"]["file_id"]
    anna.writes("/help", chat=group)
    group.becomes_supergroup()
    anna.blocks()
    anna.unblocks()
    updates = (await call(server, "getUpdates"))["result"]
    assert len(updates) == 16
    for update in updates:
        assert find_unknown(types.Update.model_validate(update), "") == "", json.dumps(update)
    asked: list[tuple[str, dict[str, Any]]] = [
        ("GetMe", {}),
        ("SendMessage", {"chat_id": anna.id, "text": "x"}),
        ("SendDocument", {"chat_id": anna.id, "document": file_id}),
        ("EditMessageText", {"chat_id": anna.id, "message_id": sent["message_id"], "text": "y"}),
        ("GetChat", {"chat_id": anna.id}),
        ("GetChatMember", {"chat_id": group.id, "user_id": anna.id}),
        ("GetFile", {"file_id": file_id}),
        ("GetWebhookInfo", {}),
        ("GetMyName", {}),
        ("GetMyDescription", {}),
        ("GetMyShortDescription", {}),
    ]
    for method, params in asked:
        answer = await call(server, method, **params)
        assert answer["ok"], answer
        returned = TypeAdapter(getattr(methods, method).__returning__).validate_python(answer["result"])
        assert find_unknown(returned, "") == "", method
