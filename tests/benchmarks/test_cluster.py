"""How much faster two workers of a cluster compute than a loop, on a machine of two cores at rest.

``pytest tests/benchmarks/test_cluster.py --benchmark-only -s`` prints the figures.
"""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

pytest.importorskip("distributed", reason="the extra concviz[dask] is not installed")

import concviz
from concviz.runner.environment import usable_cores
from tests.benchmarks.figures import say
from tests.cluster.by_hand import by_hand

LEAST = 1.6


@pytest.mark.skipif(usable_cores()[0] < 2, reason="needs two cores")
def test_two_workers_against_a_loop(benchmark: BenchmarkFixture) -> None:
    """On a cluster that is there: its start is not counted."""
    with by_hand() as cluster:
        cluster.wait_for_workers()
        found = concviz.compare(
            workload="cpu",
            tasks=10,
            workers=2,
            duration_s=0.4,
            strategies=["dask"],
            scheduler=cluster.address,
            repeat=3,
        )
    _, there = found.rows
    assert there.speedup is not None
    say(benchmark, f"10 × cpu 0.4 s, two workers: {there.speedup:.2f}×, at least {LEAST}×")
    assert there.speedup >= LEAST
    assert found.verdict.recommended == "dask"
    assert "It costs a cluster that is kept running" in found.verdict.sentence
