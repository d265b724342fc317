"""A reverse proxy as an administrator sets one up: it shares requests out, and passes by a process that is gone."""

import itertools
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web


class Proxy:
    """Answers at `url` with what one of the `ports` on this machine says, each in its turn."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = ports
        self.passed: list[int] = []
        """The port that answered each request."""
        self._turn = itertools.count()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self._runner = web.ServerRunner(web.Server(self._handle))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        body, first = await request.read(), next(self._turn)
        for number in range(len(self.ports)):
            port = self.ports[(first + number) % len(self.ports)]
            try:
                async with self._session.request(
                    request.method, f"http://127.0.0.1:{port}{request.raw_path}", data=body, headers=request.headers
                ) as answer:
                    self.passed.append(port)
                    given = {"Retry-After": asked} if (asked := answer.headers.get("Retry-After")) else {}
                    return web.Response(status=answer.status, body=await answer.read(), headers=given)
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:
                break  # it may have arrived
        return web.Response(status=502)
