"""`python -m tests.botapi --port 0 --token 1:x`: the server in a process of its own.

Prints one line of JSON with the port when it can be used; ends at SIGTERM or SIGINT.
"""

import argparse
import asyncio
import gc
import json
import signal

from tests.botapi.faults import Slow
from tests.botapi.rates import Rates
from tests.botapi.server import BotApiServer


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="100:test")
    parser.add_argument("--fast", action="store_true", help="check nothing: for benchmarks")
    parser.add_argument("--rtt", type=float, default=0.0, help="round trip of every call, in milliseconds")
    parser.add_argument("--jitter", type=float, default=0.0, help="± milliseconds")
    parser.add_argument("--rates", help="enforce limits: a JSON object with the fields of Rates, {} for Telegram's")
    return parser.parse_args()


async def serve(chosen: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if chosen.fast:
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)  # every message is kept, so looking for garbage in them is in vain
    rates = Rates(**json.loads(chosen.rates)) if chosen.rates else None
    server = BotApiServer(chosen.token, port=chosen.port, validate=not chosen.fast, rates=rates)
    if chosen.rtt:
        server.inject(Slow(chosen.rtt, chosen.jitter))
    async with server:
        print(json.dumps({"port": server.port, "url": server.url}), flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(arguments()))
