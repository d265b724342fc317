"""The web server: one Starlette application on one port. It is imported only when it is switched on."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.health import State, Watch

HEALTH = "/gezond"
_MOST_CONNECTIONS = 200  # more are turned away with 503
_KEPT_OPEN = 75  # seconds that a proxy's connection may be idle: longer than proxies themselves keep it
_CLOSING = 5  # seconds that what is being answered gets at the end


def health(watch: Watch) -> Route:
    """Where it is told how the program is: 200, or 503 when it does not do its work."""

    async def tell(_request: Request) -> Response:
        found = await watch.look()
        code = 503 if found.state is State.WRONG else 200
        return JSONResponse(found.as_json(), status_code=code, headers={"Cache-Control": "no-store"})

    return Route(HEALTH, tell)


def listen(host: str, port: int) -> socket.socket:
    """The place where the web server will answer. Raises OSError when it is taken, or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for the whole program, which ends this server with everything else."""
        yield


@asynccontextmanager
async def serving(place: socket.socket, routes: Sequence[BaseRoute]) -> AsyncIterator[None]:
    """Answers at `place` meanwhile."""
    app = Starlette(routes=list(routes))
    app.router.redirect_slashes = False
    server = _Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,  # it would hold the path that is our secret
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_keep_alive=_KEPT_OPEN,
            timeout_graceful_shutdown=_CLOSING,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[place]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
