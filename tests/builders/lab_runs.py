"""Runs for the screen, made of events: what they show is known beforehand."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from tests.builders.environments import LAB_ENVIRONMENT
from tests.builders.runs import run_of
from tests.builders.told import Told, at, printing_task, sampled, started, submitted

TRACEBACK = """\
Traceback (most recent call last):
  File "work.py", line 3, in work
    raise ValueError("[red]no[/]")
ValueError: [red]no[/]
"""


def lab_run(plan: Plan, kind: str, told: Told, end: float | None = None) -> Run:
    """One of the machine that the lab believes it is on."""
    return run_of(plan, kind, told, end, LAB_ENVIRONMENT)


def pool_of_threads() -> Run:
    """The second of the five scenes: five tasks of 100 ms on three threads."""
    plan = Plan(strategy="thread-pool", workload="number", tasks=5, duration_s=0.1)
    told = submitted(5)
    for number in range(5):
        worker, start = number % 3, 100 * (number // 3)
        told += printing_task(number, f"w{worker}", start, start + 100, f"Number: {number}")
    return lab_run(plan, "thread", told, 201)


def under_way() -> Run:
    """Everything that a picture can show at once; look at it at ``at(450)``."""
    plan = Plan(strategy="process-pool", workload="error", workers=4, tasks=9, duration_s=0.1)
    told = submitted(9)
    for number in range(4):
        told += started(f"w{number}", 10 * number, number)
    told += printing_task(0, "w0", 40, 200, "first")
    told += [
        events.TaskStarted(at(200), 1, "w0"),
        events.TaskStarted(at(50), 2, "w1"),
        events.TaskFailed(at(150), 2, 2_000_000, "ValueError: [red]no[/]", TRACEBACK),
        events.TaskStarted(at(150), 3, "w1"),
        events.TaskFinished(at(250), 3, 3_000_000, "third"),
        events.TaskStarted(at(60), 4, "w2"),
        events.WorkerDied(at(300), "w2", -11),
        events.TaskStarted(at(100), 5, "w3"),
        events.Output(at(110), 5, "[bold]literally[/bold] \x1b[31mred"),
    ]
    return lab_run(plan, "process", told)


def failed() -> Run:
    """As the one under way, at its end: tasks finished, failed, lost and not started."""
    run = under_way()
    run.apply(
        [
            events.TaskFinished(at(500), 1, None, 17),
            events.TaskCollected(at(510), 1),
            events.TaskFinished(at(520), 5, None, None),
            events.RunFinished(at(530), "BrokenProcessPool: a process died abruptly"),
            events.RunnerExited(at(531), 0),
        ]
    )
    return run


def every_state() -> Run:
    """Four threads that are seen in every state, for 400 ms."""
    plan = Plan(strategy="threads", workload="mixed", tasks=4, duration_s=0.4)
    lives = (
        ("sleep", "running", "gil_wait", "running"),
        ("io", "gil_wait", "running", "core_wait"),
        ("lock", "running", "lock", "other"),
        ("unknown", "io", "running", "sleep"),
    )
    told = submitted(4)
    for number, life in enumerate(lives):
        worker = f"w{number}"
        told += started(worker, number, number)
        told.append(events.TaskStarted(at(30), number, worker))
        for k, state in enumerate(life):
            begin = 30 + 90 * k
            told += [
                sampled(worker, t, t + 15, **{state: 15}) for t in range(begin, begin + 90, 15)
            ]
        cpu = 90_000_000 * life.count("running")
        told.append(events.TaskFinished(at(390), number, cpu, f"Number: {number}"))
        told.append(events.TaskCollected(at(395), number))
    told.append(events.MachineSampled(at(395), at(0), 700_000_000, 4))
    return lab_run(plan, "thread", told, 395)


HOSTILE = (
    "[red]x[/]",
    "\x1b[2J\x1b[31m",
    "nul \0 tab\tend",
    "lone \ud800",
    "wide 漢字",
    "[/] [",
    "w" * 9_000,
)


def printing_hostile(lines: int = 0) -> Run:
    """A task prints and returns what no screen should obey, and perhaps very many lines."""
    told = submitted(len(HOSTILE))
    for number, text in enumerate(HOSTILE):
        told.append(events.TaskStarted(at(number), number, f"[blink]{text[:20]}"))
        told.append(events.Output(at(number), number, text))
        told.append(events.TaskFinished(at(number + 1), number, None, text))
    told += [events.Output(at(10), 0, f"line {number}") for number in range(lines)]
    plan = Plan(tasks=len(HOSTILE), duration_s=0.001)
    return lab_run(plan, "thread", told, 20)


def hundred() -> Run:
    """A hundred threads, each with a task of 100 ms, one millisecond after another."""
    told = submitted(100)
    for number in range(100):
        told += printing_task(number, f"w{number}", number, number + 100)
    return lab_run(Plan(strategy="threads", tasks=100, duration_s=0.1), "thread", told, 200)


def many(tasks: int, workers: int = 8) -> Run:
    """Tasks of a tenth of a millisecond, one after the other on every worker."""
    told = submitted(tasks)
    for number in range(tasks):
        worker, start = number % workers, 0.1 * (number // workers)
        told += printing_task(number, f"w{worker}", start, start + 0.1, number)
    plan = Plan(workers=workers, tasks=tasks, duration_s=0.0001)
    return lab_run(plan, "thread", told, 0.1 * tasks / workers + 1)
