"""Small runs made of events, in milliseconds, whose pictures and figures are known beforehand."""

from __future__ import annotations

from msgspec.structs import replace

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.environment import Environment, Observer
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing
from concviz.trace.worker_kind import WorkerKind

ZERO = 10**12
MS = 10**6


def at(ms: float) -> int:
    """So many milliseconds after the start of the run."""
    return ZERO + round(ms * MS)


def task(
    number: int, worker: str, start: float, end: float, result: events.Result = None
) -> list[events.AnyEvent]:
    """A task that was submitted at 0 and finished."""
    return [
        events.TaskSubmitted(at(0), number),
        events.TaskStarted(at(start), number, worker),
        events.TaskFinished(at(end), number, MS, result),
        events.TaskCollected(at(end), number),
    ]


def finished(end: float, *told: list[events.AnyEvent], error: str | None = None) -> Run:
    """A run of those events whose strategy came to its end."""
    inner = [event for part in told for event in part]
    numbers = [event.task for event in inner if isinstance(event, events.TaskSubmitted)]
    run = Run(Plan(tasks=max(numbers, default=0) + 1))
    run.apply([events.RunStarted(ZERO), *inner])
    run.apply([events.RunFinished(at(end), error), events.RunnerExited(at(end + 1), 0)])
    return run


def pool() -> Run:
    """Five tasks of 100 ms on three workers: the second of the five scenes."""
    return finished(
        200,
        *[task(number, f"w{number}", 0, 100, f"Number: {number}") for number in range(3)],
        *[task(number, f"w{number - 3}", 100, 200, f"Number: {number}") for number in (3, 4)],
    )


EVERYTHING = Observer(hz=50, cpu=True, blocking=True, gil=True)
ENVIRONMENT = Environment(
    concviz="1",
    python="3.11.7",
    implementation="CPython",
    gil=True,
    platform="Linux 6",
    machine="x86_64",
    cores_total=2,
    cores_usable=2,
    observer=EVERYTHING,
)

NO_GIL_WAITS = replace(
    ENVIRONMENT,
    observer=replace(EVERYTHING, gil=False, missing={"gil": "not known of CPython 3.99"}),
)
"""A place where it cannot be told whether a thread waits for the GIL or for something else."""
UNOBSERVED = replace(
    ENVIRONMENT,
    observer=Observer(
        hz=0, cpu=False, blocking=False, gil=False, missing=dict.fromkeys(("cpu", "gil"), "off")
    ),
)


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


def observed(most: float = 20) -> Run:
    """Two threads that compete for the GIL for 100 ms, sampled 50 times a second.

    Of every 20 ms each has it for ``most`` of them, or for the rest.
    """
    run = Run(Plan(strategy="threads", workload="cpu", tasks=2))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)])
    told: list[events.AnyEvent] = [events.RunStarted(ZERO)]
    for number, worker in enumerate(("a", "b")):
        told += [
            events.WorkerStarted(at(0), worker, 1, 2 + number),
            events.TaskSubmitted(at(0), number),
            events.TaskStarted(at(0), number, worker),
        ]
        for k in range(5):
            turn = most if (k + number) % 2 == 0 or most != 20 else 0
            running = turn if number == 0 or most == 20 else 20 - most
            parts = {"running": running, "gil_wait": 20 - running}
            order = sorted(parts, key=lambda name: -parts[name])
            told.append(
                sampled(worker, 20 * k, 20 * k + 20, **{name: parts[name] for name in order})
            )
        cpu = {20: (60, 40), 12: (60, 40)}[round(most)][number]
        told += [
            events.TaskFinished(at(100), number, cpu * MS, None),
            events.TaskCollected(at(100), number),
        ]
    run.apply([*told, events.RunFinished(at(100), None), events.RunnerExited(at(101), 0)])
    return run
