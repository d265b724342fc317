"""Whether the account works: for the doctor."""

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.telegram.http import AiohttpRequest


async def look(token: str, url: str) -> tuple[str, str | None]:
    """The bot's username, and what is wrong (Dutch, with what to do) or None."""
    request = AiohttpRequest(connections=1)
    try:
        bot = Bot(token, base_url=f"{url.rstrip('/')}/bot", request=request, get_updates_request=request)
        await request.initialize()
        me = await bot.get_me()
    except InvalidToken:
        return "", "Telegram kent dit token niet. Vraag @BotFather om het goede, en zet dat in de instellingen."
    except TelegramError as error:
        return "", f"Telegram is niet bereikbaar ({type(error).__name__}). Laat uw netwerk {url} toe?"
    finally:
        await request.shutdown()
    return me.username or "", None
