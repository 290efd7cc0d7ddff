"""How the time of a task, a worker and a run was spent: in which states, in nanoseconds.

CPU time of a task is exact, as its own thread counted it. The rest of its wall time is split as the
samples of its thread say, as far as they reach, or as a coroutine told; what they do not cover is
UNKNOWN.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from concviz.model.entities import Worker
from concviz.model.lanes import OPEN, Lane
from concviz.model.run import Run
from concviz.model.sampled import sampled, told
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
    lane = worker.lane
    end = lane.ends[lane.find(task, start)]
    if end == OPEN:
        end = run.end_of(worker, run.latest if now is None else now)
    cpu = run.tasks.cpu[task]
    return _compose(max(0, end - start), cpu, sampled(run, worker, task, start, end))


def of_worker(run: Run, worker: Worker, now: int | None = None) -> Spent:
    """Of all its tasks; adds up to its busy time."""
    lane = worker.lane
    if not len(lane):
        return nothing()
    if not _crowded(worker):
        return total(of_task(run, task, now) or nothing() for task in lane.tasks)
    end = run.end_of(worker, run.latest if now is None else now)
    cpu = sum(max(0, run.tasks.cpu[task]) for task in lane.tasks)
    return _compose(lane.busy(lane.starts[0], end), cpu, _mix(run, worker, lane.starts[0], end))


def _crowded(worker: Worker) -> bool:
    """Whether it has so many tasks that samples fall into few of them."""
    return len(worker.lane) > max(MANY, len(worker.states))


def _mix(run: Run, worker: Worker, begin: int, end: int) -> Spent:
    """What its samples say of the time in which it was busy, each mixed evenly."""
    if worker.kind is WorkerKind.COROUTINE and len(worker.awaits):
        return told(run, worker, begin, end)
    states, lane = worker.states, worker.lane
    times = states.times
    mix = nothing()
    for k in range(max(1, bisect_right(times, begin)), len(times)):
        if times[k - 1] >= end:
            break
        if busy := lane.busy(max(times[k - 1], begin), min(times[k], end)):
            whole = times[k] - times[k - 1]
            seen = states.interval(k)
            mix = [old + time * busy // whole for old, time in zip(mix, seen, strict=True)]
    return mix


class Spending:
    """The states of a run, worked out as it goes: each task that has ended once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._done: dict[int, tuple[int, Spent]] = {}
        self._crowded: dict[int, _Crowded] = {}

    def of_run(self, now: int | None = None) -> Spent:
        """Of all workers' tasks."""
        return total(self.of_worker(worker, now) for worker in self._run.workers)

    def of_worker(self, worker: Worker, now: int | None = None) -> Spent:
        """As the function of that name."""
        run, lane = self._run, worker.lane
        if _crowded(worker):
            crowded = self._crowded.get(worker.index)
            if crowded is None or crowded.rewrites != lane.rewrites:
                crowded = self._crowded[worker.index] = _Crowded(lane)
            return crowded.spent(run, worker, run.latest if now is None else now)
        count, spent = self._done.get(worker.index, (0, nothing()))
        settled = worker.states.end if len(worker.states) else 0
        while count < len(lane) and (lane.ends[count] < settled or run.ended):
            spent = total([spent, of_task(run, lane.tasks[count], now) or nothing()])
            count += 1
        self._done[worker.index] = count, spent
        under_way = (of_task(run, task, now) or nothing() for task in lane.tasks[count:])
        return total([spent, *under_way])


class _Crowded:
    """A worker with many tasks: what is known of it up to a time that nothing more will change."""

    def __init__(self, lane: Lane) -> None:
        self.rewrites = lane.rewrites
        self._counted = self._cpu = 0
        self._until = lane.starts[0]
        self._mix = nothing()

    def spent(self, run: Run, worker: Worker, now: int) -> Spent:
        lane, cpu = worker.lane, run.tasks.cpu
        while self._counted < len(lane) and lane.ends[self._counted] != OPEN:
            self._cpu += max(0, cpu[lane.tasks[self._counted]])
            self._counted += 1
        if self._counted and len(worker.states):
            settled = min(lane.ends[self._counted - 1], worker.states.end)
            if settled > self._until:
                self._mix = total([self._mix, _mix(run, worker, self._until, settled)])
                self._until = settled
        end = run.end_of(worker, now)
        ran = self._cpu + sum(max(0, cpu[task]) for task in lane.tasks[self._counted :])
        mix = total([self._mix, _mix(run, worker, self._until, end)])
        return _compose(lane.busy(lane.starts[0], end), ran, mix)


def _compose(wall: int, cpu: int, mix: Spent) -> Spent:
    """What was sampled, made to add up: CPU time is exact, the rest is split as sampled."""
    if cpu == UNKNOWN and sum(mix) <= wall:  # nothing is known better
        spent = list(mix)
        spent[State.UNKNOWN] += wall - sum(mix)
        return spent
    running = mix[State.RUNNING] if cpu == UNKNOWN else cpu
    running = min(running, wall)
    rest = wall - running
    covered = min(1.0, sum(mix) / wall) if wall else 1.0
    others = sum(mix) - mix[State.RUNNING]
    spent = nothing()
    if others:
        share = rest * covered / others
        spent = [round(time * share) for time in mix]
    spent[State.RUNNING] = running
    spent[State.UNKNOWN] += wall - sum(spent)
    if spent[State.UNKNOWN] < 0:  # by rounding
        most = max((state for state in State if state is not State.RUNNING), key=spent.__getitem__)
        spent[most] += spent[State.UNKNOWN]
        spent[State.UNKNOWN] = 0
    return spent


def shares(spent: Sequence[int], least: float = 0.005) -> list[tuple[State, float]]:
    """The states that took a share worth a word, the largest first.

    ``least``: a smaller share would be said as "0 %".
    """
    whole = sum(spent)
    if not whole:
        return []
    found = [(state, spent[state] / whole) for state in State]
    return sorted((pair for pair in found if pair[1] >= least), key=lambda pair: -pair[1])
