"""Bars by state: what a worker's thread did in each cell of a bar.

A cell longer than two samples shows the state that took most of its time, from sums; a shorter one
the state in which the thread was seen at the sample that tells of it. What no sample covers is
shown as not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from concviz.model.entities import Worker
from concviz.model.lanes import OPEN
from concviz.model.run import Run
from concviz.model.sampled import reach, sampled
from concviz.model.samples import States
from concviz.trace.states import STATES, State, dominant
from concviz.trace.worker_kind import WorkerKind
from concviz.view.segment import MANY, Segment
from concviz.view.signs import Kind, Shown
from concviz.view.viewport import Viewport

_ENDED_BADLY = (Kind.FAILED, Kind.LOST, Kind.CANCELLED)


def by_state(
    run: Run, worker: Worker, segments: Iterable[Segment], view: Viewport
) -> list[Segment]:
    """The same row with its bars cut into states; unchanged where nothing was observed.

    The last cell of a bar whose task ended badly still says so.
    """
    if not worker.observed:
        return list(segments)
    row: list[Segment] = []
    for segment in segments:
        if segment.kind is Kind.BUSY or segment.kind in _ENDED_BADLY:
            if segment.kind is Kind.BUSY and segment.end - segment.begin == 1:
                row.append(_one_cell(run, worker, segment, view))  # as in a picture of many tasks
                continue
            end = segment.end - (segment.kind in _ENDED_BADLY)
            for begin, until, kind in _pieces(run, worker, segment._replace(end=end), view):
                row.append(Segment(begin, until, kind, segment.task))
            if end < segment.end:
                row.append(segment._replace(begin=end))
        else:
            row.append(segment)
    return row


def _one_cell(run: Run, worker: Worker, bar: Segment, view: Viewport) -> Segment:
    """The only piece of a bar of one cell."""
    first, last = _reach(run, worker, bar, view)
    begin = run.started + view.time(bar.begin)
    kind, _ = cell_at(run, worker, bar.task, begin, view.scale, first, last)
    return Segment(bar.begin, bar.end, kind, bar.task)


def _pieces(
    run: Run, worker: Worker, bar: Segment, view: Viewport
) -> Iterator[tuple[int, int, Shown]]:
    """The bar's cells, those that show the same together."""
    x = bar.begin
    first, last = _reach(run, worker, bar, view)
    while x < bar.end:
        begin = run.started + view.time(x)
        kind, until = cell_at(run, worker, bar.task, begin, view.scale, first, last)
        edge = x + 1
        if until > begin + view.scale:  # the sample tells of more cells: those with their middle
            edge = max(edge, min(bar.end, view.edge(until - run.started)))
        while edge < bar.end and kind is not Kind.UNSEEN:
            begin = run.started + view.time(edge)
            following, until = cell_at(run, worker, bar.task, begin, view.scale, first, last)
            if following is not kind:
                break
            edge = max(edge + 1, min(bar.end, view.edge(until - run.started)))
        yield x, edge, kind
        x = edge


def _reach(run: Run, worker: Worker, bar: Segment, view: Viewport) -> tuple[int, int]:
    """From when to when the bar's task ran; of many tasks: what the bar shows."""
    if bar.task == MANY:
        return run.started + view.time(bar.begin), run.started + view.time(bar.end)
    start = run.tasks.started[bar.task]
    lane = worker.lane
    return start, lane.ends[lane.find(bar.task, start)]


def cell_at(
    run: Run, worker: Worker, task: int, begin: int, scale: int, first: int, last: int
) -> tuple[Shown, int]:
    """What a cell of the bar shows, and until when that is told by one and the same sample."""
    states = worker.states
    middle = min(max(begin + scale // 2, first + 1), last)
    if worker.kind is WorkerKind.COROUTINE:
        return _cell_of_coroutine(run, worker, task, begin, scale, first, last, middle)
    if not states.begin < middle:
        return Kind.UNSEEN, begin + scale
    if middle > states.end:  # the thread is taken to go on for a moment
        late = states.end <= first or middle - states.end > reach(run, worker)
        return (Kind.UNSEEN if late else STATES[states.seen[-1]]), begin + scale
    k = states.nearest(middle)
    if scale < 2 * (states.times[k] - states.times[k - 1]):
        return _seen(states, k, first, last), states.times[k]
    return states.most(max(begin, first), min(begin + scale, last)), begin + scale


def _cell_of_coroutine(
    run: Run, worker: Worker, task: int, begin: int, scale: int, first: int, last: int, middle: int
) -> tuple[Shown, int]:
    """The same of a row that shares its thread, and tells itself what it waits for."""
    waits = worker.awaits
    cell = waits.between(begin, begin + scale)
    if task == MANY:
        cell[State.UNKNOWN] = 0  # between its tasks
    else:
        told, then = run.tasks.told.get(task, (first, State.RUNNING))
        if middle > told and then is not State.RUNNING:
            return then, last
        if first < middle <= told:
            k = waits.nearest(middle)
            if waits.times[k] - waits.times[k - 1] >= 2 * scale:
                state = dominant(waits.interval(k))
                if state not in (State.RUNNING, State.UNKNOWN):  # else the thread may know
                    return state, min(waits.times[k], told)
        cell = sampled(run, worker, task, max(begin, first), min(begin + scale, last))
    return dominant(cell) if any(cell) else Kind.UNSEEN, begin + scale


def _seen(states: States, k: int, first: int, last: int) -> State:
    """The state at a sample; one taken after the task's end tells what came after it."""
    seen = STATES[states.seen[k]]
    after = last != OPEN and states.firsts[k] > last and seen is not State.UNKNOWN
    if k > 1 and after and states.times[k - 1] > first:
        return STATES[states.seen[k - 1]]
    return seen
