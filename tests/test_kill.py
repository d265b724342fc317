"""Nothing is lost when the program is killed: short runs of the campaigns of `make soak`."""

import signal
from pathlib import Path

import pytest

from tests.kill.burst import burst

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_of_five_hundred_at_once_nobody_is_left_without_an_answer(tmp_path: Path, how: signal.Signals) -> None:
    (await burst(tmp_path, how)).report()
