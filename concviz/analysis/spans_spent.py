"""How the time of a worker was spent: task by task, or sample by sample where those are few.

In nanoseconds. CPU time of a task is exact, as its own thread counted it. The rest of its wall time
is split as the samples of its thread say, as far as they reach, or as a coroutine told; what they
do not cover is UNKNOWN.
"""

from __future__ import annotations

from bisect import bisect_right

from concviz.model.entities import Worker
from concviz.model.lanes import OPEN
from concviz.model.run import Run
from concviz.model.sampled import sampled
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import Spent, State, nothing


def of_span(run: Run, worker: Worker, index: int, now: int) -> Spent:
    """Adds up to the wall time of the task of that span; as far as is known by ``now``."""
    lane = worker.lane
    task, start, end = lane.tasks[index], lane.starts[index], lane.ends[index]
    if end == OPEN:
        end = run.end_of(worker, now)
    wall = max(0, end - start)
    return compose(wall, run.tasks.cpu[task], sampled(run, worker, task, start, end))


def first_sample(worker: Worker) -> int:
    """Index of the first sample that tells of a time in which it may have been busy."""
    return max(1, bisect_right(worker.states.times, worker.lane.starts[0]))


def in_sample(worker: Worker, k: int, until: int) -> Spent:
    """What a sample says of the time in which the worker was busy, up to then, mixed evenly."""
    states = worker.states
    begin, end = states.times[k - 1], states.times[k]
    busy = worker.lane.busy(begin, min(end, until))
    if not busy:
        return nothing()
    return [time * busy // (end - begin) for time in states.interval(k)]


def compose(wall: int, cpu: int, mix: Spent) -> Spent:
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
        spent = [round(time * share) if time else 0 for time in mix]
    spent[State.RUNNING] = running
    spent[State.UNKNOWN] += wall - sum(spent)
    if spent[State.UNKNOWN] < 0:  # by rounding
        most = max((state for state in State if state is not State.RUNNING), key=spent.__getitem__)
        spent[most] += spent[State.UNKNOWN]
        spent[State.UNKNOWN] = 0
    return spent
