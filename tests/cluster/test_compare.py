"""A cluster beside one machine, really run: speedup, the same results, workers that are there."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

pytest.importorskip("distributed", reason="the extra concviz[dask] is not installed")

import concviz
from concviz.runner.environment import usable_cores
from tests.cluster.by_hand import ByHand
from tests.functions import JOBS
from tests.undisturbed import DISTURBING, Others

pytestmark = pytest.mark.xdist_group("cluster")


class Two(NamedTuple):
    """A cluster of two worker processes, each of one thread."""

    address: str
    nannies: psutil.Process

    def used_s(self) -> float:
        """CPU time of its workers."""
        all_ = [self.nannies, *self.nannies.children(recursive=True)]
        return float(sum(sum(each.cpu_times()[:2]) for each in all_))


@pytest.fixture
def two_workers(cluster: ByHand) -> Two:
    cluster.wait_for_workers()
    return Two(cluster.address, psutil.Process(cluster.workers))


def test_a_function_gives_the_same_results_on_a_cluster_as_in_a_loop(
    two_workers: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jobs.py").write_text(JOBS)
    monkeypatch.chdir(tmp_path)
    found = concviz.compare(
        call="jobs.py:doubled",
        inputs="range:6",
        strategies=["dask"],
        scheduler=two_workers.address,
        repeat=1,
        warmup=0,
    )
    loop, cluster = found.rows
    assert (loop.strategy, cluster.strategy) == ("sequential", "dask")
    assert cluster.workers == 2, "as many as there are"
    assert cluster.reason is None
    assert found.comparison.results is not None
    assert found.comparison.results.equal
    assert found.verdict.recommended == "sequential"


def test_a_sweep_goes_up_to_the_workers_that_are_there(two_workers: Two) -> None:
    words = "workers is 3: it must be from 1 to 2 (the cluster has 2 workers)."
    with pytest.raises(concviz.UnusableError, match="from 1 to 2") as refused:
        concviz.sweep(strategy="dask", scheduler=two_workers.address, workers=[1, 3])
    assert str(refused.value) == words


@pytest.mark.alone
@pytest.mark.skipif(usable_cores()[0] < 2, reason="needs two cores")
def test_two_workers_compute_nearly_twice_as_fast_as_a_loop(two_workers: Two) -> None:
    others, before_s, begun = Others(), two_workers.used_s(), time.monotonic()
    found = concviz.compare(
        workload="cpu",
        tasks=16,
        workers=2,
        duration_s=0.4,
        strategies=["dask"],
        scheduler=two_workers.address,
        repeat=1,
        warmup=0,
    )
    _, cluster = found.rows
    assert cluster.reason is None
    assert cluster.speedup is not None
    room_s = (time.monotonic() - begun) * (os.cpu_count() or 1)
    its_share = (two_workers.used_s() - before_s) / room_s  # of what was started here, and goes on
    if cluster.speedup < 1.6 and others.share() - its_share >= DISTURBING:
        pytest.skip("the machine is busy with other things")
    assert cluster.speedup >= 1.6
    assert found.verdict.recommended == "dask"
    assert "It costs a cluster that is kept running" in found.verdict.sentence
