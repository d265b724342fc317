"""Message to reply through a real Synapse, plain and encrypted, beside a bare nio bot in the same run.

`python -m bench.matrix [--count 60]`: both bots run at once, and somebody writes to the one and the other in turn,
one message at a time. What it takes their own client to send is in the figures of both. Quote ratios: absolute
figures move with the machine, and most of the time is the server's.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.updates import at_rest, peak_memory, processor_seconds
from tests.independent.conversation import prepared, program
from tests.platforms.matrix import Person, person
from tests.synapse import Account, Synapse

OURS, PEER = "Raadsmaat", "bare nio"
_REST = 0.6  # seconds between two messages: a receipt that follows an answer must not fall into the next one
_FIRST = 3  # messages that are not counted: keys are shared, caches filled


@asynccontextmanager
async def _peer(server: Synapse, account: Account, folder: Path) -> AsyncIterator[int]:
    folder.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bench.peers.echo", server.url, account.user, account.device, account.token, str(folder)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.kill()
        await process.wait()


async def measure(server: Synapse, folder: Path, count: int, *, encrypted: bool) -> dict[str, dict[str, float]]:
    """One round: the figures of each bot."""
    ours, theirs = server.register("raadsmaat"), server.register("echo")
    folder.mkdir()
    code = prepared(folder)
    async with (
        program(server, ours, folder) as our_pid,
        _peer(server, theirs, folder / "peer") as their_pid,
        person(server, server.register("anna"), ours.user, folder / "a") as anna,
        person(server, server.register("bram"), theirs.user, folder / "b") as bram,
    ):
        people, pids = {OURS: anna, PEER: bram}, {OURS: our_pid, PEER: their_pid}
        for name, one in people.items():
            await one.opens(encrypted=encrypted, greeted=name == OURS)
        await anna.says(code)
        await at_rest(our_pid)
        took: dict[str, list[float]] = {name: [] for name in people}
        used = {name: -processor_seconds(pid) for name, pid in pids.items()}
        for _ in range(count + _FIRST):
            for name, one in people.items():
                took[name].append(await _seconds(one))
                await asyncio.sleep(_REST)
        return {
            name: _figures(took[name][_FIRST:])
            | {
                "CPU s/1000": (used[name] + processor_seconds(pid)) / (count + _FIRST) * 1000,
                "MiB": peak_memory(pid),
            }
            for name, pid in pids.items()
        }


async def _seconds(somebody: Person) -> float:
    begun = time.monotonic()
    await somebody.says("/help")
    return time.monotonic() - begun


def _figures(seconds: list[float]) -> dict[str, float]:
    hundredths = statistics.quantiles(seconds, n=100, method="inclusive")
    return {"p50 ms": statistics.median(seconds) * 1000, "p99 ms": hundredths[98] * 1000}


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.matrix", description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    count: int = parser.parse_args().count
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name, Synapse(Path(name) / "synapse") as server:
        for kind in ("plain", "encrypted"):
            both = await measure(server, Path(name) / kind, count, encrypted=kind == "encrypted")
            found |= {f"{bot}, {kind}": row for bot, row in both.items()}
            found[f"ours / {PEER}, {kind}"] = {figure: both[OURS][figure] / both[PEER][figure] for figure in both[OURS]}
    figures = list(next(iter(found.values())))
    print("| | " + " | ".join(figures) + " |")
    print("|---" * (len(figures) + 1) + "|")
    for name, row in found.items():
        print(f"| {name} | " + " | ".join(f"{row[figure]:.2f}" for figure in figures) + " |")


if __name__ == "__main__":
    asyncio.run(main())
