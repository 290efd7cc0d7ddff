"""``kill -9`` of the screen process at any moment: nothing of a run outlives it.

``CONCVIZ_KILLS=50 pytest tests/terminal/test_kill.py`` tries more moments.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from random import Random

import pytest

from tests.terminal.lab import lab

RUNS = {
    "threads": ("--strategy", "threads", "--workload", "sleep"),
    "cpu": ("--strategy", "thread-pool", "--workload", "cpu"),
    "fork pool": ("--strategy", "process-pool", "--workload", "hash"),
    "spawn": ("--strategy", "processes", "--workload", "lock", "--start-method", "spawn"),
    "forkserver": ("--strategy", "process-pool", "--start-method", "forkserver"),
    "http": ("--strategy", "asyncio", "--workload", "http"),
    "disk": ("--strategy", "processes", "--workload", "disk"),
    "crash": ("--strategy", "process-pool", "--workload", "crash"),
}
KILLS = int(os.environ.get("CONCVIZ_KILLS", len(RUNS)))


def shared_memory() -> set[str]:
    """Named semaphores and segments of the whole system."""
    return {path.name for path in Path("/dev/shm").glob("*")}


@pytest.mark.parametrize("number", range(KILLS))
def test_kill_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    name = list(RUNS)[number % len(RUNS)]
    moment = Random(number).uniform(0.0, 1.5)
    before = shared_memory()
    with lab("--fresh", "--run", "--duration", "60", *RUNS[name], folder=tmp_path) as it:
        it.sees("Timeline")
        end = time.monotonic() + moment
        while time.monotonic() < end:
            it.read()
        os.kill(it.pid, signal.SIGKILL)
        it.is_gone()
        assert not {name for name in shared_memory() - before if name.startswith(("sem.", "psm"))}
