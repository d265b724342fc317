"""`python -m bot start` in a process group of its own, to be killed at any moment and started again."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.botapi.process import ROOT
from tests.botapi.server import BotApiServer

IN_FLIGHT = 8
_HURRY = {
    "RAADSMAAT_TELEGRAM_PER_SECOND": "1000",
    "RAADSMAAT_TELEGRAM_IN_FLIGHT": str(IN_FLIGHT),
    "RAADSMAAT_TELEGRAM_PER_CHAT": "0",
}
_OURS = ("RAADSMAAT_", "PYTHONDONTWRITEBYTECODE")
# What the program may not say in its log, however it ends: a fault of ours, or a trace of one.
_FAULTS = re.compile(r"^.*(?:Traceback|a handler failed|is dropped|sending failed|gave up|never awaited).*$", re.M)


class BotProcess:
    """The program on a database in `data`; its log is kept in `log`, over all restarts.

    `settings` replace those of a bot in a hurry (RAADSMAAT_… names). Leaving the context kills what still runs.
    """

    def __init__(
        self, server: BotApiServer, data: Path, settings: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        self.server = server
        self.database = data / "raadsmaat.sqlite3"
        self.log = log or data / "bot.log"
        self.starts = self.kills = 0
        self._process: asyncio.subprocess.Process | None = None
        self._struck = False
        # With its bytecode at hand, as where it is installed, it is back four times as soon.
        outside = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        self._given = {
            "RAADSMAAT_DATA": str(data),
            "RAADSMAAT_TELEGRAM_TOKEN": server.token,
            "RAADSMAAT_TELEGRAM_URL": server.url,
        }
        self._outside = outside
        self.settings = dict(settings or {})

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.running:
            os.killpg(self.pid, signal.SIGKILL)
        await self.ended()

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, settings: Mapping[str, str] | None = None, *, ready: bool = True) -> None:
        """Starts it, from now on with other `settings` if there are; with `ready`, waits until it takes in updates."""
        if settings is not None:
            self.settings = dict(settings)
        before = len(self.server.calls)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "start",
                cwd=ROOT,
                env=self._outside | _HURRY | self._given | self.settings,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1
        self._struck = False
        if ready:
            await self.listens(before)

    async def listens(self, since: int) -> None:
        """Waits until it asks for updates, or how they are brought, after the first `since` calls.

        Raises RuntimeError if it cannot.
        """

        def asks() -> bool:
            return any(call.method in ("getUpdates", "getWebhookInfo") for call in self.server.calls[since:])

        ended = asyncio.create_task(self.ended())
        asked = asyncio.create_task(self.server.wait_until(asks, timeout=60))
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ended, asked):
            task.cancel()
        await asyncio.gather(ended, asked, return_exceptions=True)
        if not asks():
            raise RuntimeError(f"the bot did not start:\n{self.log.read_text()[-2000:]}")

    def strike(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal to the whole group, at this very moment; once, and nothing when it has ended.

        After SIGKILL no code of the program runs any more.
        """
        if self.running and not self._struck:
            self._struck = True
            self.kills += how == signal.SIGKILL
            os.killpg(self.pid, how)

    async def ended(self) -> int:
        """Waits until it has ended; returns its exit code, below zero for the signal that ended it."""
        return 0 if self._process is None else await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM, as the system does when it goes down; returns the exit code."""
        self.strike(signal.SIGTERM)
        return await self.ended()

    async def killed(self) -> None:
        """SIGKILL, and waits until nothing of it is left."""
        self.strike()
        await self.ended()

    def faults(self) -> list[str]:
        """Lines of the log that should never be there."""
        return _FAULTS.findall(self.log.read_text(encoding="utf-8"))
