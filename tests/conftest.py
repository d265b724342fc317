"""Settings of the tests as a whole."""

from hypothesis import HealthCheck, settings

# A machine that is busy makes an example slow; that says nothing about the example.
settings.register_profile("raadsmaat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("raadsmaat")
