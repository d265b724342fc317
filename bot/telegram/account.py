"""Whether the account works, and how what people say comes in: for the doctor."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.telegram.http import AiohttpRequest

_RECENT = timedelta(minutes=10)


async def look(token: str, url: str, hook: str | None, now: datetime) -> list[tuple[bool | None, str]]:
    """What was found, in sentences (Dutch, with what to do): whether each is good; None when it is neither.

    `hook`: where Telegram is to bring what is said; None when that is fetched.
    """
    request = AiohttpRequest(connections=1)
    try:
        bot = Bot(token, base_url=f"{url.rstrip('/')}/bot", request=request, get_updates_request=request)
        await request.initialize()
        me = await bot.get_me()
        told = await request.call(f"{bot.base_url}/getWebhookInfo", {})
    except InvalidToken:
        return [(False, "Telegram kent dit token niet. Vraag @BotFather om het goede, en zet dat in de instellingen.")]
    except TelegramError as error:
        return [(False, f"Telegram is niet bereikbaar ({type(error).__name__}). Laat uw netwerk {url} toe?")]
    finally:
        await request.shutdown()
    return [(True, f"Telegram is bereikbaar; de bot heet @{me.username}."), *_way_in(told, hook, now)]


def _way_in(told: Mapping[str, Any], hook: str | None, now: datetime) -> Iterator[tuple[bool | None, str]]:
    if hook is None:
        if told.get("url"):
            yield None, "Bij Telegram staat nog een webhook. Raadsmaat haalt die bij de start weg."
        return
    if told.get("url") != hook:
        yield False, "Telegram brengt de berichten niet naar RAADSMAAT_WEB_URL. Draait Raadsmaat? Het regelt dat zelf."
        return
    waiting, at = int(told.get("pending_update_count", 0)), told.get("last_error_date")
    what = f"Telegram brengt de berichten (webhook). Er wachten er nu {waiting}."
    if not at:
        yield True, what
        return
    failed = datetime.fromtimestamp(at, UTC)
    why = f"De laatste fout was op {failed:%d-%m-%Y %H:%M} (UTC): {told.get('last_error_message')}."
    if waiting and now - failed < _RECENT:
        yield False, f"{what} {why} Geeft de proxy alles onder /telegram/ door?"
    else:
        yield True, f"{what} {why}"
