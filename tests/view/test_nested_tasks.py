"""A task that waits for a task of its own in the same thread: the inner one is drawn."""

from __future__ import annotations

import pytest

from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import of_task, of_worker
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.segment import Segment
from concviz.view.segments import worker_row
from concviz.view.signs import Kind
from concviz.view.viewport import Viewport
from tests.builders import ENVIRONMENT, MS, at, sampled


def nested() -> Run:
    """Task 0 from 0 to 100 ms, within it task 1 from 20 to 60, and alone task 2, 110 to 120."""
    run = Run()
    run.apply([Header(environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)])
    run.apply([events.RunStarted(at(0)), events.WorkerStarted(at(0), "w", 1, 2)])
    run.apply([events.TaskStarted(at(0), 0, "w"), events.TaskStarted(at(20), 1, "w")])
    run.apply([events.TaskFinished(at(60), 1, 30 * MS, None), events.TaskCollected(at(60), 1)])
    run.apply([events.TaskFinished(at(100), 0, 70 * MS, None), events.TaskStarted(at(110), 2, "w")])
    run.apply([events.TaskFinished(at(120), 2, 10 * MS, None), sampled("w", 0, 120, running=120)])
    run.apply([events.RunFinished(at(120), None), events.RunnerExited(at(120), 0)])
    return run


def row(run: Run, now: float, width: int = 12) -> list[Segment]:
    return worker_row(run, run.workers[0], Viewport(width, 10 * MS), at(now))


def test_the_inner_one_wins() -> None:
    assert row(nested(), 120) == [
        Segment(0, 2, Kind.BUSY, 0),
        Segment(2, 6, Kind.BUSY, 1),
        Segment(6, 10, Kind.BUSY, 0),
        Segment(11, 12, Kind.BUSY, 2),
    ]


def test_until_its_end_is_told_the_outer_one_may_have_ended_unseen() -> None:
    run = nested().as_of(at(70))
    assert row(run, 70) == [Segment(0, 2, Kind.BUSY, 0), Segment(2, 6, Kind.BUSY, 1)]
    assert run.count(Outcome.RUNNING) == 1, "but it is not said to have ended"


def test_time_counts_once() -> None:
    run = nested()
    (worker,) = run.workers
    assert worker.lane.busy(at(0), at(120)) == 110 * MS
    assert worker.lane.sums[-1] == 110 * MS
    summary = summarise(run)
    assert summary.task_time_s == 0.15, "of tasks it is the sum"
    assert summary.worker_utilisation == pytest.approx(110 / 120)
    assert summary.speedup is not None
    assert summary.speedup.factor == pytest.approx(110 / 120), "one worker is no faster than a loop"
    spent = of_worker(run, worker)
    assert sum(spent) == 110 * MS
    assert spent[State.RUNNING] == 80 * MS, "the CPU time of the outer one has that of the inner"
    assert sum(of_task(run, 0) or []) == 100 * MS
