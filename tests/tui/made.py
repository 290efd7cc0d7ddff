"""Runs for the screen, made of events, and series of them: what they show is known beforehand."""

from __future__ import annotations

from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.sweep import Sweep
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.worker_kind import WorkerKind
from tests.analysis.made import around, case
from tests.exporters.made import ZERO, at, sampled
from tests.tui.driving import ENVIRONMENT

TRACEBACK = """\
Traceback (most recent call last):
  File "work.py", line 3, in work
    raise ValueError("[red]no[/]")
ValueError: [red]no[/]
"""


def made(plan: Plan, kind: str, told: list[events.AnyEvent], end: float | None = None) -> Run:
    """A run of those events in milliseconds; it came to its end at ``end``, if at all."""
    run = Run(plan)
    run.apply([Header(plan=plan, environment=ENVIRONMENT, worker_kind=WorkerKind(kind))])
    run.apply([events.RunStarted(ZERO), *told])
    if end is not None:
        run.apply([events.RunFinished(at(end), None), events.RunnerExited(at(end + 1), 0)])
    return run


def started(worker: str, ms: float, number: int = 0) -> list[events.AnyEvent]:
    """A worker that started at that time."""
    return [
        events.WorkerStarting(at(ms), worker),
        events.WorkerStarted(at(ms + 20), worker, 4100 + number, 4200 + number),
    ]


def task(
    number: int, worker: str, start: float, end: float, result: events.Result = None
) -> list[events.AnyEvent]:
    """A task that did its work; its result was in hand a millisecond later."""
    return [
        events.TaskStarted(at(start), number, worker),
        events.Output(at(start), number, f"Task {number}: Starting"),
        events.TaskFinished(at(end), number, 5_000_000, result),
        events.TaskCollected(at(end + 1), number),
    ]


def submitted(tasks: int) -> list[events.AnyEvent]:
    """All were submitted at once."""
    return [events.TaskSubmitted(at(0), number) for number in range(tasks)]


def pool() -> Run:
    """The second of the five scenes: five tasks of 100 ms on three threads."""
    plan = Plan(strategy="thread-pool", workload="number", tasks=5, duration_s=0.1)
    told = submitted(5)
    for number in range(5):
        worker, start = number % 3, 100 * (number // 3)
        told += task(number, f"w{worker}", start, start + 100, f"Number: {number}")
    return made(plan, "thread", told, 201)


def under_way() -> Run:
    """Everything that a picture can show at once; look at it at ``at(450)``."""
    plan = Plan(strategy="process-pool", workload="error", workers=4, tasks=9, duration_s=0.1)
    told = submitted(9)
    for number in range(4):
        told += started(f"w{number}", 10 * number, number)
    told += task(0, "w0", 40, 200, "first")
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
    return made(plan, "process", told)


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


def states() -> Run:
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
    return made(plan, "thread", told, 395)


HOSTILE = (
    "[red]x[/]",
    "\x1b[2J\x1b[31m",
    "nul \0 tab\tend",
    "lone \ud800",
    "wide 漢字",
    "[/] [",
    "w" * 9_000,
)


def hostile(lines: int = 0) -> Run:
    """A task prints and returns what no screen should obey, and perhaps very many lines."""
    told = submitted(len(HOSTILE))
    for number, text in enumerate(HOSTILE):
        told.append(events.TaskStarted(at(number), number, f"[blink]{text[:20]}"))
        told.append(events.Output(at(number), number, text))
        told.append(events.TaskFinished(at(number + 1), number, None, text))
    told += [events.Output(at(10), 0, f"line {number}") for number in range(lines)]
    plan = Plan(tasks=len(HOSTILE), duration_s=0.001)
    return made(plan, "thread", told, 20)


def hundred() -> Run:
    """A hundred threads, each with a task of 100 ms, one millisecond after another."""
    told = submitted(100)
    for number in range(100):
        told += task(number, f"w{number}", number, number + 100)
    return made(Plan(strategy="threads", tasks=100, duration_s=0.1), "thread", told, 200)


def many(tasks: int, workers: int = 8) -> Run:
    """Tasks of a tenth of a millisecond, one after the other on every worker."""
    told = submitted(tasks)
    for number in range(tasks):
        worker, start = number % workers, 0.1 * (number // workers)
        told += task(number, f"w{worker}", start, start + 0.1, number)
    plan = Plan(workers=workers, tasks=tasks, duration_s=0.0001)
    return made(plan, "thread", told, 0.1 * tasks / workers + 1)


def comparison() -> Comparison:
    """Of a machine that does not exist."""
    return Comparison(
        [
            case("sequential", *around(2.0)),
            case("threads", *around(2.05), states={"running": 0.25, "gil_wait": 0.75}),
            case("process-pool", *around(1.0), memory=32_000_000),
            case("asyncio", 2.0, error="ValueError: [b]no[/b]"),
        ],
        Manner(),
        ENVIRONMENT,
    )


def sweep() -> Sweep:
    """Of a machine that does not exist."""
    cases = [
        case("process-pool", *around(t), workers=n, tasks=12)
        for n, t in ((1, 2.02), (2, 1.03), (3, 1.01), (4, 1.0))
    ]
    return Sweep(case("sequential", *around(2.0), tasks=12), cases, Manner(), ENVIRONMENT)
