"""python-telegram-bot as its documentation has it: default httpx, and one SQLite read and write a message."""

import sqlite3
import sys

from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

ANSWER = "Dit kan ik voor u doen\n\n" + "\n".join(f"/opdracht{number} – wat die doet" for number in range(11))


def main(url: str, token: str, file: str) -> None:
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("CREATE TABLE IF NOT EXISTS seen (chat INTEGER PRIMARY KEY, times INTEGER NOT NULL)")

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_chat is not None
        assert update.message is not None
        chat = update.effective_chat.id
        row = database.execute("SELECT times FROM seen WHERE chat = ?", (chat,)).fetchone()
        database.execute("INSERT OR REPLACE INTO seen VALUES (?, ?)", (chat, (row[0] if row else 0) + 1))
        await update.message.reply_text(ANSWER)

    app = Application.builder().token(token).base_url(f"{url}/bot").build()
    app.add_handler(CommandHandler("help", answer))
    app.run_polling(poll_interval=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
