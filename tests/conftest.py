"""For all tests."""

from __future__ import annotations

import gc
import signal

from hypothesis import HealthCheck, settings

# No deadline for an example: the machine may be busy, and no test here is about speed.
settings.register_profile(
    "concviz", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("concviz")

# Ctrl-C and a hang-up end what the tests start, also where they were started by nohup or by a shell
# in the background, which hand down that these are ignored.
for number, usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


def pytest_collection_finish() -> None:
    """Everything imported stays: looking through it again and again takes a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
