"""Events of made-up runs, in milliseconds after the start of the run."""

from __future__ import annotations

from concviz.trace import events
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing

ZERO = 10**12
MS = 10**6
Told = list[events.AnyEvent]


def at(ms: float) -> int:
    """So many milliseconds after the start of the run."""
    return ZERO + round(ms * MS)


def task(number: int, worker: str, start: float, end: float, result: events.Result = None) -> Told:
    """A task that was submitted at 0 and finished."""
    return [
        events.TaskSubmitted(at(0), number),
        events.TaskStarted(at(start), number, worker),
        events.TaskFinished(at(end), number, MS, result),
        events.TaskCollected(at(end), number),
    ]


def printing_task(
    number: int, worker: str, start: float, end: float, result: events.Result = None
) -> Told:
    """A task that did its work; its result was in hand a millisecond later."""
    return [
        events.TaskStarted(at(start), number, worker),
        events.Output(at(start), number, f"Task {number}: Starting"),
        events.TaskFinished(at(end), number, 5_000_000, result),
        events.TaskCollected(at(end + 1), number),
    ]


def observed_task(
    number: int,
    worker: str,
    start: float,
    end: float,
    cpu: float = 0,
    at_lock: str = "the lock",
    /,
    **spent: float,
) -> Told:
    """A task of so many milliseconds; ``spent`` are parts of what is left beside its CPU time."""
    told: Told = [
        events.TaskSubmitted(at(0), number),
        events.TaskStarted(at(start), number, worker),
    ]
    if spent:
        whole = sum(spent.values())
        rest = end - start - cpu
        parts = {name: part / whole * rest for name, part in spent.items()}
        told.append(sampled(worker, start, end, at_lock, **parts, running=cpu))
    told += [
        events.TaskFinished(at(end), number, round(cpu * MS), None),
        events.TaskCollected(at(end), number),
    ]
    return told


def submitted(tasks: int) -> Told:
    """All were submitted at once."""
    return [events.TaskSubmitted(at(0), number) for number in range(tasks)]


def started(worker: str, ms: float, number: int = 0) -> Told:
    """A worker that started at that time."""
    return [
        events.WorkerStarting(at(ms), worker),
        events.WorkerStarted(at(ms + 20), worker, 4100 + number, 4200 + number),
    ]


def sampled(
    worker: str, since: float, until: float, at_lock: str = "the lock", /, **spent: float
) -> events.Sampled:
    """What a worker did, in milliseconds by state; it was seen in the first one."""
    times = nothing()
    for name, ms in spent.items():
        times[State[name.upper()]] = round(ms * MS)
    seen = State[next(iter(spent)).upper()]
    lock = at_lock if times[State.LOCK] else None
    return events.Sampled(at(until), worker, at(since), sparse(times), seen, lock)
