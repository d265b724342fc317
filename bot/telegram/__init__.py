"""Telegram, through python-telegram-bot's `Bot` and types. Nothing outside this folder imports that library."""

from bot.telegram.platform import Telegram

__all__ = ["Telegram"]
