"""Settings of the tests as a whole."""

import os

from hypothesis import HealthCheck, settings

# A machine that is busy makes an example slow; that says nothing about the example.
settings.register_profile("raadsmaat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Everywhere else each run tries other examples; what CI says of a change must not depend on the dice.
settings.register_profile("ci", settings.get_profile("raadsmaat"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "raadsmaat")
