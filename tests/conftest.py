"""For all tests."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import none

from concviz.runner.environment import usable_cores
from tests.fixtures import (
    fresh,
    hostile,
    install,
    nothing_left,
    place,
    strangers,
    waits,
    warm,
    warm_and_hostile,
)
from tests.memory import LIMIT_MB, give_back, peak_mb, said
from tests.turns import Turns

__all__ = [
    "fresh",
    "hostile",
    "install",
    "nothing_left",
    "place",
    "strangers",
    "waits",
    "warm",
    "warm_and_hostile",
]

# No deadline for an example: the machine may be busy, and no test here is about speed. The same
# examples each time, so that a check says something about the change it checks; whoever looks for
# faults runs other ones, and more, by ``--hypothesis-profile=search``.
settings.register_profile(
    "concviz",
    deadline=None,
    max_examples=30,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile(
    "search", settings.get_profile("concviz"), derandomize=False, max_examples=1000
)
settings.load_profile("concviz")

# Hundreds of processes are started, here and by what is tested: where no bytecode may be kept, each
# compiles all that it imports, which takes as much CPU as the rest of its start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

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


RESTS = 10
"""After so many tests memory that nobody needs is given back."""
_run = count(1)

FOLDER = "CONCVIZ_TEST_TURNS"
"""Environment variable: what the processes that run tests at once have in common."""
_made: list[str] = []
_turns: list[Turns] = []


def pytest_configure() -> None:
    """Before other processes are started."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="test-turns-")
        _made.append(os.environ[FOLDER])
    _turns.append(Turns(Path(os.environ[FOLDER])))


def pytest_unconfigure() -> None:
    """After all of them."""
    _turns.clear()
    while _made:
        shutil.rmtree(_made.pop(), ignore_errors=True)
        del os.environ[FOLDER]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """All tests run in several processes, those of one file or folder in this one.

    Twice as many as there are cores, since most tests wait for most of their time; and a few at
    most, since each imports everything and the tests that must be alone gain nothing.
    """
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return max(2, min(2 * int(usable_cores()[0]), 6)) if whole else 0


def _alone(item: pytest.Item | None) -> bool:
    return item is not None and item.get_closest_marker("alone") is not None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that must be alone are run by the same process, one after the other."""
    for item in items:
        if _alone(item):
            item.add_marker(pytest.mark.xdist_group("alone"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """A test that measures what threads do has the machine for itself."""
    with _turns[-1].turn(_alone(item), _alone(nextitem)):
        result = yield
    if next(_run) % RESTS == 0:
        give_back()
    return result


_NAME = "PYTEST_CURRENT_TEST"


@contextmanager
def _unnamed() -> Iterator[None]:
    name = os.environ.pop(_NAME, None)
    try:
        yield
    finally:
        if name is not None:
            os.environ[_NAME] = name


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup() -> Generator[None, object, object]:
    """What is started does not inherit which test that was for: so another one can use it."""
    with _unnamed():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """Nor what the test itself starts."""
    with _unnamed():
        return (yield)


_peaks: dict[str, int] = {}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Another process has run its tests, and told how much memory it took."""
    peak = getattr(node, "workeroutput", {}).get("peak_mb")
    if peak is not None:
        _peaks[node.gateway.id] = peak


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tests that take too much memory have failed, whatever each of them says."""
    peak = peak_mb()
    if peak is None:
        return
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["peak_mb"] = peak
        return
    _peaks["main"] = peak
    if max(_peaks.values()) > LIMIT_MB and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Whether it was too much."""
    if _peaks:
        terminalreporter.write_line(said(_peaks), red=max(_peaks.values()) > LIMIT_MB)
