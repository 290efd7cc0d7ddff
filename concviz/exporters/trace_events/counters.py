"""Figures over time: how many workers were busy, tasks were waiting, cores were in use."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from concviz.model.entities import Worker
from concviz.model.lanes import OPEN
from concviz.model.run import Run

Change = tuple[int, int]
"""When, and by how much."""


def running(run: Run) -> Iterator[Change]:
    """How many workers were busy with a task, from when on."""
    return _folded(heapq.merge(*(_busy(run, worker) for worker in run.workers)))


def queued(run: Run) -> Iterator[Change]:
    """How many tasks had been submitted and not been started, from when on."""
    queue = run.queue
    submits = ((t, 1) for t in queue.submits.all)
    gone = (((t, -1) for t in times.all) for times in (queue.starts, queue.left))
    return _folded(heapq.merge(submits, *gone))


def cores(run: Run, zero: int) -> Iterator[tuple[int, float]]:
    """How many cores were in use, by whatever ran, from when on; 0 after the last look.

    Looks that were over before ``zero`` are left out: the machine may be looked at while what the
    workload needs is made.
    """
    latest = None
    for since, until, busy in run.machine.looks:
        if until > zero:
            yield max(since, zero), busy / max(1, until - since)
            latest = until
    if latest is not None:
        yield latest, 0.0


def _busy(run: Run, worker: Worker) -> Iterator[Change]:
    """When a worker begins to be busy (+1) and when it ceases (-1), in order."""
    lane, limit = worker.lane, run.end_of(worker, run.latest)
    reached: int | None = None
    for start, end in zip(lane.starts, lane.ends, strict=True):
        if reached is None or start > reached:
            if reached is not None:
                yield reached, -1
            yield start, 1
            reached = start
        reached = max(reached, limit if end == OPEN else end)
    if reached is not None:
        yield reached, -1


def _folded(changes: Iterable[Change]) -> Iterator[Change]:
    """What they add up to, once a time, where it is another than before."""
    known = level = 0
    at: int | None = None
    for time, change in changes:
        if at is not None and time != at and max(0, level) != known:
            known = max(0, level)
            yield at, known
        level += change
        at = time
    if at is not None and max(0, level) != known:
        yield at, max(0, level)
