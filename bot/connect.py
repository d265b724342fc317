"""The platforms that are set, each imported only when it is: their libraries are big."""

from collections.abc import Iterator

from bot.app import now
from bot.platform import Platform
from config.settings import Settings


def platforms(settings: Settings) -> list[Platform]:
    """Everything that people can talk with the bot on."""
    return [*_matrix(settings), *_telegram(settings)]


def _matrix(settings: Settings) -> Iterator[Platform]:
    if settings.matrix_server is not None:
        from bot.matrix import Matrix
        from bot.matrix.account import from_settings

        yield Matrix(
            from_settings(settings),
            now,
            invited_by=settings.matrix_inviters,
            encrypted=settings.matrix_encrypted,
            per_second=settings.matrix_per_second,
            in_flight=settings.matrix_in_flight,
        )


def _telegram(settings: Settings) -> Iterator[Platform]:
    if settings.telegram_token is not None:
        from bot.telegram import Telegram

        token, webhook = settings.telegram_token.get_secret_value(), None
        if settings.telegram_mode == "webhook":
            from bot.telegram.webhook import Webhook

            webhook = Webhook(token, str(settings.web_url))
        yield Telegram(
            token,
            str(settings.telegram_url),
            webhook=webhook,
            per_second=settings.telegram_per_second,
            in_flight=settings.telegram_in_flight,
            per_chat=settings.telegram_per_chat,
            trace=settings.telegram_trace,
        )
