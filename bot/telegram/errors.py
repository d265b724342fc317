"""What Telegram's refusals mean for a message."""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.telegram.http import NotSent
from domain.delivery import BLOCKED, DeliveryFailed

# Telegram has no codes for these, only texts.
_GONE = (
    *("chat not found", "user not found", "peer_id_invalid", "user is deactivated"),
    # In a group where only others may write. It may still take text where it takes no documents.
    *("have no rights to send", "not enough rights to send text messages"),
)
_SAME = "message is not modified"
_NO_LONGER = (
    *("message to edit not found", "message can't be edited", "message_edit_time_expired", "message_id_invalid"),
    *("message to delete not found", "there is no text in the message to edit"),
)
_STAYS = "message can't be deleted"  # it is older than 48 hours, or somebody else's in a group
_MARKUP = ("can't parse entities", "unsupported start tag", "can't find end tag")


def is_markup(error: TelegramError) -> bool:
    """Whether Telegram could not read our markup; the same text without it will do."""
    return isinstance(error, BadRequest) and any(text in error.message.lower() for text in _MARKUP)


def is_same(error: TelegramError) -> bool:
    """Whether a message was to become what it is already."""
    return isinstance(error, BadRequest) and _SAME in error.message.lower()


def is_gone(error: TelegramError) -> bool:
    """Whether there is no such message, or none of ours."""
    return isinstance(error, BadRequest) and any(text in error.message.lower() for text in _NO_LONGER)


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def failed(error: TelegramError) -> DeliveryFailed:
    """The failure of a send, for the row. Telegram does not say for which chats a wait holds."""
    match error:
        case RetryAfter():
            return DeliveryFailed("Telegram vraagt om te wachten", retry_after=seconds(error))
        case ChatMigrated():
            return DeliveryFailed("de groep is verhuisd", moved_to=str(error.new_chat_id))
        case Forbidden() | BadRequest() if any(text in error.message.lower() for text in _GONE):
            return DeliveryFailed("deze chat bestaat niet meer", unreachable=True)
        case Forbidden():
            return DeliveryFailed(BLOCKED, unreachable=True)
        case BadRequest() if any(text in error.message.lower() for text in _NO_LONGER):
            return DeliveryFailed("het bericht is er niet meer, of is te oud", gone=True)
        case BadRequest() if _STAYS in error.message.lower():
            return DeliveryFailed("Telegram laat dit bericht niet (meer) verwijderen", permanent=True)
        case BadRequest():
            return DeliveryFailed("Telegram weigert dit bericht", permanent=True)
        case InvalidToken() | NotSent():
            return DeliveryFailed("geen verbinding met Telegram")
        case NetworkError():
            return DeliveryFailed("geen antwoord van Telegram", uncertain=True)
        case _:
            return DeliveryFailed("Telegram gaf een onbekende fout", uncertain=True)
