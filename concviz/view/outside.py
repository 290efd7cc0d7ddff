"""What the thread of a lane did while no task ran on it, as far as that was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.sampled import reach
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import STATES, State, dominant, total
from concviz.trace.worker_kind import WorkerKind
from concviz.view.segment import MANY, OUTSIDE, Segment
from concviz.view.viewport import Viewport


def with_outside(
    run: Run, worker: Worker, segments: Iterable[Segment], view: Viewport, now: int, first: int = 0
) -> list[Segment]:
    """A row's segments from the cell ``first`` on, with states in the cells between them.

    Where a program has no tasks at all, its threads are drawn as tasks would be.
    """
    if worker.kind is WorkerKind.COROUTINE or not len(worker.states):
        return list(segments)
    task = OUTSIDE if len(run.tasks) else MANY
    row: list[Segment] = []
    at = first
    for segment in segments:
        if at < segment.begin:
            row += _between(run, worker, at, segment.begin, view, now, task)
        row.append(segment)
        at = segment.end
    row += _between(run, worker, at, view.width, view, now, task)
    return row


def _between(
    run: Run, worker: Worker, begin: int, end: int, view: Viewport, now: int, task: int
) -> Iterator[Segment]:
    """The states in those cells, as far as the thread was seen there."""
    states, zero, scale = worker.states, run.started, view.scale
    since = worker.started if worker.started != UNKNOWN else states.begin
    known = min(run.end_of(worker, now), states.end + reach(run, worker))
    x = max(begin, view.edge(max(since, states.begin) - zero))
    last = min(end, view.edge(known - zero))
    of, start = State.UNKNOWN, x
    while x < last:
        time = zero + view.time(x)
        shown, until = _at(worker, time, scale)
        edge = max(x + 1, min(last, view.edge(until - zero)))
        if shown is not of:
            if start < x:
                yield Segment(start, x, of, task)
            of, start = shown, x
        x = edge
    if start < last:
        yield Segment(start, last, of, task)


def _at(worker: Worker, begin: int, scale: int) -> tuple[State, int]:
    """What a cell shows, and until when one sample tells of that."""
    states = worker.states
    middle = begin + scale // 2
    if middle > states.end:
        return STATES[states.seen[-1]], begin + scale
    k = states.nearest(middle)
    if scale < 2 * (states.times[k] - states.times[k - 1]):
        return STATES[states.seen[k]], states.times[k]
    return states.most(begin, begin + scale), begin + scale


def together(run: Run, workers: Sequence[Worker], view: Viewport, now: int) -> list[Segment]:
    """One row for several threads: in each cell the state that took most of their time."""
    seen = [worker for worker in workers if len(worker.states)]
    row: list[Segment] = []
    if run.started == UNKNOWN or not seen:
        return row
    for x in range(view.width):
        begin = run.started + view.time(x)
        there = [w for w in seen if w.states.begin < begin + view.scale and begin < w.states.end]
        spent = total(w.states.between(begin, begin + view.scale) for w in there)
        if not any(spent):
            continue
        kind = dominant(spent)
        if row and row[-1].end == x and row[-1].kind is kind:
            row[-1] = row[-1]._replace(end=x + 1)
        else:
            row.append(Segment(x, x + 1, kind, OUTSIDE))
    return row
