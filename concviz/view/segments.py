"""What the cells of a timeline's row show, from sums: the cost does not grow with the tasks.

A row is a list of segments in order; cells between them are idle. A bar reaches from the cell edge
nearest to its start to the one nearest to its end, and what is too short for that has a cell of its
own. A crowded cell, in which several tasks start, belongs to none of them, unless one that is
longer than a cell covers its middle: it is busy when half of its time was, else partly busy.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Protocol

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.view.alike import Part
from concviz.view.segment import BARS, Segment
from concviz.view.signs import Kind
from concviz.view.viewport import Viewport


def worker_row(
    run: Run, worker: Worker, view: Viewport, now: int, first: int = 0, last: int | None = None
) -> list[Segment]:
    """The cells from ``first`` to before ``last`` of a worker's row. ``now`` is monotonic.

    What a cell shows does not depend on where the painting begins: any part of the row is the same
    part of the whole. Cells that nothing changes are skipped.
    """
    last = view.width if last is None else last
    if run.started == UNKNOWN:
        return []
    tasks, lane, zero = run.tasks, worker.lane, run.started
    scale, left = view.scale, view.left  # of which it is worked out here, not by calls
    starts, nested, outcomes = lane.starts, lane.nested, tasks.outcome
    limit = run.end_of(worker, now)
    starting = _starting(worker, view, zero, limit)
    died = _died(worker, view, zero)
    cluster = run.cluster
    fetching = cluster.transfers[0] > 0
    part = Part(lane, outcomes, zero + left * scale, scale, last, limit)
    segments: list[Segment] = []

    x = first
    behind = bisect_left(starts, zero + view.time(first))
    while x < last:
        end = zero + (left + x + 1) * scale
        middle = end - scale // 2  # a bar shows in the cells whose middle it covers
        here, behind = behind, bisect_left(starts, end, behind)  # spans here:behind start in it
        if behind - here > 1:
            crowd_ends, following = part.crowd(x, here, behind, segments)
            if crowd_ends > x:
                x, behind = crowd_ends, following
                continue

        i = bisect_left(starts, middle, max(here - 1, 0), behind) - 1
        at = lane.around(i, middle) if nested else i
        if at >= 0 and (until := part.end_of(at)) >= middle:
            edge = min((until - zero + scale // 2) // scale - left, last)
            if nested:  # the inner one wins
                inner = bisect_left(starts, middle)
                edge = min([edge, *(view.edge(t - zero) for t in starts[inner : inner + 1])])
                edge = max(edge, x + 1)
            task = lane.tasks[at]
            segments.append(Segment(x, edge, BARS[outcomes[task]], task))
            x = edge
            if not nested:
                x, i = part.bars(x, at, segments)
            behind = bisect_left(starts, zero + (left + x) * scale, max(i, 0))
            continue

        next_bar = behind > here and part.end_of(behind - 1) >= middle + scale
        if behind > here and not next_bar:
            task = lane.tasks[here]
            busy = lane.busy(end - scale, min(end, limit))
            kind = Kind.BUSY if 2 * busy >= scale else Kind.PARTLY
            if (bar_kind := BARS[outcomes[task]]) is not Kind.BUSY:
                kind = bar_kind
            x += 1
            segments.append(Segment(x - 1, x, kind, task))
            continue

        # Nothing runs here, up to the cell of the next start.
        edge = x + 1 if next_bar else last
        if not next_bar and behind < len(starts):
            edge = min(edge, view.cell(starts[behind] - zero))
        if x == died:
            segments.append(Segment(x, x + 1, Kind.DIED))
            x += 1
            continue
        if x < died:
            edge = min(edge, died)
        coming = behind - next_bar
        if fetching and coming < len(starts) and (way := cluster.fetching(lane.tasks[coming])):
            begin, until = (view.edge(t - zero) for t in way)
            if begin <= x < until:
                edge = min(edge, until)
                segments.append(Segment(x, edge, Kind.TRANSFER, lane.tasks[coming]))
                x = edge
                behind = bisect_left(starts, zero + view.time(x), max(here - 1, 0))
                continue
            if x < begin:
                edge = min(edge, begin)
        returned = view.edge(_until_collected(run, lane.tasks[i], now) - zero) if i >= 0 else x
        if returned > x:
            edge = min(edge, returned)
            segments.append(Segment(x, edge, Kind.RETURNING, lane.tasks[i]))
        elif x < starting.begin:
            edge = min(edge, starting.begin)
        elif x < starting.end:
            edge = min(edge, starting.end)
            segments.append(Segment(x, edge, Kind.STARTING))
        x = edge
        behind = bisect_left(starts, zero + view.time(x), max(here - 1, 0))
    return segments


def _starting(worker: Worker, view: Viewport, zero: int, limit: int) -> Segment:
    """The cells in which the worker started up, perhaps none."""
    if worker.starting == UNKNOWN:
        return Segment(0, 0, Kind.STARTING)
    until = min([worker.started if worker.started != UNKNOWN else limit, *worker.lane.starts[:1]])
    return Segment(view.edge(worker.starting - zero), view.edge(until - zero), Kind.STARTING)


def _died(worker: Worker, view: Viewport, zero: int) -> int:
    """The cell that shows the death of the worker: the first one after its last task."""
    if worker.exitcode is None:
        return UNKNOWN
    cell = view.edge(worker.ended - zero)
    begin = bisect_left(worker.lane.starts, zero + view.time(cell))
    tasks_in_it = bisect_left(worker.lane.starts, zero + view.time(cell + 1), begin) - begin
    return cell + (tasks_in_it > 0)


def _until_collected(run: Run, task: int, now: int) -> int:
    """When the result of a task was collected; UNKNOWN when it did not return or never will be."""
    if run.tasks.finished[task] == UNKNOWN or task in run.tasks.lost:
        return UNKNOWN
    collected = run.tasks.in_hand(task)
    if collected == UNKNOWN and _known_to_end(run):
        return UNKNOWN
    return collected if collected != UNKNOWN else now


def _known_to_end(run: Run) -> bool:
    """Whether what was not collected by now never will be, or perhaps is nobody's to collect.

    A program's threads and processes have no result, so that nothing of them is returning.
    """
    return run.ended or run.program is not None


def task_row(run: Run, task: int, view: Viewport, now: int) -> list[Segment]:
    """A task's row: queued, its worker starting up, running, returning.

    On a cluster it is queued at the scheduler, then ready in a process, where data comes for it.
    """
    tasks, zero = run.tasks, run.started
    if zero == UNKNOWN or tasks.submitted[task] == UNKNOWN:
        return []
    end = run.finished if run.ended else now
    segments: list[Segment] = []
    x = 0

    def add(until: int, kind: Kind, least: int = 0) -> None:
        nonlocal x
        edge = min(max(view.edge(until - zero), x + least), view.width)
        if edge > x:
            segments.append(Segment(x, edge, kind, task))
            x = edge

    def wait(until: int) -> None:
        cluster = run.cluster
        if (arrived := cluster.arrived_at(task)) is None:
            add(until, Kind.QUEUED)
            return
        add(min(arrived, until), Kind.QUEUED)
        parts = [(fetch.since_ns, fetch.until_ns, Kind.TRANSFER) for fetch in cluster.fetches(task)]
        parts += [(theft.t_ns, theft.t_ns, Kind.STOLEN) for theft in cluster.thefts(task)]
        for begin, end, kind in sorted(parts, key=lambda part: part[:2]):
            add(min(begin, until), Kind.READY)
            room = x < view.edge(until - zero)  # a sign has a cell of its own
            add(min(end, until), kind, least=int(kind is Kind.STOLEN and room))
        add(until, Kind.READY)

    x = max(0, view.edge(tasks.submitted[task] - zero))
    started, finished = tasks.started[task], tasks.finished[task]
    if started == UNKNOWN:
        badly = BARS[tasks.outcome[task]] in (Kind.CANCELLED, Kind.FAILED)
        over = tasks.cancelled.get(task, finished) if badly else UNKNOWN
        if task in tasks.lost:
            over = tasks.lost[task].t_ns
        wait(end if over == UNKNOWN else over)
        if over != UNKNOWN and 0 <= view.edge(over - zero) == x < view.width:  # it never began
            segments.append(Segment(x, x + 1, BARS[tasks.outcome[task]], task))
        return segments
    worker = run.workers[tasks.worker[task]]
    if worker.starting != UNKNOWN and worker.lane.tasks[0] == task:  # it was its first
        add(worker.starting, Kind.QUEUED)
        add(started, Kind.STARTING)
    else:
        wait(started)
    bar = BARS[tasks.outcome[task]]
    visible = 0 <= view.edge(started - zero) < view.width
    if finished == UNKNOWN:
        lane = worker.lane
        following = lane.starts[lane.find(task, started) + 1 :][:1]  # its own end was missed
        add(min(run.end_of(worker, now), end, *following), bar, least=int(visible))
        return segments
    short = view.edge(finished - zero) <= x and bar is Kind.BUSY
    add(finished, Kind.PARTLY if short else bar, least=int(visible))
    if (until := _until_collected(run, task, now)) != UNKNOWN:
        add(until, Kind.RETURNING)
    return segments


def queue_depths(run: Run, view: Viewport, now: int) -> list[int]:
    """How many tasks were queued (submitted, not started) at the end of each cell, up to now."""
    return depths_of(run, run.queue, view, now)


class Deep(Protocol):
    """What has a queue."""

    def depth(self, t_ns: int) -> int:
        """How many waited then."""


def depths_of(run: Run, queue: Deep, view: Viewport, now: int) -> list[int]:
    """The same of some of the tasks."""
    zero = run.started
    if zero == UNKNOWN:
        return []
    end = run.finished if run.ended else now
    depths = []
    for cell in range(view.width):
        time = zero + view.time(cell)
        if time >= end:
            break
        time = min(time + view.scale, end)
        depths.append(queue.depth(time))
    return depths
