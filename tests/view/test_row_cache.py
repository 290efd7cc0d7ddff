"""Rows kept from frame to frame against rows worked out anew."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing
from concviz.trace.worker_kind import WorkerKind
from concviz.view.row_cache import Rows
from concviz.view.segment import Segment
from concviz.view.segments import worker_row
from concviz.view.signs import Kind, Shown
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport
from tests.builders import ENVIRONMENT, History, histories, samples, shuffled, with_awaits


def cells(segments: list[Segment], width: int) -> list[Segment | None]:
    """What each cell shows. Bars are labelled, so they must be whole; the rest may be cut."""
    row: list[Segment | None] = [None] * width
    for segment in segments:
        for cell in range(segment.begin, segment.end):
            row[cell] = segment if segment.task >= 0 else segment._replace(begin=0, end=0)
    return row


@given(histories(), st.randoms(use_true_random=False), st.integers(1, 40), st.integers(1, 40))
def test_kept_rows_are_the_rows_worked_out_anew(
    history: History, random: Random, scale: int, batch: int
) -> None:
    run = Run(history.plan)
    rows = Rows(run)
    view = Viewport(20, scale)
    order = shuffled(history, random) if random.random() < 0.3 else history.told
    batches = [order[i : i + batch] for i in range(0, len(order), batch)]
    batches.append([history.exit])
    for told in batches:
        run.apply(told)
        now = max(run.latest, run.started, 0) + random.randrange(30)
        if random.random() < 0.2:
            view = Viewport(20, random.randint(1, 40), random.randrange(5))
        for worker in run.workers:
            expected = cells(worker_row(run, worker, view, now), 20)
            assert cells(rows.row(worker, view, now), 20) == expected


def interleaved(
    told: list[events.AnyEvent], sampled: list[events.AnyEvent], random: Random
) -> list[events.AnyEvent]:
    """Both in their own order; now the one is ahead and now the other."""
    told, sampled, mixed = told[:], sampled[:], []
    while told or sampled:
        first = told if told and (not sampled or random.random() < 0.5) else sampled
        mixed.append(first.pop(0))
    return mixed


def kinds(segments: list[Segment], width: int) -> list[tuple[Shown, int] | None]:
    row: list[tuple[Shown, int] | None] = [None] * width
    for begin, end, kind, task in segments:
        row[begin:end] = [(kind, task)] * (end - begin)
    return row


@given(
    histories(),
    st.randoms(use_true_random=False),
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from(["thread", "coroutine"]),
)
def test_kept_rows_by_state_are_the_rows_worked_out_anew(
    history: History, random: Random, scale: int, batch: int, kind: str
) -> None:
    """Samples come before or after the events of the tasks that they tell of."""
    run = Run(history.plan)
    run.apply([Header(plan=history.plan, environment=ENVIRONMENT, worker_kind=WorkerKind(kind))])
    rows = Rows(run, by_state=True)
    view = Viewport(20, scale)
    told = with_awaits(history, random) if kind == "coroutine" else history.told
    seen = samples(history, random) if random.random() < 0.8 else []
    order = interleaved(told, seen, random)
    batches = [order[i : i + batch] for i in range(0, len(order), batch)]
    batches.append([history.exit])
    now = 0
    for batch_of_it in batches:
        run.apply(batch_of_it)
        now = max(now, run.latest, run.started) + random.randrange(30)
        for worker in run.workers:
            expected = by_state(run, worker, worker_row(run, worker, view, now), view)
            assert kinds(rows.row(worker, view, now), 20) == kinds(expected, 20)
            assert all(a.end <= b.begin for a, b in pairwise(expected))
            busy = [s.begin for s in worker_row(run, worker, view, now)]
            assert {s.begin for s in expected} >= set(busy), "bars are cut, nothing is moved"


def test_a_task_that_fails_beyond_the_picture_is_marked_in_its_last_cell() -> None:
    """Samples had told of all cells before its end was known."""
    run = Run(Plan(tasks=1))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)])
    rows, view = Rows(run, by_state=True), Viewport(20, 6)
    spent = nothing()
    spent[State.RUNNING] = 126
    begun: list[events.AnyEvent] = [
        events.RunStarted(0),
        events.TaskSubmitted(0, 0),
        events.WorkerStarted(0, "worker", 1, 2),
        events.TaskStarted(0, 0, "worker"),
        events.Sampled(126, "worker", 0, sparse(spent), State.RUNNING),
    ]
    run.apply(begun)
    assert rows.row(run.workers[0], view, 126)[-1].kind is State.RUNNING
    run.apply([events.TaskFailed(126, 0, None, "E: no", "Traceback")])
    assert rows.row(run.workers[0], view, 127)[-1].kind is Kind.FAILED
