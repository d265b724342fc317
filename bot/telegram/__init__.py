"""Telegram, through python-telegram-bot's `Bot` and types. Nothing outside this folder imports that library."""

import os

# Waiting times as timedelta; without this the library warns, and says it will be the only way.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from bot.telegram.platform import Telegram

__all__ = ["Telegram"]
