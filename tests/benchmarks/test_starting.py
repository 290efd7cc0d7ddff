"""How soon a run begins, and what a comparison adds to its runs.

``pytest tests/benchmarks --benchmark-only -s`` prints the figures: medians.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from concviz.sources import warm_start
from concviz.sources.local_run import LocalRun
from concviz.trace import events
from concviz.trace.plan import Plan
from tests.benchmarks.figures import say

RUNS = 11
FEW, MANY = 2, 10
"""Repetitions in two comparisons; what the difference takes is that of the runs alone."""


def first_task_s(plan: Plan) -> float:
    """From the start of a run until it is read here that a task has started."""
    begun = time.monotonic()
    session = LocalRun(plan)
    try:
        while True:
            if any(isinstance(message, events.TaskStarted) for message in session.drain()):
                return time.monotonic() - begun
            assert not session.finished
            time.sleep(0.0005)
    finally:
        session.close()


@pytest.mark.parametrize(
    ("strategy", "most_s"), [("thread-pool", 0.08), ("process-pool", 0.08), ("asyncio", 0.08)]
)
def test_first_task(benchmark: BenchmarkFixture, strategy: str, most_s: float) -> None:
    plan = Plan(strategy=strategy, workload="sleep", tasks=4, duration_s=0.02)
    with warm_start.kept():
        first_task_s(plan)  # what can be seen of a run here is found out once
        times = [first_task_s(plan) for _ in range(RUNS)]
    say(
        benchmark,
        f"{strategy}: first task read {median(times) * 1e3:.0f} ms after the start "
        f"(least {min(times) * 1e3:.0f}, most {max(times) * 1e3:.0f}), at most {most_s * 1e3:.0f}",
    )
    assert median(times) <= most_s


def compared(strategy: str, repeat: int) -> tuple[float, float, int]:
    """A comparison with the sequential loop: seconds, those in runs, and how many runs."""
    command = [sys.executable, "-m", "concviz", "compare", "--json", "--warmup", "0"]
    work = ["--workload", "lock", "--duration", "0.02", "--tasks", "4", "--workers", "2"]
    begun = time.monotonic()
    done = subprocess.run(
        [*command, *work, "--strategies", strategy, "--repeat", str(repeat)],
        capture_output=True,
        check=True,
    )
    took = time.monotonic() - begun
    makespans = [
        makespan for row in json.loads(done.stdout)["rows"] for makespan in row["makespan_runs_s"]
    ]
    return took, sum(makespans), len(makespans)


@pytest.mark.parametrize("strategy", ["thread-pool", "process-pool", "asyncio"])
def test_what_a_comparison_adds(benchmark: BenchmarkFixture, strategy: str) -> None:
    found = []
    for _ in range(3):
        few, many = compared(strategy, FEW), compared(strategy, MANY)
        took, inside, runs = (a - b for a, b in zip(many, few, strict=True))
        assert runs == 2 * (MANY - FEW)
        found.append((took - inside) / runs)
    say(
        benchmark,
        f"compare sequential, {strategy}: {median(found) * 1e3:.0f} ms a run beside its makespan "
        f"({min(found) * 1e3:.0f} to {max(found) * 1e3:.0f}), at most 60",
    )
    assert median(found) <= 0.06
