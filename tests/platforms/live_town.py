"""The sample municipality with the program running by itself, as it does for real."""

import asyncio

from tests.town import Town


class LiveTown(Town):
    """A town that is started and stopped; what it is made of differs from platform to platform."""

    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.app = self._made()
        self._task = asyncio.create_task(self.app.run())
        await self._connected()
        self._on = True

    async def _connected(self) -> None:
        """Returns once what people say arrives."""

    async def stop(self) -> None:
        self._on = False
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
