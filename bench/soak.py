"""Killing the program for a long time, and counting what was lost or doubled.

`python -m bench.soak [--kills 200] [--runs 20] [--minutes 60] [--out docs/metingen/kill.md]`: the campaigns of
tests/test_kill.py, many times over, with other seeds each time. Ends with code 1 when anything was lost, or
doubled without doubt. `--minutes`: after so many no new run is begun, and the day of random kills ends.
"""

import argparse
import asyncio
import os
import platform
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.kill import disk, points
from tests.kill.both import both
from tests.kill.broadcast import broadcast
from tests.kill.burst import burst, impatient
from tests.kill.count import Verdict
from tests.kill.first_start import first_start
from tests.kill.random_kills import random_kills
from tests.kill.replicas import switched, taken_over

_BOTH_SECONDS = 1800.0

Run = Callable[[Path, int], Awaitable[Verdict]]


@dataclass
class Campaign:
    """One kind of run, done `times` times in a folder of its own and with a seed of its own."""

    name: str
    what: str
    times: int
    run: Run
    done: int = 0
    seconds: float = 0.0
    found: Verdict = field(default_factory=lambda: Verdict(""))


def campaigns(kills: int, runs: int, seconds: float) -> list[Campaign]:
    """Everything that is done to the program, the most telling first."""
    few = max(1, runs // 4)
    return [
        Campaign(
            "Both platforms",
            "6 people on Telegram and 4 on a real Synapse (2 of them encrypted), and a message to everybody every 7 s; "
            "Telegram resets, loses answers, answers 502 and 429; Synapse is killed, stopped and frozen; the program "
            "is killed at random moments in the first two thirds of the time",
            1,
            lambda folder, seed: both(folder, min(seconds, _BOTH_SECONDS), seed=seed),
        ),
        Campaign(
            "Random kills of a scripted day",
            "12 raadsleden ask for trainings and ask questions, 2 of the griffie decide and answer, round trip "
            "20 ms; SIGKILL at random moments, also while it starts",
            1,
            lambda folder, seed: random_kills(folder, kills, seed=seed, seconds=seconds),
        ),
        Campaign(
            "Stopped at random moments of such a day",
            "the same with SIGTERM",
            1,
            lambda folder, seed: random_kills(folder, kills // 5, signal.SIGTERM, seed=seed, seconds=seconds),
        ),
        Campaign(
            "500 at once, SIGKILL twice",
            "500 updates from 500 chats at once, round trip 20 ms, killed after 100 answers and again after 100 more",
            runs,
            lambda folder, seed: burst(folder, signal.SIGKILL),
        ),
        Campaign(
            "500 at once, SIGTERM twice", "the same, stopped", runs, lambda folder, seed: burst(folder, signal.SIGTERM)
        ),
        Campaign(
            "Two processes, SIGKILL",
            "150 updates from 150 chats at once, brought to two processes; who answers is killed half-way, and "
            "then the other",
            few,
            lambda folder, seed: taken_over(folder, signal.SIGKILL),
        ),
        Campaign(
            "Two processes, messages in doubt traced",
            "the same, with RAADSMAAT_TELEGRAM_TRACE",
            few,
            lambda folder, seed: taken_over(folder, signal.SIGKILL, traced=True),
        ),
        Campaign(
            "Fetched, brought, and fetched again",
            "the way in is changed four times, by SIGTERM and by SIGKILL, while people write",
            few,
            lambda folder, seed: switched(folder),
        ),
        Campaign(
            "Stopped twice in a row",
            "a second SIGTERM while the last messages are on their way",
            few,
            lambda folder, seed: impatient(folder),
        ),
        Campaign(
            "Points before anything left",
            ", ".join(point.name for point in points.SURE),
            few,
            lambda folder, seed: points.killed_at(points.SURE, folder),
        ),
        Campaign(
            "Points at which it may have left",
            ", ".join(point.name for point in points.IN_DOUBT),
            few,
            lambda folder, seed: points.killed_at(points.IN_DOUBT, folder),
        ),
        Campaign(
            "A notice to 300 with faults",
            "300 a second, SIGKILL at a third and at two thirds, 1 % of the answers lost, 0.5 % reset, 0.5 % 502, "
            "one 429",
            runs,
            lambda folder, seed: broadcast(folder, seed=seed),
        ),
        Campaign("Locked database", "by another program for 8 s", few, _locked),
        Campaign("Quota", "no file may grow any more, the log included", few, _limited),
        Campaign("Full disk", "a file system without any room", few, _full),
        Campaign("Read-only files", "made immutable while it runs", few, _read_only),
        Campaign(
            "First starts", "killed while it makes its database", 1, lambda folder, seed: first_start(folder, runs)
        ),
    ]


async def _locked(folder: Path, seed: int) -> Verdict:
    return await disk.suffers("locked", folder, disk.locked, seconds=disk.LOCKED_SECONDS)


async def _limited(folder: Path, seed: int) -> Verdict:
    return await disk.suffers("quota", folder, disk.limited)


async def _full(folder: Path, seed: int) -> Verdict:
    with disk.small_disk(folder / "disk") as small:
        return await disk.suffers("full", small, disk.full, log=folder / "bot.log")


async def _read_only(folder: Path, seed: int) -> Verdict:
    return await disk.suffers("read-only", folder, disk.read_only)


async def carry_out(campaign: Campaign, until: float) -> None:
    """Does the runs of one campaign, as long as there is time."""
    begun = time.monotonic()
    for seed in range(1, campaign.times + 1):
        if campaign.done and time.monotonic() > until:
            break
        with tempfile.TemporaryDirectory(prefix="kill-") as name, suppress(disk.Unsupported):
            verdict = await campaign.run(Path(name), seed)
            print(verdict, *verdict.wrong[:10], sep="\n  ! " if verdict.wrong else "\n", flush=True)
            campaign.found.add(verdict)
            campaign.done += 1
    campaign.seconds = time.monotonic() - begun


def report(every: list[Campaign]) -> Iterator[str]:
    """The figures as Markdown."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    yield "# Killing the program, and counting"
    yield ""
    yield f"`{' '.join(['python -m bench.soak', *sys.argv[1:]])}`, {datetime.now(UTC):%Y-%m-%d};"
    yield f"{os.cpu_count()} cores, {memory} GiB, {platform.system()}, Python {platform.python_version()},"
    yield f"SQLite {sqlite3.sqlite_version}. The program is killed in earnest (`python -m bot start`, its whole"
    yield "process group); the other side is the local Bot API server of the tests, and for Matrix a real Synapse."
    yield "Counts are sums over the runs."
    yield ""
    yield "*Lost*: owed, and neither arrived nor shown to anybody as in doubt. *Doubled without doubt*: arrived more"
    yield "often than once, and than its row says it may have. *In doubt*: nobody could know whether it had arrived."
    for one in every:
        yield ""
        yield f"## {one.name}"
        yield ""
        yield f"{one.what[0].upper()}{one.what[1:]}. {one.done} of {one.times} runs in {one.seconds:.0f} s."
        if not one.done:
            continue
        yield ""
        yield "| counted | |"
        yield "|---|---:|"
        yield from (f"| {name} | {figure} |" for name, figure in one.found.figures.items())
        yield ""
        yield from (f"- **Wrong:** {wrong}" for wrong in one.found.wrong)
        if not one.found.wrong:
            yield "Nothing was wrong."


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--only", default="", help="only campaigns whose name begins so")
    parser.add_argument("--out", type=Path, help="the file for the figures")
    chosen = parser.parse_args()
    until = time.monotonic() + chosen.minutes * 60
    every = [
        one
        for one in campaigns(chosen.kills, chosen.runs, chosen.minutes * 60)
        if one.name.lower().startswith(chosen.only.lower())
    ]
    for one in every:
        print(f"# {one.name}", flush=True)
        await carry_out(one, until)
    text = "\n".join(report(every)) + "\n"
    print(text)
    if chosen.out:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(text, encoding="utf-8")
    if any(one.found.wrong for one in every):
        sys.exit(1)


if __name__ == "__main__":
    asyncio.run(main())
