"""Results that take their time to come from a worker's own memory: measured, shown, found."""

from __future__ import annotations

import pytest

from concviz.analysis.findings import Finding, findings
from concviz.model.run import Run
from concviz.trace.plan import Plan
from concviz.view.task import describe
from tests.exporters.objects import to_object
from tests.fixtures import Place
from tests.running import INTERPRETERS, check_all_finished, run_plan

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def place(warm_and_hostile: Place) -> Place:
    return warm_and_hostile


POOLS = ("process-pool", *INTERPRETERS)


def plan(strategy: str, workload: str, duration_s: float = 0.01, **more: object) -> Plan:
    fields = {"tasks": 4, "workers": 2, "duration_s": duration_s} | more
    return Plan(strategy=strategy, workload=workload, **fields)  # type: ignore[arg-type]


def found(run: Run) -> dict[str, Finding]:
    return {finding.id: finding for finding in findings(run)}


@pytest.mark.parametrize("strategy", POOLS)
def test_what_takes_long_to_pickle_is_measured_there_and_here(strategy: str) -> None:
    run = run_plan(plan(strategy, "many-numbers"))
    check_all_finished(run)
    assert sorted(run.tasks.returned) == [0, 1, 2, 3]
    for event in run.tasks.returned.values():
        assert 3_000_000 < event.size_bytes < 9_000_000, "a million small numbers"
        assert event.pickle_ns > 1_000_000
        assert event.unpickle_ns > 1_000_000
        lasted = run.tasks.collected[event.task] - run.tasks.finished[event.task]
        assert event.pickle_ns + event.unpickle_ns <= lasted
    finding = found(run)["pickling"]
    there = sum(event.pickle_ns for event in run.tasks.returned.values()) / 1e9
    assert finding.evidence["pickle_s"] == pytest.approx(there)
    assert finding.evidence["results"] == 4


def test_each_result_of_a_chunk_is_measured() -> None:
    run = run_plan(plan("process-pool", "many-numbers", chunksize=2))
    check_all_finished(run)
    assert sorted(run.tasks.returned) == [0, 1, 2, 3]


def test_bytes_are_soon_pickled_and_take_long_all_the_same() -> None:
    run = run_plan(plan("process-pool", "large", duration_s=0.05))
    check_all_finished(run)
    sizes = {event.size_bytes for event in run.tasks.returned.values()}
    assert sizes <= set(range(20_000_000, 20_000_100))
    assert {"pickling", "results-held-back"} & found(run).keys()


@pytest.mark.parametrize(
    ("strategy", "workload"),
    [
        ("process-pool", "number"),
        ("thread-pool", "many-numbers"),
        ("sequential", "large"),
        ("processes", "many-numbers"),
    ],
)
def test_what_is_small_or_never_pickled_is_not_told(strategy: str, workload: str) -> None:
    """Results of plain processes go nowhere, those of threads stay where they are."""
    run = run_plan(plan(strategy, workload))
    check_all_finished(run)
    assert run.tasks.returned == {}
    assert "pickling" not in found(run)


def test_the_tasks_details_and_the_report_tell_it() -> None:
    run = run_plan(plan("process-pool", "many-numbers", tasks=1))
    event = run.tasks.returned[0]
    text = describe(run, 0, run.latest).plain
    assert "4.9 MB, pickled" in text
    assert "in the worker" in text
    assert to_object(run)["tasks"][0]["returned"] == {
        "size_bytes": event.size_bytes,
        "pickle_s": event.pickle_ns / 1e9,
        "unpickle_s": event.unpickle_ns / 1e9,
    }
    small = run_plan(plan("process-pool", "number", tasks=1))
    assert to_object(small)["tasks"][0]["returned"] is None
    assert "pickled" not in describe(small, 0, small.latest).plain


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_what_workers_work_on_is_measured_where_it_is_pickled(method: str) -> None:
    run = run_plan(plan("process-pool", "burden", start_method=method))
    check_all_finished(run)
    for worker in run.workers:
        event = worker.arguments
        assert event is not None
        assert 6_000_000 < event.size_bytes < 18_000_000, "two million small numbers"
        assert event.pickle_ns > 1_000_000
        assert event.unpickle_ns > 1_000_000
        assert event.pickle_ns + event.unpickle_ns < worker.started - worker.starting
        arguments = to_object(run)["workers"][worker.index]["arguments"]
        assert arguments["size_bytes"] == event.size_bytes
    assert found(run)["start-up"].evidence.keys() >= {"arguments_share", "arguments_mean_bytes"}
    assert "went into the arguments of the tasks" in found(run)["start-up"].sentence


def test_what_a_fork_inherits_or_is_small_is_not_told() -> None:
    for workload, method in (("burden", "fork"), ("number", "spawn")):
        run = run_plan(plan("process-pool", workload, start_method=method))
        check_all_finished(run)
        assert [worker.arguments for worker in run.workers] == [None, None]
