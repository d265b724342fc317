"""Telegram's HTTP over one shared aiohttp session, behind python-telegram-bot's own interface for it.

Its default, httpx, costs 88 % of an answer's processor time and slows down with every connection.
"""

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Any, Protocol, cast

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_READ_SECONDS = 20.0
_UPLOAD_SECONDS = 60.0


class Call(Protocol):
    """Calls a method of the service. Raises TelegramError.

    `wait`: seconds that it may take on purpose before it answers.
    """

    async def __call__(self, method: str, given: dict[str, Any], *, wait: float = 0) -> Any: ...


class NotSent(NetworkError):
    """There was no connection: the request surely never left."""


class AiohttpRequest(BaseRequest):
    """One session for everything, so that connections are shared. Safe to initialise twice."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self.answered_at: float | None = None
        """When the service last answered, whatever it said (time of the event loop)."""

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take."""
        return _READ_SECONDS

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60)
            # There are no cookies at the Bot API; looking for them at every call takes a tenth of its time.
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, url: str, given: dict[str, Any], *, wait: float = 0) -> Any:
        """Calls a method with plain JSON parameters. Raises TelegramError as any call of `Bot`.

        `wait`: seconds that the service may take on purpose before it answers.
        """
        given_json = cast(RequestData, _Given(orjson.dumps(given)))
        return await self.post(url, given_json, read_timeout=_READ_SECONDS + wait)

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """What the service answered. Raises TelegramError when that is no JSON."""
        try:
            return orjson.loads(payload)
        except orjson.JSONDecodeError:
            # Half a character, say. Only one in a million; the library's own, slower way takes that as well.
            return BaseRequest.parse_json_payload(payload)

    async def upload(self, url: str, fields: dict[str, str], files: dict[str, tuple[str, bytes, str]]) -> Any:
        """Calls a method with files: name of the parameter to file name, content and media type."""
        return await self.post(url, cast(RequestData, _Upload(fields, files)), read_timeout=_UPLOAD_SECONDS)

    async def download(self, url: str, most: int) -> bytes | None:
        """What is at an address; None when that is over `most` bytes, of which no more is read. Raises NetworkError."""
        if self._session is None:
            raise NotSent("the session is not open")
        timeout = aiohttp.ClientTimeout(sock_connect=10, sock_read=_READ_SECONDS)
        try:
            async with self._session.get(url, timeout=timeout, allow_redirects=False) as answer:
                if answer.status != HTTPStatus.OK:
                    raise NetworkError(f"the file is not given: {answer.status}")
                got = bytearray()
                async for chunk in answer.content.iter_chunked(65536):
                    got += chunk
                    if len(got) > most:
                        return None
                return bytes(got)
        except TimeoutError as error:
            raise TimedOut("no answer in time") from error
        except aiohttp.ClientError as error:
            raise NetworkError("the connection broke") from error

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Does one request. Raises NotSent when it surely did not arrive; TimedOut or NetworkError when it may."""
        if self._session is None:
            raise NotSent("the session is not open")
        seconds = read_timeout if isinstance(read_timeout, int | float) else _READ_SECONDS
        try:
            async with self._session.request(
                method, url, data=_body(request_data), timeout=_timeout(seconds)
            ) as answer:
                content = await answer.read()
                self.answered_at = asyncio.get_running_loop().time()
                return answer.status, content
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent("no connection") from error
        except TimeoutError as error:
            raise TimedOut("no answer in time") from error
        except aiohttp.ClientError as error:
            raise NetworkError("the connection broke") from error


@lru_cache
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=10, sock_read=seconds)


@dataclass(frozen=True, slots=True)
class _Given:
    """The part of a RequestData that is looked at; making a real one is no public part of the library."""

    json_payload: bytes
    multipart_data: None = None
    contains_files: bool = False


@dataclass(frozen=True, slots=True)
class _Upload:
    """The same, of one with files."""

    json_parameters: dict[str, str]
    multipart_data: dict[str, tuple[str, bytes, str]]
    json_payload: bytes = b""
    contains_files: bool = True


def _body(request_data: RequestData | None) -> aiohttp.FormData | aiohttp.BytesPayload | None:
    if request_data is None:
        return None
    if not request_data.multipart_data:
        # Encoding a form costs ten times as much as the JSON that the service takes as well.
        return aiohttp.BytesPayload(request_data.json_payload, content_type="application/json")
    form = aiohttp.FormData(quote_fields=False)  # names are safe, and Telegram shows them as they come
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        stream = BytesIO(content) if isinstance(content, bytes) else content  # sent in pieces, however large
        form.add_field(name, stream, filename=filename, content_type=mime)
    return form
