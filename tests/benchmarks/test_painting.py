"""What a frame of a timeline costs without a screen: segments, states and cells of eight rows.

Each is two cells high.

``pytest tests/benchmarks --benchmark-only -s`` prints the figures.
"""

from __future__ import annotations

from functools import lru_cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import OF_THREADS, nothing
from concviz.view.painting import Painted, beginnings, paint_lane, turns
from concviz.view.picture import timeline
from concviz.view.segments import worker_row
from concviz.view.state_segments import by_state
from concviz.view.viewport import NS, Viewport

WORKERS, WIDTH = 8, 100
LENGTH = 10 * NS
SAMPLE = NS // 50


@lru_cache(maxsize=2)
def run_of(tasks: int) -> Run:
    """Eight threads that are busy for nine tenths of ten seconds, in every state by turns."""
    run = Run(Plan(strategy="thread-pool", tasks=tasks, workers=WORKERS))
    told: list[events.AnyEvent] = [events.RunStarted(NS)]
    told += [events.WorkerStarted(NS, f"w{n}", 1, 100 + n) for n in range(WORKERS)]
    told += [events.TaskSubmitted(NS, task) for task in range(tasks)]
    each = LENGTH * WORKERS // tasks
    for task in range(tasks):
        begin = NS + task // WORKERS * each
        told.append(events.TaskStarted(begin, task, f"w{task % WORKERS}"))
        told.append(events.TaskFinished(begin + each * 9 // 10, task, 1000, None))
    for k in range(LENGTH // SAMPLE):
        for n in range(WORKERS):
            state = OF_THREADS[(k + n) % len(OF_THREADS)]
            spent = nothing()
            spent[state] = SAMPLE
            since = NS + k * SAMPLE
            told.append(events.Sampled(since + SAMPLE, f"w{n}", since, sparse(spent), state))
    run.apply([*told, events.RunFinished(NS + LENGTH, None), events.RunnerExited(NS + LENGTH, 0)])
    return run


def frame(run: Run, view: Viewport, states: bool) -> list[Painted]:
    """All rows anew, as after a zoom."""
    rows = []
    for worker in run.workers:
        segments = worker_row(run, worker, view, run.finished)
        if states:
            segments = by_state(run, worker, segments, view)
        turn, began = turns(run, worker), beginnings(run, view)
        rows += paint_lane(segments, WIDTH, 2, turn=turn, began=began)
    return rows


@pytest.mark.parametrize("states", [False, True], ids=["by task", "by state"])
@pytest.mark.parametrize("tasks", [96, 100_000])
def test_a_frame(benchmark: BenchmarkFixture, tasks: int, states: bool) -> None:
    run, view = run_of(tasks), Viewport.fit(LENGTH, WIDTH)
    assert len(benchmark(frame, run, view, states)) == 2 * WORKERS


@pytest.mark.parametrize("tasks", [96, 100_000])
def test_a_page(benchmark: BenchmarkFixture, tasks: int) -> None:
    assert len(benchmark(timeline, run_of(tasks), WIDTH)) > WORKERS
