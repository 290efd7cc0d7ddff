"""What looking at the workers costs: a share of a core, and time of the run itself.

``pytest tests/benchmarks --benchmark-only -s`` prints the figures.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from concviz.analysis.statistics import makespan
from concviz.model.run import Run
from concviz.observer.rate import SAMPLE_HZ
from concviz.sources.local_run import LocalRun
from concviz.trace.plan import Plan
from tests.benchmarks.figures import say

PAIRS = 11
LENGTH_S = 4.0


@pytest.mark.parametrize("workload", ["sleep", "cpu"])
def test_share_of_a_core(benchmark: BenchmarkFixture, workload: str) -> None:
    """CPU time of the observing thread while eight threads are looked at."""
    duration_s = LENGTH_S if workload == "sleep" else LENGTH_S / 8
    session = LocalRun(Plan(strategy="threads", workload=workload, tasks=8, duration_s=duration_s))
    found: list[threading.Thread] = []
    while not found:
        time.sleep(0.01)
        found = [thread for thread in threading.enumerate() if thread.name == "concviz-observe"]
    observer = found[0]
    counts = Path(f"/proc/self/task/{observer.native_id}/schedstat")
    begun, used, events = time.monotonic(), 0, 0
    length = 0.0
    while not session.finished:
        try:
            used = int(counts.read_text().split()[0])
            length = time.monotonic() - begun
        except OSError:  # it has ended
            break
        events += len(session.drain())
        time.sleep(0.05)
    session.close()
    share = used / 1e9 / length
    say(benchmark, f"observer, 8 {workload} threads at {SAMPLE_HZ:g} Hz: {share:.2%} of a core")
    assert share <= 0.015


def run(sample_hz: float) -> float:
    """Makespan in seconds."""
    plan = Plan(strategy="processes", workload="cpu", tasks=2, duration_s=2.0, rounds_per_s=1e7)
    session = LocalRun(plan, sample_hz=sample_hz)
    assert session.wait(60)
    done = Run(plan)
    done.apply(session.drain())
    total = makespan(done)
    assert total is not None
    return total


def test_ratio_with_the_observer_to_without(benchmark: BenchmarkFixture) -> None:
    pairs = []
    for n in range(PAIRS):  # now the one first, now the other
        first, second = (SAMPLE_HZ, 0.0) if n % 2 else (0.0, SAMPLE_HZ)
        times = {first: run(first), second: run(second)}
        pairs.append((times[SAMPLE_HZ], times[0.0]))
    ratios = sorted(a / b for a, b in pairs)
    say(
        benchmark,
        f"cpu on 2 processes, observed / not: {median(ratios):.4f} "
        f"(quartiles {ratios[PAIRS // 4]:.4f} to {ratios[-1 - PAIRS // 4]:.4f}; not observed "
        f"{median(b for _, b in pairs):.3f} s), at most 1.02",
    )
    assert median(ratios) <= 1.02
