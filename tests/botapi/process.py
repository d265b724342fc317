"""The server as a process of its own, started and steered from Python: for benchmarks and kill tests.

On a core of its own it does not take time from the bot that is measured.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

ROOT = Path(__file__).resolve().parents[2]


class BotApiProcess:
    """`async with BotApiProcess(token, "--fast") as server: await server.do("load", mode="burst")`.

    `core`: the processor the server is bound to, None for any.
    """

    def __init__(self, token: str = "100:test", *options: str, core: int | None = None) -> None:
        self.command = [sys.executable, "-m", "tests.botapi", "--token", token, *options]
        self.core = core
        self.url = ""

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(*self.command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
        if self.core is not None:
            os.sched_setaffinity(self.process.pid, {self.core})
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the Bot API server did not start: code {await self.process.wait()}")
        self.url = str(json.loads(line)["url"])
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self

    @property
    def base_url(self) -> str:
        return f"{self.url}/bot"

    async def do(self, verb: str, **body: Any) -> Any:
        """A control verb; RuntimeError with its reason if it cannot be done, TimeoutError for a vain wait."""
        async with self.session.post(f"{self.url}/control/{verb}", json=body) as answer:
            result = await answer.json()
        if answer.status == 408:
            raise TimeoutError(result["error"])
        if answer.status != 200:
            raise RuntimeError(result["error"])
        return result

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()
        if self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()
