"""Findings in steps: the same, however small the steps, and no step goes through all tasks."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis import steps
from concviz.analysis.findings import by_and_by, findings
from concviz.analysis.steps import pieces
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.events import AnyEvent
from concviz.trace.plan import Plan

MS = 1_000_000


def pool(gaps: list[int], held: list[int], workers: int) -> Run:
    """Tasks of 1 ms on a pool: before each so long a gap, after it so long until it is taken."""
    tasks = len(gaps)
    run = Run(Plan(strategy="thread-pool", tasks=tasks, workers=workers))
    told: list[AnyEvent] = [events.RunStarted(0)]
    told += [events.TaskSubmitted(0, task) for task in range(tasks)]
    told += [events.WorkerStarted(0, f"w{worker}", 1, worker) for worker in range(workers)]
    free = [0] * workers
    for task, (gap, late) in enumerate(zip(gaps, held, strict=True)):
        begin = free[task % workers] + gap * MS
        free[task % workers] = end = begin + MS
        told.append(events.TaskStarted(begin, task, f"w{task % workers}"))
        told.append(events.TaskFinished(end, task, MS, None))
        told.append(events.TaskCollected(end + late * MS, task))
    told.sort(key=lambda event: event.t_ns)
    end = told[-1].t_ns
    run.apply([*told, events.RunFinished(end, None), events.RunnerExited(end, 0)])
    return run


@given(st.data(), st.integers(1, 120), st.integers(1, 4), st.integers(1, 7))
def test_they_come_to_the_same(data: st.DataObject, tasks: int, workers: int, step: int) -> None:
    times = st.lists(st.integers(0, 9), min_size=tasks, max_size=tasks)
    run = pool(data.draw(times), data.draw(times), workers)
    with patch.object(steps, "STEP", 1_000):
        at_once = findings(run)
    with patch.object(steps, "STEP", step):
        assert findings(run) == at_once


def test_both_of_those_that_look_at_every_task_are_among_them() -> None:
    with patch.object(steps, "STEP", 7):
        assert findings(pool([5] * 60, [0] * 60, 2))[0].id == "short-tasks"
        assert "results-held-back" in {f.id for f in findings(pool([1] * 60, [9] * 60, 2))}


def test_there_are_the_more_steps_the_more_tasks() -> None:
    with patch.object(steps, "STEP", 50):
        few, many = (len(list(by_and_by(pool([0] * n, [0] * n, 2)))) for n in (50, 1_000))
    assert many - few >= 30, "of gaps, and of results that were held"


@given(st.integers(0, 100), st.integers(1, 20))
def test_pieces_are_all_there_is_in_order(length: int, step: int) -> None:
    with patch.object(steps, "STEP", step):
        some = list(pieces(length))
    assert [k for piece in some for k in range(length)[piece]] == list(range(length))
    assert all(0 < piece.stop - piece.start <= step for piece in some)
