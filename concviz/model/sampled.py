"""What was seen of a task between two times: by samples of its thread, or as its coroutine told."""

from __future__ import annotations

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import Spent, State, nothing, total
from concviz.trace.worker_kind import WorkerKind

NS = 1_000_000_000
AGREED = 2.5
"""For so many samples after the last one, a thread is taken to do what it did then."""


def sampled(run: Run, worker: Worker, task: int, start: int, end: int) -> Spent:
    """What a task did from when to when, as far as that is covered."""
    finished = run.tasks.finished[task]
    goes_on = end < finished or (finished == UNKNOWN and not run.ended)
    if worker.kind is not WorkerKind.COROUTINE:
        return _of_thread(run, worker, start, end, goes_on=goes_on)
    known, then = run.tasks.told.get(task, (start, State.RUNNING))
    until = min(max(start, known), end)
    spent = worker.awaits.between(start, until)
    for step in run.tasks.kept_loop(task):
        spent = _with_step(run, worker, spent, start, until, step)
    if then is State.RUNNING:  # its own step: the thread is its alone
        return total([spent, _of_thread(run, worker, until, end, goes_on=goes_on)])
    spent[then] += end - until
    return spent


def told(run: Run, worker: Worker, start: int, end: int) -> Spent:
    """What all tasks of a coroutine's row did, as far as they have told."""
    waits, lane = worker.awaits, worker.lane
    end = max(start, min(end, waits.end))
    spent = waits.between(start, end)
    for task in run.tasks.loop_keepers:
        for step in run.tasks.kept_loop(task) if run.tasks.worker[task] == worker.index else ():
            spent = _with_step(run, worker, spent, start, end, step)
    idle = end - start - lane.busy(start, end)
    spent[State.UNKNOWN] = max(0, spent[State.UNKNOWN] - idle)
    return spent


def _with_step(
    run: Run, worker: Worker, spent: Spent, start: int, end: int, step: tuple[int, int]
) -> Spent:
    """In a long step the states are those of the thread, as far as it was sampled."""
    begin, end = max(start, step[0]), min(end, step[1])
    seen = _of_thread(run, worker, begin, end, step) if begin < end else nothing()
    covered = min(sum(seen), end - begin)
    if covered <= 0:
        return spent
    without = worker.awaits.between(begin, end)
    return [
        max(0, time - own * covered // (end - begin)) + more
        for time, own, more in zip(spent, without, seen, strict=True)
    ]


def reach(run: Run, worker: Worker) -> int:
    """For so long after its last sample a thread is taken to go on as it was seen."""
    return round(AGREED * max(NS / (run.sample_hz or 50.0), worker.states.step))


def _of_thread(
    run: Run,
    worker: Worker,
    start: int,
    end: int,
    own: tuple[int, int] | None = None,
    goes_on: bool = False,
) -> Spent:
    """What the thread did; ``own`` is the time that was the task's, if it was not all of that.

    ``goes_on``: the task had not ended by then.
    """
    states = worker.states
    inside = states.inside(*(own or (start, end)))
    if not inside or (goes_on and end <= states.end):
        return states.between(start, end)
    last = inside[-1]
    latest = states.times[last]
    spent = states.between(start, min(end, latest))
    # What was sampled next may be what the thread did after the task.
    if last + 1 == len(states):
        end = min(end, latest + reach(run, worker))
    elif states.seen[last + 1] == State.UNKNOWN:
        return spent  # nobody looked
    tail = end - max(start, latest)
    if tail > 0:
        seen = State(states.seen[last])
        if seen in (State.RUNNING, State.CORE_WAIT):
            mix = states.interval(last) if last else nothing()
            whole = sum(mix)
            spent = total([spent, [time * tail // whole for time in mix] if whole else mix])
        else:
            spent[seen] += tail
    return spent
