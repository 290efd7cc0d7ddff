"""Small runs made of events, in milliseconds, whose pictures and figures are known beforehand."""

from __future__ import annotations

from concviz.model import events
from concviz.model.plan import Plan
from concviz.model.run import Run

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
