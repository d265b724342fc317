"""The local Telegram keeps the promises other tests rely on: a real telegram.Bot talks to it here.

More of its tests stand beside it, in tests/botapi.
"""

import pytest
import telegram
from telegram.error import BadRequest, Forbidden

from tests.botapi import (
    BotApiServer,
)

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]
KEYS = telegram.InlineKeyboardMarkup(
    [
        [
            telegram.InlineKeyboardButton("Ja", callback_data="j1"),
            telegram.InlineKeyboardButton("Nee", callback_data="n1"),
        ]
    ]
)


async def test_conversation(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    question = anna.starts("abc_1")
    (update,) = await bot.get_updates(timeout=1)
    assert update.message is not None
    assert update.message.text == "/start abc_1"
    assert update.message.entities[0].type == "bot_command"

    sent = await bot.send_message(anna.id, "Klopt <b>dit</b>?", parse_mode="HTML", reply_markup=KEYS)
    (seen,) = await server.wait_for(anna, 1, after=question.message_id)
    assert (seen.plain, seen.labels, seen.edits) == ("Klopt dit?", ["Ja", "Nee"], 0)
    assert seen.entities == [{"type": "bold", "offset": 6, "length": 3}]

    pressed = anna.presses("Ja")
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert update.callback_query is not None
    assert update.callback_query.data == "j1"
    assert await update.callback_query.answer("Genoteerd")
    assert pressed.answers == [{"text": "Genoteerd"}]

    await bot.edit_message_text("Genoteerd", anna.id, sent.message_id)
    assert (seen.plain, seen.labels, seen.edits) == ("Genoteerd", [], 1)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("Genoteerd", anna.id, sent.message_id)
    with pytest.raises(LookupError, match="no button 'Ja'"):
        anna.presses("Ja")
    assert await bot.delete_message(anna.id, sent.message_id)
    assert server.messages(anna) == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(anna.id, sent.message_id)


async def test_old_and_invented_buttons(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    anna.starts()
    sent = await bot.send_message(anna.id, "Kies", reply_markup=KEYS)
    await bot.edit_message_reply_markup(anna.id, sent.message_id)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(anna.id, sent.message_id)
    anna.presses(data="verzonnen", message_id=sent.message_id)
    late = anna.presses(data="oud", expired=True, inaccessible=True)
    updates = await bot.get_updates(allowed_updates=["callback_query"])
    queries = [update.callback_query for update in updates if update.callback_query]
    assert [query.data for query in queries] == ["verzonnen", "oud"]
    assert [query.message.is_accessible for query in queries if query.message] == [True, False]
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await bot.answer_callback_query(late.query_id)


async def test_message_ids_come_from_one_counter_but_for_supergroups(server: BotApiServer, bot: telegram.Bot) -> None:
    anna, bram = server.person("Anna"), server.person("Bram")
    group = server.group("Raad", [anna, bram])
    large = server.group("Gemeente", [anna], supergroup=True)
    first, second = anna.starts().message_id, bram.starts().message_id
    third = (await bot.send_message(anna.id, "een")).message_id
    fourth = (await bot.send_message(group.id, "twee")).message_id
    assert [second, third, fourth] == [first + 1, first + 2, first + 3]
    assert (await bot.send_message(large.id, "drie")).message_id == 2  # after "Anna added Raadsmaat"
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_reply_markup(bram.id, third)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_reply_markup(anna.id, first)


async def test_who_can_be_written_to(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(anna.id, "hallo")
    anna.starts()
    anna.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(anna.id, "hallo")
    with pytest.raises(ValueError, match="cannot write"):
        anna.writes("hallo")
    anna.starts()
    updates = await bot.get_updates()
    changes = [update.my_chat_member for update in updates if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]
    await bot.send_message(anna.id, "hallo")
    anna.deactivates()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(anna.id, "hallo")


async def test_groups(server: BotApiServer, bot: telegram.Bot) -> None:
    anna, bram = server.person("Anna"), server.person("Bram")
    group = server.group("Raad", [anna, bram])
    anna.writes("gewoon praten", chat=group)
    anna.writes("/help", chat=group)
    bram.writes("/help@andere_bot", chat=group)
    bram.writes("hoi @raadsmaat_bot", chat=group)
    sent = await bot.send_message(group.id, "antwoord")
    bram.writes("dank", chat=group, reply_to=sent.message_id)
    texts = [update.message.text for update in await bot.get_updates() if update.message]
    assert texts == [None, "/help", "hoi @raadsmaat_bot", "dank"]  # first: the bot was added
    member = await bot.get_chat_member(group.id, anna.id)
    assert member.status == "member"

    large = group.becomes_supergroup()
    with pytest.raises(telegram.error.ChatMigrated) as moved:
        await bot.send_message(group.id, "x")
    assert moved.value.new_chat_id == large.id
    await bot.send_message(large.id, "x")
    assert (await bot.get_chat(large.id)).type == "supergroup"
    large.removes_bot(bram)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(large.id, "x")
    other = server.group("Anders", [anna])
    await bot.leave_chat(other.id)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(other.id, "x")


async def test_what_the_bot_says_of_itself(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    anna.starts()
    commands = [telegram.BotCommand("help", "Hulp"), telegram.BotCommand("stop", "Stoppen")]
    scope = telegram.BotCommandScopeChat(anna.id)
    assert await bot.set_my_commands(commands, scope=scope, language_code="nl")
    assert await bot.get_my_commands() == ()
    assert [one.command for one in await bot.get_my_commands(scope, "nl")] == ["help", "stop"]
    assert await bot.delete_my_commands(scope, "nl")
    assert await bot.get_my_commands(scope, "nl") == ()
    assert await bot.set_my_description("Vraag maar")
    assert await bot.set_my_short_description("Kort")
    assert await bot.set_my_name("Raadsmaat Utrecht")
    assert (await bot.get_my_description()).description == "Vraag maar"
    assert await bot.send_chat_action(anna.id, "typing")


async def test_files_both_ways(server: BotApiServer, bot: telegram.Bot) -> None:
    anna = server.person("Anna")
    anna.starts()
    anna.sends_voice()
    anna.sends_sticker()
    anna.sends_photo(caption="kijk")
    anna.sends("location", {"latitude": 52.1, "longitude": 5.1})
    asked = anna.sends_document(b"%PDF-1.7 x", "nota.pdf", caption="mijn nota")
    *_, update = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    assert (update.message.caption, update.message.document.file_name) == ("mijn nota", "nota.pdf")
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7 x"
    sent = await bot.send_document(
        anna.id, b"BEGIN:VCALENDAR", filename="raad.ics", caption="<i>Agenda</i>", parse_mode="HTML"
    )
    assert sent.document is not None
    (seen,) = server.messages(anna, after=asked.message_id)
    assert (seen.kind, seen.plain, seen.content["document"]["file_name"]) == (
        "document",
        "Agenda",
        "raad.ics",
    )
    await bot.send_document(anna.id, sent.document.file_id)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(anna.id, b"no picture")
