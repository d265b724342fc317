"""Nothing is lost when the program is killed: short runs of the campaigns of `make soak`."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.kill import points
from tests.kill.burst import burst
from tests.kill.random_kills import random_kills

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


async def test_of_five_hundred_at_once_nobody_is_left_without_an_answer(tmp_path: Path) -> None:
    signals = (signal.SIGKILL, signal.SIGTERM)
    for verdict in await asyncio.gather(*(burst(tmp_path / how.name, how) for how in signals)):
        verdict.report()


async def test_at_every_point_between_receiving_and_sending(tmp_path: Path) -> None:
    chains = {"sure": points.SURE, "in doubt": points.IN_DOUBT}
    for verdict in await asyncio.gather(*(points.killed_at(chain, tmp_path / name) for name, chain in chains.items())):
        verdict.report()


async def test_at_random_moments_of_a_scripted_day(tmp_path: Path) -> None:
    (await random_kills(tmp_path, kills=6)).report()
