"""python-telegram-bot that sends a notice to many and answers meanwhile.

With its AIORateLimiter, and all of it at once, where aiolimiter is installed; otherwise one after another, as most
bots do. Nothing is stored.
"""

import asyncio
import sys
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, CommandHandler, ContextTypes

LIMITED = find_spec("aiolimiter") is not None
TEXT = "Bericht van de griffie\n\nDe raadzaal is dicht. Wij vergaderen in de school."


def main(url: str, token: str, first: str, count: str) -> None:
    people = range(int(first), int(first) + int(count))
    builder = Application.builder().token(token).base_url(f"{url}/bot").concurrent_updates(True)
    app: Application[Any, Any, Any, Any, Any, Any] = (
        builder.rate_limiter(AIORateLimiter(max_retries=5)).build() if LIMITED else builder.build()
    )

    async def send(chat: int) -> None:
        with suppress(TelegramError):
            await app.bot.send_message(chat, TEXT)

    async def broadcast(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if LIMITED:
            await asyncio.gather(*map(send, people))
        else:
            for chat in people:
                await send(chat)

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        with suppress(TelegramError):
            await update.message.reply_text("Dit kan ik voor u doen")

    app.add_handler(CommandHandler("zend", broadcast, block=False))
    app.add_handler(CommandHandler("help", answer, block=False))
    app.run_polling(poll_interval=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
