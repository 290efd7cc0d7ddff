"""A cluster beside one machine, really run: the same results, workers that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra concviz[dask] is not installed")

import concviz
from tests.cluster.by_hand import ByHand
from tests.functions import JOBS

pytestmark = pytest.mark.xdist_group("cluster")


def test_a_function_gives_the_same_results_on_a_cluster_as_in_a_loop(
    cluster: ByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.wait_for_workers()
    (tmp_path / "jobs.py").write_text(JOBS)
    monkeypatch.chdir(tmp_path)
    found = concviz.compare(
        call="jobs.py:doubled",
        inputs="range:6",
        strategies=["dask"],
        scheduler=cluster.address,
        repeat=1,
        warmup=0,
    )
    loop, there = found.rows
    assert (loop.strategy, there.strategy) == ("sequential", "dask")
    assert there.workers == 2, "as many as there are"
    assert there.reason is None
    assert found.comparison.results is not None
    assert found.comparison.results.equal
    assert found.verdict.recommended == "sequential"


def test_a_sweep_goes_up_to_the_workers_that_are_there(cluster: ByHand) -> None:
    cluster.wait_for_workers()
    words = "workers is 3: it must be from 1 to 2 (the cluster has 2 workers)."
    with pytest.raises(concviz.UnusableError, match="from 1 to 2") as refused:
        concviz.sweep(strategy="dask", scheduler=cluster.address, workers=[1, 3])
    assert str(refused.value) == words
