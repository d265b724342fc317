"""Nothing is lost when the program is killed: short runs of the campaigns of `make soak`."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.kill import disk, points
from tests.kill.both import both
from tests.kill.broadcast import broadcast
from tests.kill.burst import burst, impatient
from tests.kill.random_kills import random_kills
from tests.kill.replicas import switched, taken_over

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_of_five_hundred_at_once_nobody_is_left_without_an_answer(tmp_path: Path) -> None:
    signals = (signal.SIGKILL, signal.SIGTERM)
    bursts = (burst(tmp_path / how.name, how) for how in signals)
    for verdict in await asyncio.gather(*bursts):
        verdict.report()


async def test_another_process_takes_over_when_the_one_that_answers_is_gone(tmp_path: Path) -> None:
    for how in (signal.SIGKILL, signal.SIGTERM):
        (await taken_over(tmp_path / how.name, how, traced=how == signal.SIGKILL)).report()


async def test_from_fetching_to_being_brought_and_back_nothing_is_lost(tmp_path: Path) -> None:
    (await switched(tmp_path)).report()


async def test_on_both_platforms_nothing_is_lost(tmp_path: Path) -> None:
    (await both(tmp_path, 20)).report()


async def test_at_every_point_between_receiving_and_sending(tmp_path: Path) -> None:
    chains = {"sure": points.SURE, "in doubt": points.IN_DOUBT, "traced": points.TRACED}
    for verdict in await asyncio.gather(*(points.killed_at(chain, tmp_path / name) for name, chain in chains.items())):
        verdict.report()


async def test_at_random_moments_of_a_scripted_day(tmp_path: Path) -> None:
    (await random_kills(tmp_path, kills=4, members=8)).report()


async def test_a_notice_reaches_everybody_once_or_is_shown_in_doubt(tmp_path: Path) -> None:
    (await broadcast(tmp_path)).report()


async def test_a_notice_that_is_traced_reaches_everybody_exactly_once(tmp_path: Path) -> None:
    (await broadcast(tmp_path, trace=True)).report()


async def test_a_database_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    """Locked for longer than the program waits, and files that cannot grow, the log of the program included."""
    for verdict in await asyncio.gather(
        disk.suffers("locked", tmp_path / "locked", disk.locked, seconds=disk.LOCKED_SECONDS),
        disk.suffers("a quota", tmp_path / "limited", disk.limited),
    ):
        verdict.report()


async def test_stopping_it_again_does_not_cut_off_what_is_on_its_way(tmp_path: Path) -> None:
    (await impatient(tmp_path)).report()


async def test_a_full_disk_and_files_that_nobody_may_write_lose_nothing(tmp_path: Path) -> None:
    try:
        with disk.small_disk(tmp_path / "disk") as full:
            for verdict in await asyncio.gather(
                disk.suffers("full", full, disk.full, log=tmp_path / "full.log"),
                disk.suffers("read-only", tmp_path / "read-only", disk.read_only),
            ):
                verdict.report()
    except disk.Unsupported as reason:
        pytest.skip(str(reason))
