"""For all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No deadline for an example: the machine may be busy, and no test here is about speed.
settings.register_profile(
    "concviz", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("concviz")
