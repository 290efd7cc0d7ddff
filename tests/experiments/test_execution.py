"""Executions of real runs: order, warm-ups, the same work for all, failures, stopping."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pytest

from concviz.analysis.comparison import Manner
from concviz.analysis.measurement import Case
from concviz.experiments import execution as module
from concviz.experiments.execution import Execution
from concviz.experiments.planning import compared
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from tests.fixtures import Place, warm_place
from tests.running import PATIENCE_S

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with warm_place() as place:
        yield place


QUICK = Plan(tasks=4, workers=2, duration_s=0.01)
ONCE = Manner(repeat=1, warmup=0)


def cases(plan: Plan, *strategies: str) -> list[Case]:
    return compared(plan, strategies)


def to_the_end(execution: Execution) -> list[tuple[str, int]]:
    """Strategy and number of each run, in the order in which they were begun."""
    order: list[tuple[str, int]] = []
    deadline = time.monotonic() + PATIENCE_S
    job = None
    try:
        while not execution.over:
            assert time.monotonic() < deadline
            execution.advance()
            if execution.job is not None and execution.job is not job:
                job = execution.job
                order.append((job.case.strategy, job.number))
            execution.wait(0.01)
    finally:
        execution.close()
    return order


def recorded(recording: io.BytesIO) -> list[Run]:
    """The runs of a execution, one after the other."""
    runs: list[Run] = []
    for line in recording.getvalue().splitlines():
        if line[:1] == b"{":
            header = Header.decode(line)
            runs.append(Run(header.plan))
            runs[-1].apply([header])
        else:
            runs[-1].apply([events.decode(line)])
    return runs


def test_only_the_run_that_is_shown_is_held_on_to() -> None:
    found = cases(QUICK, "sequential", "threads")
    most = 0
    execution = Execution(found, Manner(repeat=5, warmup=0))
    try:
        while not execution.over:
            execution.advance()
            most = max(most, *(case.runs_kept for case in found))
            execution.wait(0.01)
    finally:
        execution.close()
    assert [len(case.trials) for case in found] == [5, 5]
    assert [case.runs_kept for case in found] == [1, 1]
    assert most == 3
    for case in found:
        assert case.shown is not None
        assert case.shown.typical
        assert case.shown.trial is case.typical


def test_interleaved_is_each_once_and_then_each_again() -> None:
    found = cases(QUICK, "sequential", "threads")
    execution = Execution(found, Manner(repeat=2, warmup=1))
    assert execution.total == 6
    assert to_the_end(execution) == [
        *[("sequential", 0), ("threads", 0)],
        *[("sequential", 1), ("threads", 1)],
        *[("sequential", 2), ("threads", 2)],
    ]
    assert execution.done == 6
    assert [len(case.trials) for case in found] == [2, 2], "warm-ups do not count"
    assert execution.environment is not None


def test_blocks_are_all_runs_of_one_and_then_of_the_next() -> None:
    execution = Execution(cases(QUICK, "sequential", "threads"), Manner(2, 1, interleaved=False))
    assert [strategy for strategy, _ in to_the_end(execution)] == ["sequential"] * 3 + [
        "threads"
    ] * 3


def test_a_warm_up_does_one_round_of_the_tasks() -> None:
    recording = io.BytesIO()
    found = cases(QUICK, "sequential", "thread-pool")
    to_the_end(Execution(found, Manner(1, 1), record=recording))
    headers = [
        Header.decode(line) for line in recording.getvalue().splitlines() if line[:1] == b"{"
    ]
    assert [(h.plan.strategy, h.plan.tasks) for h in headers if h.plan is not None] == [
        *[("sequential", 1), ("thread-pool", 2)],
        *[("sequential", 4), ("thread-pool", 4)],
    ]


def test_all_runs_do_the_work_that_the_first_one_calibrated() -> None:
    found = cases(Plan(workload="cpu", tasks=2, duration_s=0.02), "sequential", "threads")
    recording = io.BytesIO()
    execution = Execution(found, Manner(repeat=2, warmup=0), record=recording)
    to_the_end(execution)
    runs = recorded(recording)
    assert len(runs) == 4
    assert {run.rounds_per_s for run in runs} == {execution.rounds_per_s}
    assert all(run.tasks.results == runs[0].tasks.results for run in runs)


def test_a_rate_that_is_known_is_used() -> None:
    found = cases(Plan(workload="cpu", tasks=1), "sequential")
    to_the_end(Execution(found, ONCE, rounds_per_s=1_000.0))
    assert found[0].shown is not None
    assert found[0].shown.run.rounds_per_s == 1_000.0


def test_what_breaks_keeps_its_reason_and_is_run_no_more() -> None:
    plan = Plan(workload="crash", tasks=4, workers=2, duration_s=0.01)
    found = cases(plan, "sequential", "processes")
    execution = Execution(found, Manner(repeat=3, warmup=0))
    order = to_the_end(execution)
    assert order.count(("sequential", 1)) == 1
    assert ("sequential", 2) not in order
    sequential = found[0]
    assert sequential.trials == []
    assert sequential.reason is not None
    assert "SIGSEGV" in sequential.reason
    assert execution.done == execution.total == 6


def test_waits_that_prove_exact_run_once_and_others_as_often_as_they_should() -> None:
    found = cases(Plan(tasks=2, workers=2, duration_s=0.25), "sequential", "threads")
    execution = Execution(found, Manner(repeat=3, warmup=0, exact_once=True))
    assert execution.total == 2
    order = to_the_end(execution)
    for case in found:
        assert len(case.trials) == order.count((case.strategy, 1)) + 2 * (not case.exact)
        assert case.took_its_waits or not case.exact
    assert execution.done == execution.total == len(order)


def test_what_is_not_available_is_not_run() -> None:
    found = cases(Plan(tasks=90_000, duration_s=0), "processes", "threads", "asyncio")
    execution = Execution(found, ONCE)
    assert {case.strategy for case in found if case.available} == {"sequential", "asyncio"}
    assert execution.total == 2
    execution.close()


def test_a_run_that_cannot_be_started_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(module, "LocalRun", refuse)
    found = cases(QUICK, "sequential", "threads")
    execution = Execution(found, Manner(repeat=2, warmup=0))
    assert to_the_end(execution) == []
    assert {case.reason for case in found} == {
        "it could not be started: Resource temporarily unavailable"
    }
    assert execution.done == execution.total


def test_stopping_keeps_what_was_measured_and_blames_nobody() -> None:
    found = cases(Plan(tasks=4, workers=2, duration_s=0.05), "sequential", "processes")
    execution = Execution(found, Manner(repeat=50, warmup=0))
    deadline = time.monotonic() + PATIENCE_S
    while not (found[0].trials and execution.job and execution.run and execution.run.started >= 0):
        assert time.monotonic() < deadline
        execution.advance()
        execution.wait(0.01)
    execution.stop()
    assert execution.stopped
    begun = time.monotonic()
    to_the_end(execution)
    assert time.monotonic() - begun < PATIENCE_S / 3
    assert len(found[0].trials) < 50
    assert [case.reason for case in found] == [None, None]
    assert execution.over


def test_closing_in_the_middle_leaves_nothing() -> None:
    execution = Execution(cases(Plan(tasks=2, duration_s=30), "processes"), ONCE)
    while execution.run is None or execution.run.started < 0:
        execution.advance()
        execution.wait(0.01)
    execution.close()


def test_what_is_left_shrinks_with_what_is_done() -> None:
    found = cases(Plan(tasks=2, duration_s=0.2), "sequential", "threads")
    execution = Execution(found, ONCE)
    at_first = execution.left_s(time.monotonic())
    assert at_first >= 0.6, "two tasks in turn, and two together"
    execution.advance()
    assert execution.left_s(time.monotonic() + 0.3) < at_first
    to_the_end(execution)
    assert execution.left_s(time.monotonic()) == 0


def test_memory_of_the_whole_tree_is_seen() -> None:
    found = cases(Plan(tasks=2, workers=2, duration_s=0.4), "threads", "processes")
    recording = io.BytesIO()
    to_the_end(Execution(found, ONCE, record=recording))
    by_name = {case.strategy: case.trials[0].peak_memory_bytes for case in found}
    if by_name["threads"] is None:
        pytest.skip("memory of other processes cannot be seen here")
    assert by_name["processes"] is not None
    assert 1_000_000 < by_name["threads"] < by_name["processes"] < 10**9
    told = events.decode_lines(
        b"\n".join(line for line in recording.getvalue().splitlines() if line[:9] == b'["memory"')
    )
    assert (
        max(e.held_bytes for e in told if isinstance(e, events.MemorySampled))
        == (by_name["processes"])
    )
