"""Settings of the tests as a whole."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.synapse import Synapse

# A machine that is busy makes an example slow; that says nothing about the example.
settings.register_profile("raadsmaat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Everywhere else each run tries other examples; what CI says of a change must not depend on the dice.
settings.register_profile("ci", settings.get_profile("raadsmaat"), derandomize=True)
# `make check`, before each commit: fewer examples, other ones each time.
settings.register_profile("quick", settings.get_profile("raadsmaat"), max_examples=25)
settings.load_profile("ci" if os.environ.get("CI") else "raadsmaat")


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A real Matrix server for the whole session. Take accounts and rooms of your own; leave it running."""
    with Synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server
