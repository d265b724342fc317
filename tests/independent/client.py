"""The client as a process: commands go in, answers and what it sees come out."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.independent.installed import FOLDER, NODE, install
from tests.synapse import Account

PATIENCE = 90.0  # seconds; a test that needs them fails


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the client shows it. `body` is None when it cannot or will not read it: `failure` says why.

    `shield` is the warning that it would show beside the message: NONE, GREY or RED.
    """

    event_id: str
    room: str
    sender: str
    body: str | None
    encrypted: bool
    failure: str | None
    shield: str | None


class IndependentClient:
    """Somebody who uses another client than ours. It vouches for its own device, as people's apps do."""

    def __init__(self, url: str, account: Account, log: Path) -> None:
        self._url, self._account, self._log = url, account, log
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._news = asyncio.Event()
        self.user = account.user
        self.seen: dict[str, Seen] = {}

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(install)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                NODE,
                FOLDER / "client.mjs",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=2**20,
            )
        self._reading = asyncio.create_task(self._read())
        try:
            await self.do("start", url=self._url, user=self._account.user, password=self._account.password)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def do(self, name: str, **what: Any) -> dict[str, Any]:
        """One command of client.mjs, and its answer. Raises AssertionError with what went wrong there."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": name, **what}).encode() + b"\n")
        await self._process.stdin.drain()
        async with asyncio.timeout(PATIENCE):
            answer = await self._answers.get()
        assert "error" not in answer, answer["error"]
        return answer

    async def until(self, there: Callable[[Seen], bool]) -> Seen:
        """Waits for a message for which this holds; returns the first."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if found := [one for one in self.seen.values() if there(one)]:
                    return found[0]
                self._news.clear()
                await self._news.wait()

    async def says(self, room: str, text: str) -> Seen:
        """Says something, and returns the next message of somebody else in the room."""
        before = set(self.seen)
        await self.do("say", room=room, text=text)
        return await self.until(lambda one: one.event_id not in before and one.room == room and one.sender != self.user)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            if "done" in told:
                self._answers.put_nowait(told)
            else:
                told["event_id"] = told.pop("seen")
                one = Seen(**{name: told.get(name) for name in Seen.__slots__})
                self.seen[one.event_id] = one
                self._news.set()
        self._answers.put_nowait({"error": f"the client ended; {self._log} says why"})

    async def _end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading
