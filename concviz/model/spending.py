"""How the time of a task, a worker and a run was spent: in which states, in nanoseconds.

CPU time of a task is exact, as its own thread counted it. The rest of its wall time is split as the
samples of its thread say, as far as they reach, or as a coroutine told; what they do not cover is
UNKNOWN.
"""

from __future__ import annotations

from concviz.model.lanes import OPEN
from concviz.model.run import Run
from concviz.model.sampled import sampled, told
from concviz.model.state import Worker
from concviz.model.states import Spent, State, nothing, total
from concviz.model.tasks import UNKNOWN

MANY = 1_000
"""A worker with more tasks is looked at as a whole: its tasks share its states."""


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
    if len(lane) <= MANY:
        return total(of_task(run, task, now) or nothing() for task in lane.tasks)
    end = run.end_of(worker, run.latest if now is None else now)
    cpu = sum(max(0, run.tasks.cpu[task]) for task in lane.tasks)
    busy = lane.busy(lane.starts[0], end)
    if run.of_coroutines and len(worker.awaits):
        return _compose(busy, cpu, told(run, worker, lane.starts[0], end))
    mix = worker.states.between(lane.starts[0], end)
    whole = max(1, end - lane.starts[0])
    # Only busy time counts: of what was sampled, as much as the worker was busy.
    return _compose(busy, cpu, [spent * busy // whole for spent in mix])


class Spending:
    """The states of a run, worked out as it goes: each task that has ended once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._done: dict[int, tuple[int, Spent]] = {}

    def of_run(self, now: int | None = None) -> Spent:
        """Of all workers' tasks."""
        return total(self.of_worker(worker, now) for worker in self._run.workers)

    def of_worker(self, worker: Worker, now: int | None = None) -> Spent:
        """As the function of that name."""
        run, lane = self._run, worker.lane
        if len(lane) > MANY:
            return of_worker(run, worker, now)
        count, spent = self._done.get(worker.index, (0, nothing()))
        settled = worker.states.end if len(worker.states) else 0
        while count < len(lane) and (lane.ends[count] < settled or run.ended):
            spent = total([spent, of_task(run, lane.tasks[count], now) or nothing()])
            count += 1
        self._done[worker.index] = count, spent
        under_way = (of_task(run, task, now) or nothing() for task in lane.tasks[count:])
        return total([spent, *under_way])


def _compose(wall: int, cpu: int, mix: Spent) -> Spent:
    """What was sampled, made to add up: CPU time is exact, the rest is split as sampled."""
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
