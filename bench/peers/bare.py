"""The floor: asyncio and nothing else. It stores nothing, forgets what it confirmed, and answers at once."""

import asyncio
import json
import sys
from typing import Any
from urllib.parse import urlsplit

ANSWER = "Dit kan ik voor u doen\n\n" + "\n".join(f"/opdracht{number} – wat die doet" for number in range(11))


class Connection:
    """One kept-alive connection; one request at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        if self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        self._writer.write(head.encode() + data)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        return json.loads(await self._reader.readexactly(length))["result"]


async def main(url: str, token: str, _file: str) -> None:
    where = urlsplit(url)
    assert where.hostname is not None
    assert where.port is not None
    poller = Connection(where.hostname, where.port)
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(50):
        free.put_nowait(Connection(where.hostname, where.port))
    tasks: set[asyncio.Task[None]] = set()

    async def answer(chat: int) -> None:
        connection = await free.get()
        await connection.post(f"/bot{token}/sendMessage", {"chat_id": chat, "text": ANSWER})
        free.put_nowait(connection)

    offset = 0
    while True:
        for update in await poller.post(f"/bot{token}/getUpdates", {"offset": offset, "timeout": 30}):
            offset = update["update_id"] + 1
            task = asyncio.create_task(answer(update["message"]["chat"]["id"]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
