"""What the cells of a timeline's row show: worked out from sums, so that cost does not grow with tasks.

A row is a list of segments in order; cells between them are idle. A bar reaches from the cell edge
nearest to its start to the one nearest to its end. What is shorter than that shares its cell with its
neighbours: the cell counts as busy when half of its time was, as partly busy when less.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from enum import Enum
from typing import NamedTuple

from concviz.model.run import Run, Worker
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.model.viewport import Viewport

MANY = -1
"""In place of a task: more than one."""


class Kind(Enum):
    """What a segment shows: word and glyph (colour is never the only cue)."""

    RUNNING = "running", "█"
    FAILED = "failed", "▓"
    LOST = "lost or stopped", "▒"
    PARTLY = "busy for part of the cell", "▌"
    QUEUED = "queued", "·"
    STARTING = "worker starting up", "░"
    RETURNING = "returning (finished, not collected)", "╌"
    DIED = "worker died", "×"

    def __init__(self, word: str, glyph: str) -> None:
        self.word = word
        self.glyph = glyph


class Segment(NamedTuple):
    """Cells from ``begin`` to before ``end`` that show the same."""

    begin: int
    end: int
    kind: Kind
    task: int = MANY


_BARS = {Outcome.FAILED: Kind.FAILED, Outcome.LOST: Kind.LOST, Outcome.STOPPED: Kind.LOST}


def worker_row(
    run: Run, worker: Worker, view: Viewport, now: int, first: int = 0, last: int | None = None
) -> list[Segment]:
    """The cells from ``first`` to before ``last`` of a worker's row. ``now`` is monotonic."""
    last = view.width if last is None else last
    if run.started == UNKNOWN:
        return []
    tasks, lane, zero = run.tasks, worker.lane, run.started
    starts, ends = lane.starts, lane.ends
    limit = run.end_of(worker, now)
    segments: list[Segment] = []

    def add(begin: int, end: int, kind: Kind, task: int = MANY) -> None:
        begin, end = max(begin, first), min(end, last)
        if begin < end:
            segments.append(Segment(begin, end, kind, task))

    if worker.starting != UNKNOWN:
        until = worker.started if worker.started != UNKNOWN else limit
        add(view.edge(worker.starting - zero), view.edge(until - zero), Kind.STARTING)

    x = first
    # A span that ended up to half a cell before may still be rounded up into the first one.
    i = bisect_right(ends, zero + view.time(first) - view.scale)
    while i < len(starts):
        start, task = starts[i] - zero, lane.tasks[i]
        end = min(ends[i], limit) - zero
        begin, until = max(x, view.edge(start)), view.edge(end)
        if begin >= last:
            break
        if until > begin:
            add(begin, until, _BARS.get(Outcome(tasks.outcome[task]), Kind.RUNNING), task)
            x = until
            alone = True
        else:
            cell = view.cell(start)
            if cell >= last:
                break
            if cell < x and i + 1 < len(starts) and view.cell(starts[i + 1] - zero) < x:
                # Hidden under the bar before: go on with the last span that starts there.
                i = max(i + 1, bisect_left(starts, zero + view.time(x), i) - 1)
                continue
            beyond = bisect_left(starts, zero + view.time(cell + 1), i)
            alone = beyond - i == 1
            if cell >= x:
                busy = lane.busy(zero + view.time(cell), min(zero + view.time(cell + 1), limit))
                kind = Kind.RUNNING if 2 * busy >= view.scale else Kind.PARTLY
                if alone:
                    kind = _BARS.get(Outcome(tasks.outcome[task]), kind)
                add(cell, cell + 1, kind, task if alone else MANY)
                x = cell + 1
            if not alone and view.edge(min(ends[beyond - 1], limit) - zero) > x:
                beyond -= 1  # the last of them reaches into the cells behind
            i = max(i, beyond - 1)
        if alone:
            collected = tasks.collected[task]
            if tasks.finished[task] != UNKNOWN and (collected != UNKNOWN or not run.ended):
                until = (collected if collected != UNKNOWN else now) - zero
                if i + 1 < len(starts):
                    until = min(until, starts[i + 1] - zero)
                if (edge := view.edge(until)) > x:
                    add(x, edge, Kind.RETURNING, task)
                    x = edge
        i += 1

    if worker.exitcode is not None:
        cell = max(view.edge(worker.ended - zero), x)
        add(cell, cell + 1, Kind.DIED)
    return segments


def task_row(run: Run, task: int, view: Viewport, now: int) -> list[Segment]:
    """A task's row: queued, its worker starting up, running, returning."""
    tasks, zero = run.tasks, run.started
    if zero == UNKNOWN or tasks.submitted[task] == UNKNOWN:
        return []
    end = run.finished if run.ended else now
    outcome = Outcome(tasks.outcome[task])
    segments: list[Segment] = []
    x = 0

    def add(until: int, kind: Kind, least: int = 0) -> None:
        nonlocal x
        edge = min(max(view.edge(until - zero), x + least), view.width)
        if edge > x:
            segments.append(Segment(x, edge, kind, task))
            x = edge

    x = max(0, view.edge(tasks.submitted[task] - zero))
    started, finished, collected = tasks.started[task], tasks.finished[task], tasks.collected[task]
    if started == UNKNOWN:
        add(end, Kind.QUEUED)
        return segments
    worker = run.workers[tasks.worker[task]]
    if worker.starting != UNKNOWN and worker.lane.tasks[0] == task:  # it was its first
        add(worker.starting, Kind.QUEUED)
        add(started, Kind.STARTING)
    else:
        add(started, Kind.QUEUED)
    bar = _BARS.get(outcome, Kind.RUNNING)
    visible = 0 <= view.cell(started - zero) < view.width
    if finished == UNKNOWN:
        add(min(run.end_of(worker, now), end), bar, least=int(visible))
        return segments
    short = view.edge(finished - zero) <= x and bar is Kind.RUNNING
    add(finished, Kind.PARTLY if short else bar, least=int(visible))
    if collected != UNKNOWN or not run.ended:
        add(collected if collected != UNKNOWN else now, Kind.RETURNING)
    return segments


def queue_depths(run: Run, view: Viewport, now: int) -> list[int]:
    """How many tasks were queued (submitted, not started) at the end of each cell, up to now."""
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
        depths.append(
            max(0, bisect_right(run.submits, time) - bisect_right(run.starts, time))
        )
    return depths
