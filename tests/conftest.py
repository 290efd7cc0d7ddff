"""For all tests."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import none

from tests.fixtures import fresh, hostile, install, nothing_left, place, strangers, waits
from tests.turns import turn

__all__ = ["fresh", "hostile", "install", "nothing_left", "place", "strangers", "waits"]

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
    # At its first test Hypothesis makes a generator and asks the collector who holds it, which does
    # not look among what stays: so that comes before.
    given(none())(lambda nothing: None)()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


FOLDER = "CONCVIZ_TEST_TURNS"
"""Environment variable: what the processes that run tests at once have in common."""
_made: list[str] = []


def pytest_configure() -> None:
    """Before other processes are started."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="test-turns-")
        _made.append(os.environ[FOLDER])


def pytest_unconfigure() -> None:
    """After all of them."""
    while _made:
        shutil.rmtree(_made.pop(), ignore_errors=True)
        del os.environ[FOLDER]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that measures what threads do has the machine for itself."""
    with turn(Path(os.environ[FOLDER]), alone=item.get_closest_marker("alone") is not None):
        return (yield)
