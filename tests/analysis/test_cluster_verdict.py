"""When a cluster is the answer, and what is said of its costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.cluster_cost import ClusterCost
from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.measurement import Case
from concviz.analysis.standing import clearly_slower
from concviz.analysis.sweep import Sweep
from concviz.analysis.verdict import Verdict
from concviz.view.tables import sweep_notes
from tests.builders.cases import around, case
from tests.builders.environments import ENVIRONMENT, LAB_ENVIRONMENT


def verdict(*cases: Case) -> Verdict:
    return Comparison(list(cases), environment=ENVIRONMENT).verdict()


def test_a_cluster_that_is_clearly_faster_is_named_with_what_it_costs() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("process-pool", *around(1.05)),
        case("dask", *around(0.7), starts_s=0.2),
    )
    assert found.winner == found.recommended == "dask"
    assert found.sentence.startswith("Dask: 2.86× as fast as sequential")
    assert (
        "It costs a cluster: 2 worker processes and a scheduler on this machine, which took "
        "200 ms of the 700 ms to start; and Dask, installed."
    ) in found.sentence
    assert "The next, process pool, takes 50 % longer" in found.sentence


def test_a_cluster_that_is_faster_within_noise_is_not_named() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("process-pool", *around(1.04)),
        case("dask", *around(1.0)),
    )
    assert found.recommended == "process-pool"
    assert "in a tie with the fastest, dask, but lighter" in found.sentence
    assert "It costs" not in found.sentence


def test_nor_where_the_lighter_one_varies_too_much_to_tell() -> None:
    found = verdict(
        case("sequential", *around(4.0)),
        case("process-pool", 0.7, 1.3, 2.4),
        case("dask", *around(1.0)),
    )
    assert found.recommended == "process-pool"
    assert "dask" in found.tied


def test_what_a_cluster_costs_that_was_there_already() -> None:
    cost = ClusterCost(False, processes=6, threads=6, hosts=2, start_s=0.3, moved_bytes=12 * 10**6)
    assert cost.sentence(2.0) == (
        "It costs a cluster that is kept running: 6 worker processes on 2 machines, with Dask and "
        "your code installed on each, 300 ms of the 2.000 s before the first task began, and "
        "12.0 MB moved between workers."
    )
    assert "before the first" not in cost.sentence(60.0)
    assert "moved" not in replace(cost, moved_bytes=0).sentence(2.0), "it was not told"


def test_of_several_machines_nothing_is_said_of_the_cores_of_this_one() -> None:
    far = verdict(case("sequential", *around(2.0)), case("dask", *around(0.5), workers=4, hosts=2))
    assert "4 worker processes on 2 machines" not in far.sentence, "it was started for the run"
    assert "usable core" not in far.sentence
    near = verdict(case("sequential", *around(2.0)), case("dask", *around(0.5), workers=4))
    assert "With 2 usable cores more than 2 workers won't help." in near.sentence


TIMES = st.lists(st.floats(0.1, 10), min_size=1, max_size=4)


@given(TIMES, TIMES, st.lists(TIMES, max_size=2))
def test_a_cluster_is_named_only_if_it_is_clearly_faster_than_whatever_needs_none(
    cluster: list[float], sequential: list[float], others: list[list[float]]
) -> None:
    cases = [case("sequential", *sequential, tasks=2), case("dask", *cluster, tasks=2)]
    cases += [
        case(name, *took, tasks=2)
        for name, took in zip(("threads", "process-pool"), others, strict=False)
    ]
    found = verdict(*cases)
    dask = cases[1]
    light = [each for each in cases if each is not dask]
    if found.recommended == "dask":
        assert all(clearly_slower(each, dask, interleaved=True) for each in light)
        assert found.winner == "dask"
        assert "It costs a cluster" in found.sentence
    else:
        assert "It costs" not in found.sentence


def swept(points: dict[int, float], **others: Any) -> Sweep:
    cases = [case("dask", *around(t), workers=n, tasks=12, **others) for n, t in points.items()]
    return Sweep(case("sequential", *around(2.0), tasks=12), cases, Manner(), LAB_ENVIRONMENT)


def test_a_sweep_of_a_cluster_says_what_its_workers_cost() -> None:
    found = swept({1: 2.1, 2: 1.1, 4: 0.6}, hosts=2)
    advice = found.recommendation()
    assert (advice.recommended, advice.workers) == ("dask", 4)
    assert "It costs a cluster: 4 worker processes" in advice.sentence
    assert "Workers are on up to 2 machines; the laws take all for equal." in sweep_notes(found)
    assert not any("machines" in note for note in sweep_notes(swept({1: 2.1, 2: 1.1})))


def test_efficiency_is_of_threads_that_do_tasks_and_that_is_said() -> None:
    found = swept({2: 0.6}, threads=2)
    (point,) = found.points()
    assert point.speedup is not None
    assert point.efficiency == point.speedup / 4
    assert any("did tasks in 4 threads" in note for note in sweep_notes(found))
    (alone,) = swept({2: 1.1}).points()
    assert alone.speedup is not None
    assert alone.efficiency == alone.speedup / 2


def test_a_lighter_strategy_wins_a_sweep_where_a_cluster_is_no_better() -> None:
    found = swept({2: 1.0})
    found.cases.append(case("process-pool", *around(1.04), workers=2, tasks=12))
    advice = found.recommendation()
    assert advice.recommended == "process-pool"
    assert "It costs" not in advice.sentence


def test_where_a_loop_is_as_good_a_cluster_is_not_praised() -> None:
    slower = swept({1: 3.0, 2: 2.8}).recommendation().sentence
    assert "The sequential loop, which needs no cluster, is faster than any of this." in slower
    same = swept({1: 2.1, 2: 2.0}).recommendation().sentence
    assert "which needs no cluster, cannot be told from it" in same
    assert "It costs" not in slower + same
