"""What observing adds to a run: pairs of the same strategy code, bare and observed.

``pytest tests/benchmarks --benchmark-only -s`` prints the ratios. They are medians of interleaved
pairs, each in a process of its own, because the machine is never quiet.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from concviz.analysis.statistics import makespan
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.sources.local_run import LocalRun
from concviz.trace.plan import Plan
from concviz.workloads.registry import WORKLOADS
from tests.benchmarks.figures import say
from tests.benchmarks.work import ENTRY_POINTS

PAIRS = 11


@pytest.fixture
def bench_workloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The benchmarks' workloads, as an installed package would bring them."""
    info = tmp_path / "concviz_bench-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: concviz-bench\nVersion: 1\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    WORKLOADS.forget()
    yield
    WORKLOADS.forget()


def observed(strategy: str, workload: str, tasks: int, workers: int) -> float:
    """Makespan of an observed run, in seconds."""
    plan = Plan(strategy=strategy, workload=workload, tasks=tasks, workers=workers, duration_s=0.0)
    session = LocalRun(plan)
    assert session.wait(60)
    run = Run(plan)
    run.apply(session.drain())
    total = makespan(run)
    assert run.phase is Phase.FINISHED
    assert total is not None
    return total


def bare(strategy: str, reference: str, tasks: int, workers: int) -> float:
    """Makespan of the same code without concviz, in seconds."""
    command = [sys.executable, "-m", "tests.benchmarks.bare", strategy, reference]
    done = subprocess.run(
        [*command, str(tasks), str(workers)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return float(done.stdout)


@pytest.mark.usefixtures("bench_workloads")
@pytest.mark.parametrize(
    ("strategy", "workload", "tasks", "most"),
    [
        ("thread-pool", "nothing", 2_000, 1.3),
        ("process-pool", "nothing", 2_000, 1.3),
        ("thread-pool", "half", 500, 1.05),
        ("process-pool", "half", 500, 1.08),
    ],
)
def test_ratio_of_observed_to_bare(
    benchmark: BenchmarkFixture, strategy: str, workload: str, tasks: int, most: float
) -> None:
    reference = f"tests.benchmarks.work:{workload.upper()}"
    pairs = []
    for _ in range(PAIRS):
        without = bare(strategy, reference, tasks, 2)
        pairs.append((observed(strategy, f"bench-{workload}", tasks, 2), without))
    ratios = sorted(a / b for a, b in pairs)
    ratio = median(ratios)
    say(
        benchmark,
        f"{strategy}, {tasks} × {workload}: observed / bare = {ratio:.3f} "
        f"(quartiles {ratios[PAIRS // 4]:.3f} to {ratios[-1 - PAIRS // 4]:.3f}; bare "
        f"{median(b for _, b in pairs) * 1e3:.1f} ms), at most {most}",
    )
    assert ratio <= most
