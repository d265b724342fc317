"""What Matrix's refusals mean. The library returns them as values; here they become exceptions."""

from typing import TypeVar

import aiohttp
from nio import ErrorResponse

from domain.delivery import DeliveryFailed

T = TypeVar("T")

# What the library raises when there is no answer, or none in time.
NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError)
_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

_NO_ACCESS = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"})
_NOT_THERE = frozenset({"M_FORBIDDEN", "M_NOT_FOUND"})
_SECONDS = 5.0  # to wait when a server asks to, and does not say how long


class Refused(Exception):
    """The server said no. `code` is its own word for why, empty when it gave none.

    `status` is that of HTTP (0 when unknown) and `retry_after` the seconds it asks to wait.
    """

    def __init__(self, code: str, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(code or f"HTTP {status}")
        self.code = code
        self.status = status
        self.retry_after = retry_after

    @property
    def no_access(self) -> bool:
        """Whether the account cannot be used (any more)."""
        return self.code in _NO_ACCESS

    @property
    def busy(self) -> bool:
        """Whether the same may well work later: the server is asked too much, or is in trouble itself."""
        return self.retry_after is not None or not 400 <= self.status < 500


def checked(answer: T | ErrorResponse) -> T:
    """The answer, when it is one. Raises Refused when it is an error."""
    if not isinstance(answer, ErrorResponse):
        return answer
    response = answer.transport_response
    status = response.status if response is not None else 0
    wait: float | None = None
    if status == 429 or answer.status_code == "M_LIMIT_EXCEEDED":
        header = response.headers.get("Retry-After", "") if response is not None else ""
        wait = float(header) if header.isdigit() else _SECONDS
        if answer.retry_after_ms:
            wait = answer.retry_after_ms / 1000
    raise Refused(answer.status_code or "", status, wait)


async def refused(response: aiohttp.ClientResponse) -> Refused:
    """What a refusal of a request that the library does not know says."""
    try:
        told = await response.json(content_type=None)
    except ValueError:
        told = None
    found = told if isinstance(told, dict) else {}
    code, wait = found.get("errcode"), found.get("retry_after_ms")
    later = (wait / 1000 if isinstance(wait, int) else _SECONDS) if response.status == 429 else None
    return Refused(code if isinstance(code, str) else "", response.status, later)


def failed_file(error: Exception) -> DeliveryFailed:
    """The failure of bringing or getting a file, which says nothing about the chat it goes with."""
    if isinstance(error, Refused) and not (error.busy or error.no_access):
        return DeliveryFailed("Matrix geeft of neemt dit bestand niet", permanent=True)
    return failed(error)


def failed_erasing(error: Exception) -> DeliveryFailed:
    """The failure of deleting what somebody else said. Where the bot may not, the message stays."""
    if isinstance(error, Refused) and error.code == "M_FORBIDDEN":
        return DeliveryFailed("Raadsmaat mag dit bericht niet verwijderen", permanent=True)
    if isinstance(error, Refused) and error.code in _NOT_THERE:
        return DeliveryFailed("het bericht is er niet meer", gone=True)
    return failed(error)


def failed(error: Exception) -> DeliveryFailed:
    """The failure of a send, for the row."""
    match error:
        case Refused() if error.retry_after is not None:
            return DeliveryFailed("Matrix vraagt om te wachten", retry_after=error.retry_after, everyone=True)
        case Refused() if error.no_access:
            return DeliveryFailed("geen toegang tot Matrix")
        case Refused() if error.code in _NOT_THERE:
            return DeliveryFailed("Raadsmaat zit niet meer in deze chat", unreachable=True)
        case Refused() if not error.busy:
            return DeliveryFailed("Matrix weigert dit bericht", permanent=True)
        case _ if isinstance(error, _NO_CONNECTION):
            return DeliveryFailed("geen verbinding met Matrix")
        case _:
            return DeliveryFailed("geen antwoord van Matrix", uncertain=True)
