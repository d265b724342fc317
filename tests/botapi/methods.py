"""Every method this server knows. Any other is answered 404, so a test notices a call nobody thought of."""

from collections.abc import Awaitable, Callable

from tests.botapi import account, editing, files, sending, webhook
from tests.botapi.errors import WEBHOOK_ACTIVE, Json, conflict
from tests.botapi.limits import check_polling
from tests.botapi.updates import Update
from tests.botapi.world import World

Method = Callable[[World, Json], object]
SlowMethod = Callable[[World, Json], Awaitable[object]]

AT_ONCE: dict[str, Method] = {
    "getMe": account.get_me,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "answerCallbackQuery": editing.answer_callback_query,
    "setMyCommands": account.set_my_commands,
    "getMyCommands": account.get_my_commands,
    "deleteMyCommands": account.delete_my_commands,
    "setMyName": account.set_my_name,
    "getMyName": account.get_my_name,
    "setMyDescription": account.set_my_description,
    "getMyDescription": account.get_my_description,
    "setMyShortDescription": account.set_my_short_description,
    "getMyShortDescription": account.get_my_short_description,
    "getFile": files.get_file,
    "getWebhookInfo": webhook.get_webhook_info,
    "getChat": account.get_chat,
    "getChatMember": account.get_chat_member,
    "leaveChat": account.leave_chat,
}


async def get_updates(world: World, params: Json) -> list[Update]:
    """A long poll; `timeout` in seconds, clamped as Telegram does."""
    if world.strict:
        check_polling(params)
    if webhook.installed(world) is not None:
        raise conflict(WEBHOOK_ACTIVE)
    world.updates.choose(params.get("allowed_updates"))
    limit = params.get("limit", 100)
    timeout = min(params.get("timeout", 0), 50)
    return await world.updates.next_batch(params.get("offset", 0), limit, timeout)


WAITING: dict[str, SlowMethod] = {
    "getUpdates": get_updates,
    "setWebhook": webhook.set_webhook,
    "deleteWebhook": webhook.delete_webhook,
}

#: Telegram does not care for the case of a method's name.
NAMES = {name.lower(): name for name in (*AT_ONCE, *WAITING)}
