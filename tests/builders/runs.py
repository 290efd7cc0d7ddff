"""Small runs made of events, whose pictures and figures are known beforehand."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.environment import Environment
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.worker_kind import WorkerKind
from tests.builders.environments import ENVIRONMENT
from tests.builders.told import MS, ZERO, Told, at, sampled, task


def run_of(
    plan: Plan,
    kind: str,
    told: Told,
    end: float | None = None,
    environment: Environment = ENVIRONMENT,
) -> Run:
    """A run of those events in milliseconds; it came to its end at ``end``, if at all."""
    run = Run(plan)
    run.apply([Header(plan=plan, environment=environment, worker_kind=WorkerKind(kind))])
    run.apply([events.RunStarted(ZERO), *told])
    if end is not None:
        run.apply([events.RunFinished(at(end), None), events.RunnerExited(at(end + 1), 0)])
    return run


def ran(kind: str, end: float, *told: Told, **plan: object) -> Run:
    """The same of the tasks that were submitted, in a plan that says so."""
    inner = [event for part in told for event in part]
    tasks = len({e.task for e in inner if isinstance(e, events.TaskSubmitted)})
    wanted = Plan(**{"tasks": max(tasks, 1), **plan})  # type: ignore[arg-type]
    return run_of(wanted, kind, inner, end)


def finished(end: float, *told: Told, error: str | None = None) -> Run:
    """A run without a header, whose strategy came to its end."""
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


def observed(most: float = 20) -> Run:
    """Two threads that compete for the GIL for 100 ms, sampled 50 times a second.

    Of every 20 ms each has it for ``most`` of them, or for the rest.
    """
    run = Run(Plan(strategy="threads", workload="cpu", tasks=2))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)])
    told: Told = [events.RunStarted(ZERO)]
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
