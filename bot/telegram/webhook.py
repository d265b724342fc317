"""Telegram's way to bring what is said to an address of ours, instead of waiting until it is fetched.

Telegram keeps an update, and the later ones of its chat, until it is answered with 200: that is said once it is
stored, and not before.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

import orjson
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import BadRequest, NetworkError

from bot.logs import where
from bot.telegram.http import Call
from bot.telegram.incoming import ALLOWED_UPDATES
from bot.telegram.patience import when_allowed

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
CONNECTIONS = 40  # that Telegram may have open at a time
MOST_BYTES = 256 * 1024  # of an update; the largest that people can make is some 60 KiB
_BODY_SECONDS = 10.0
_LOOK_EVERY = 60.0  # seconds between two looks whether Telegram still brings updates here
_LATER = {"Retry-After": "2"}

Take = Callable[[dict[str, Any]], Awaitable[None]]


class Webhook:
    """The address where Telegram brings updates. Its path and its secret are made from the token: who does not know
    that can guess neither, and every process of the same bot has the same.

    `public`: the address of our web server as the world sees it. `take`: who stores an update; while that is None
    Telegram is asked to come again. `brought_at`: when it last brought one (time of the event loop).
    """

    def __init__(self, token: str, public: str) -> None:
        self.url = f"{public.rstrip('/')}/telegram/{_derived(token, 'path')}"
        self._secret = _derived(token, "secret")
        self.take: Take | None = None
        self.brought_at: float | None = None
        self._told: dict[str, Any] = {}

    @property
    def route(self) -> Route:
        """What the web server does at that address. A proxy before it leaves the path as it is."""
        path = "/" + self.url.split("/", 3)[3]
        return Route(path, self._brought, methods=["POST"])

    @property
    def facts(self) -> dict[str, str | int | None]:
        """What Telegram last told of the webhook: how much waits for it, and what went wrong last and when."""
        told, at = self._told, self._told.get("last_error_date")
        return {
            "wacht_bij_telegram": told.get("pending_update_count"),
            "laatste_fout": told.get("last_error_message"),
            "laatste_fout_op": datetime.fromtimestamp(at, UTC).isoformat() if isinstance(at, int) else None,
        }

    async def keep(self, call: Call) -> NoReturn:
        """Asks Telegram to bring updates here, and sees to it until cancelled that it does. Raises TelegramError."""
        while True:
            try:
                await when_allowed(lambda: self._look(call))
            except NetworkError as error:
                if isinstance(error, BadRequest):
                    raise
                log.warning("Telegram cannot be reached; looking again later", error=type(error).__name__)
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self, call: Call) -> None:
        self._told = await call("getWebhookInfo", {})
        if not self._agreed():
            await call("setWebhook", self._wanted())
            log.info("Telegram was asked to bring what is said here")
            self._told = await call("getWebhookInfo", {})

    def _wanted(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "secret_token": self._secret,
            "max_connections": CONNECTIONS,
            "allowed_updates": ALLOWED_UPDATES,
        }

    def _agreed(self) -> bool:
        return (
            self._told.get("url") == self.url
            and self._told.get("max_connections") == CONNECTIONS
            and set(self._told.get("allowed_updates") or ()) == set(ALLOWED_UPDATES)
        )

    async def _brought(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return Response(status_code=403)
        if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            return Response(status_code=415)
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if body is None:
            return Response(status_code=413)
        try:
            update = _update(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        self.brought_at = asyncio.get_running_loop().time()
        if self.take is None:
            return Response(status_code=503, headers=_LATER)
        try:
            await self.take(update)
        except Exception as error:  # whatever it was, it is not stored: Telegram keeps it
            log.error("what Telegram brought cannot be stored now", error=type(error).__name__, at=where(error))
            return Response(status_code=503, headers=_LATER)
        return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """What was sent; None when that is too much, of which no more is read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _update(body: bytes) -> dict[str, Any]:
    """An update. Raises ValueError when it is none."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = json.loads(body.decode("utf-8", "replace"))  # half a character, say: the service sends those
    if not isinstance(found, dict) or type(found.get("update_id")) is not int:
        raise ValueError("this is no update")
    return found


def _derived(token: str, purpose: str) -> str:
    return hmac.new(token.encode(), f"raadsmaat webhook {purpose}".encode(), hashlib.sha256).hexdigest()
