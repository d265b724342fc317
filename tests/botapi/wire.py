"""One HTTP request after another: who calls, what goes wrong on the way, what is answered."""

import asyncio
import itertools
import json
import socket
import struct
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.botapi.body import read_params
from tests.botapi.errors import ApiError, Json
from tests.botapi.faults import Fault, Faults, Flood, Refuse, Reset, ServerError, Stall, Truncate
from tests.botapi.files import download
from tests.botapi.methods import AT_ONCE, NAMES, WAITING
from tests.botapi.rates import Limiter
from tests.botapi.records import Call, Message
from tests.botapi.updates import Update
from tests.botapi.world import World

JSON_HEADERS = {"Content-Type": "application/json"}


class Lost(Exception):
    """The bot gets no answer to this call."""


@dataclass
class Wire:
    """`check` judges a call before it takes effect (None: nobody does); `control` takes /control/….

    `errors` counts the codes that were answered; `closing` ends what waits when the server stops.
    """

    world: World
    control: Callable[[web.BaseRequest, str], Awaitable[web.Response]]
    limiter: Limiter | None = None
    check: Callable[[str, Json], None] | None = None
    faults: Faults = field(default_factory=Faults)
    errors: Counter[int] = field(default_factory=Counter)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.prefix = f"/bot{self.world.token}/"
        self.file_prefix = f"/file/bot{self.world.token}/"

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0].replace("%3A", ":").replace("%3a", ":")
        if path.startswith(self.prefix):
            return await self._call(request, path[len(self.prefix) :])
        if path.startswith("/control/"):
            return await self.control(request, path.removeprefix("/control/"))
        if path.startswith(self.file_prefix):
            stored = download(self.world, path[len(self.file_prefix) :])
            if stored is not None:
                return web.Response(body=stored.content, content_type="application/octet-stream")
        wrong_token = path.startswith(("/bot", "/file/bot")) and not path.startswith(self.file_prefix)
        code, text = (401, "Unauthorized") if wrong_token else (404, "Not Found")
        return self._refusal(ApiError(code, text))

    async def _call(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        method = NAMES.get(name.lower(), "")
        call = Call(next(self.numbers), method or name, time.monotonic(), None, {})
        self.world.calls.append(call)
        if not method:
            call.status, call.description = 404, "Not Found: method not found"
            return self._refusal(ApiError(call.status, call.description))
        half = 0.0
        fault: Fault | None = None
        try:
            params = await read_params(request)
            chat_id = params.get("chat_id")
            call.chat_id = chat_id if isinstance(chat_id, int) else None
            if self.world.strict:
                call.params = params
            if self.faults.injected:
                half = self.faults.delay(method, call.chat_id)
                await asyncio.sleep(half)
                call.at = time.monotonic()
            self.faults.check_closed(method, call.chat_id)
            fault = self.faults.pick(method, call.chat_id) if self.faults.injected else None
            call.fault = type(fault).__name__ if fault else ""
            answer = None if fault is None else self._before(call, fault)
            if answer is None:
                answer = await self._apply(call, params)
            if half:
                await asyncio.sleep(half)
            if fault is not None:
                answer = await self._spoilt(call, fault, answer)
            if self.world.updates.repeats and isinstance(call.result, list) and not is_gone(request):
                self.world.updates.handed_over([one for one in call.result if isinstance(one, Update)])
            return answer
        except ApiError as error:
            call.status, call.description = error.code, error.description
            if half:
                await asyncio.sleep(half)
            return self._refusal(error)
        except (Lost, ConnectionError, aiohttp.ClientPayloadError):
            call.status = 0
            reset(request)
            return web.Response()
        finally:
            self.world.changed()

    def _refusal(self, error: ApiError) -> web.Response:
        self.errors[error.code] += 1
        return web.Response(status=error.code, body=json.dumps(error.body()).encode(), headers=JSON_HEADERS)

    def _before(self, call: Call, fault: Fault) -> web.Response | None:
        """What strikes a call before it takes effect."""
        match fault:
            case Flood():
                raise self.faults.flood(fault, call.chat_id)
            case Refuse():
                raise ApiError(fault.code, fault.description)
            case Reset(applied=False):
                raise Lost
            case ServerError(applied=False):
                return self._html(call, fault)
        return None

    async def _apply(self, call: Call, params: Json) -> web.Response:
        if self.limiter is not None:
            self.limiter.check(call.method, self.world.chats.get(call.chat_id or 0), self.faults)
        if self.check is not None:
            self.check(call.method, params)
        at_once = AT_ONCE.get(call.method)
        result = at_once(self.world, params) if at_once else await WAITING[call.method](self.world, params)
        call.applied, call.result = True, result
        if isinstance(result, Message):
            call.message_id = result.message_id
            call.result = None
            body = self.world.encode_message(result)
            return web.Response(body=b'{"ok":true,"result":' + body + b"}", headers=JSON_HEADERS)
        if call.method == "getUpdates" and isinstance(result, list):
            joined = b",".join(update.encode() for update in result)
            return web.Response(body=b'{"ok":true,"result":[' + joined + b"]}", headers=JSON_HEADERS)
        body = json.dumps({"ok": True, "result": result}).encode()
        return web.Response(body=body, headers=JSON_HEADERS)

    async def _spoilt(self, call: Call, fault: Fault, answer: web.Response) -> web.Response:
        """What strikes the answer of a call that did take effect."""
        match fault:
            case Reset(applied=True):
                raise Lost
            case Stall():
                try:
                    async with asyncio.timeout(fault.seconds):
                        await self.closing.wait()
                except TimeoutError:
                    pass
                raise Lost
            case Truncate():
                whole = answer.body if isinstance(answer.body, bytes) else b""
                return web.Response(body=whole[: len(whole) // 2], headers=JSON_HEADERS)
            case ServerError(applied=True):
                return self._html(call, fault)
        return answer

    def _html(self, call: Call, fault: ServerError) -> web.Response:
        call.status = fault.status
        self.errors[fault.status] += 1
        return web.Response(status=fault.status, text=fault.body, content_type="text/html")


def is_gone(request: web.BaseRequest) -> bool:
    return request.transport is None or request.transport.is_closing()


def reset(request: web.BaseRequest) -> None:
    """A real RST: closing with linger zero throws away what is unsent."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
