"""What it costs a running program to be attached to, and whether what is seen of it is so.

``pytest tests/benchmarks/test_attaching.py --benchmark-only -s`` prints the figures. The second one
needs Python 3.15: it runs this, or ``CONCVIZ_PYTHON_3_15`` names it. And it needs a machine at
rest: a thread that waits for a core with the GIL asked for is seen as that, not as waiting for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from concviz.model.run import Run
from concviz.sources.attach import Attached
from concviz.sources.feed import Feed
from concviz.trace.states import State, total
from tests.benchmarks import computing, profiling
from tests.benchmarks.figures import say

PAIRS = 15
WINDOW_S, SETTLED_S = 0.6, 0.2
NEWEST = (
    sys.executable if sys.version_info >= (3, 15) else os.environ.get("CONCVIZ_PYTHON_3_15", "")
)
SECONDS = 8.0
AGREED = 6.0
"""Points by which the two may differ."""


class Computing:
    """Four threads in a process of their own."""

    def __init__(self, python: str = sys.executable) -> None:
        self.process = subprocess.Popen(
            [python, computing.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self.process.pid

    def how_far(self) -> tuple[int, int]:
        """Rounds that they have done, and nanoseconds of CPU time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        rounds, cpu = self.process.stdout.readline().split()
        return int(rounds), int(cpu)

    def speed(self) -> tuple[float, float]:
        """Rounds a second, and rounds a second of CPU time, for a while from now on."""
        before, begun = self.how_far(), time.monotonic()
        time.sleep(WINDOW_S)
        after, lasted = self.how_far(), time.monotonic() - begun
        rounds = after[0] - before[0]
        return rounds / lasted, rounds / (after[1] - before[1])

    def __enter__(self) -> Computing:
        self.how_far()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def test_slowing_of_a_program_that_computes(benchmark: BenchmarkFixture) -> None:
    """At most 1 %. By CPU time, too, which says more on a machine that is busy."""
    by_clock, by_cpu, cost = [], [], []
    with Computing() as program:
        for number in range(PAIRS):
            speeds: dict[bool, tuple[float, float]] = {}
            for attached in (False, True) if number % 2 else (True, False):
                if not attached:
                    speeds[attached] = program.speed()
                    continue
                feed = Feed(Attached(program.pid))
                time.sleep(SETTLED_S)  # what is found out once at the beginning is that
                used, begun = time.process_time(), time.monotonic()
                speeds[attached] = program.speed()
                cost.append((time.process_time() - used) / (time.monotonic() - begun))
                feed.close()
            by_clock.append(speeds[True][0] / speeds[False][0])
            by_cpu.append(speeds[True][1] / speeds[False][1])
    say(
        benchmark,
        f"attached to four threads that compute: {median(by_clock):.4f} of the speed by the clock, "
        f"{median(by_cpu):.4f} by CPU time (medians of {PAIRS} pairs); looking takes "
        f"{median(cost):.2%} of a core",
    )
    assert median(by_clock) > 0.99


@pytest.mark.skipif(not NEWEST, reason="needs Python 3.15: CONCVIZ_PYTHON_3_15 names it")
def test_gil_wait_is_what_the_profiler_of_python_sees(benchmark: BenchmarkFixture) -> None:
    with Computing(NEWEST) as program:
        command = [NEWEST, profiling.__file__, str(program.pid), str(SECONDS)]
        feed = Feed(Attached(program.pid))
        profiler = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
        )
        feed.stop()
        run = feed.follow(0.1)
    theirs = 100 * float(profiler.stdout)
    spent = computed(run)
    ours, core = (100 * spent[state] / sum(spent) for state in (State.GIL_WAIT, State.CORE_WAIT))
    say(
        benchmark,
        f"GIL wait of four threads of Python 3.15: {ours:.1f} %, its own profiler {theirs:.1f} % "
        f"(waiting for a core, in which a thread may ask for the GIL, too: {core:.1f} %)",
    )
    assert abs(ours - theirs) <= AGREED


def computed(run: Run) -> list[int]:
    """In which states the threads were that compute."""
    threads = [worker for worker in run.workers if worker.label.startswith("computing-")]
    assert len(threads) == computing.THREADS
    return total(
        worker.states.between(worker.states.times[0], worker.states.end) for worker in threads
    )
