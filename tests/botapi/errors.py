"""The refusals of the Bot API, in Telegram's own words.

A bot decides by these texts (blocked? gone? ask again?), so a test is only worth something when they are the
real ones. Every text here was taken from the public source of Telegram's Bot API server or from answers it is
known to give; where none is known, the comment says so.
"""

from typing import Any

Json = dict[str, Any]

PREFIX = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 429: "Too Many Requests"}

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
TERMINATED_BY_WEBHOOK = "terminated by setWebhook request"
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
NOT_STARTED = "bot can't initiate conversation with a user"
KICKED = {
    "group": "bot was kicked from the group chat",
    "supergroup": "bot was kicked from the supergroup chat",
}
NOT_A_MEMBER = {
    "group": "bot is not a member of the group chat",
    "supergroup": "bot is not a member of the supergroup chat",
}


class ApiError(Exception):
    """An answer with `ok: false`.

    `code` is the HTTP status, `parameters` what Telegram adds for machines (`retry_after` in seconds,
    `migrate_to_chat_id`).
    """

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(text: str, parameters: Json | None = None) -> ApiError:
    """400 with the prefix Telegram puts before every reason."""
    return ApiError(400, f"Bad Request: {text}", parameters)


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    return ApiError(409, f"Conflict: {text}")


def too_many(seconds: int) -> ApiError:
    """429; `seconds` is how long the bot has to keep silent."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
