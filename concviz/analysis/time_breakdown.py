"""How the time of a task, a worker and a run was spent: in which states, in nanoseconds.

A worker with many tasks, of which few fell into a sample, is gone through by its samples; every
other one task by task.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from concviz.analysis.settled import Settled, settled, settled_samples, settled_spans
from concviz.analysis.spans_spent import compose, first_sample, in_sample, of_span
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.sampled import told
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import Spent, State, nothing, total
from concviz.trace.worker_kind import WorkerKind

MANY = 100
"""A worker with more tasks than that, and than samples, is gone through by its samples instead."""


def of_task(run: Run, task: int, now: int | None = None) -> Spent | None:
    """Adds up to the task's wall time; None when it has not started.

    For one that is under way: as far as is known by ``now``.
    """
    start = run.tasks.started[task]
    if start == UNKNOWN:
        return None
    worker = run.workers[run.tasks.worker[task]]
    now = run.latest if now is None else now
    return of_span(run, worker, worker.lane.find(task, start), now)


def of_worker(run: Run, worker: Worker, now: int | None = None) -> Spent:
    """Of all its tasks; adds up to its busy time."""
    lane = worker.lane
    if not len(lane):
        return nothing()
    now = run.latest if now is None else now
    found = settled(run, worker)
    if lane.nested or len(lane) > max(MANY, len(worker.states)):
        return _by_samples(run, worker, now, found)
    count, spent = 0, nothing()
    if found is not None:
        known, kept = found
        count = settled_spans(run, worker, known)
        spent = kept.spans(run.whole, known, count)
    rest = (of_span(run, worker, index, now) for index in range(count, len(lane)))
    return total([spent, *rest])


def of_run(run: Run, now: int | None = None) -> Spent:
    """Of all workers' tasks."""
    return total(of_worker(run, worker, now) for worker in run.workers)


def of_threads(run: Run, now: int | None = None) -> Spent:
    """Of all threads that were seen, whether a task ran on them or not."""
    now = run.latest if now is None else now
    threads = (w for w in run.workers if w.kind is not WorkerKind.COROUTINE and len(w.states))
    return total(w.states.between(w.states.begin, max(now, w.states.begin)) for w in threads)


def _by_samples(run: Run, worker: Worker, now: int, found: tuple[Worker, Settled] | None) -> Spent:
    lane, end = worker.lane, run.end_of(worker, now)
    begin = lane.starts[0]
    if worker.kind is WorkerKind.COROUTINE and len(worker.awaits):
        mix = told(run, worker, begin, end)
    else:
        mix = _mix(run, worker, end, found)
    return compose(lane.busy(begin, end), _cpu(run, worker, found), mix)


def _cpu(run: Run, worker: Worker, found: tuple[Worker, Settled] | None) -> int:
    """CPU time of its tasks; that of a task counts in the one within which it ran."""
    lane, cpu = worker.lane, run.tasks.cpu
    ended = len(lane) - bool(lane.open_at)
    if found is not None:
        known, kept = found
        return kept.cpu(run.whole, known.lane, ended)
    outer = (i for i, start in enumerate(lane.starts) if lane.reach[i] <= start)
    return sum(max(0, cpu[lane.tasks[i]]) for i in outer)


def _mix(run: Run, worker: Worker, end: int, found: tuple[Worker, Settled] | None) -> Spent:
    """What its samples say of the time in which it was busy, each mixed evenly."""
    times = worker.states.times
    if len(times) < 2:
        return nothing()
    last = bisect_right(times, end) - 1
    mix, done = nothing(), first_sample(worker) - 1
    if found is not None:
        done = max(done, min(last, settled_samples(run, worker)))
        mix = found[1].samples(found[0], done)
    for k in range(done + 1, min(last + 1, len(times) - 1) + 1):
        mix = total([mix, in_sample(worker, k, end)])
    return mix


class Spending:
    """The states of a run, worked out as it goes."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def of_run(self, now: int | None = None) -> Spent:
        """Of all workers' tasks; where a program has none, of its threads."""
        run = self._run
        return of_run(run, now) if len(run.tasks) or run.program is None else of_threads(run, now)

    def of_worker(self, worker: Worker, now: int | None = None) -> Spent:
        """As the function of that name."""
        return of_worker(self._run, worker, now)


def shares(spent: Sequence[int], least: float = 0.005) -> list[tuple[State, float]]:
    """The states that took a share worth a word, the largest first.

    ``least``: a smaller share would be said as "0 %".
    """
    whole = sum(spent)
    if not whole:
        return []
    found = [(state, spent[state] / whole) for state in State]
    return sorted((pair for pair in found if pair[1] >= least), key=lambda pair: -pair[1])
