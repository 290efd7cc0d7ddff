"""A segmentation fault, in a process and in a thread."""

from __future__ import annotations

from concviz.analysis.deaths import deaths
from concviz.analysis.wording import capital, count, duration
from concviz.model.entities import Phase
from concviz.model.exit_status import ended as how
from concviz.model.tasks import Outcome
from concviz.tour.measured import ended, took
from concviz.tour.scene import (
    Line,
    Part,
    Plans,
    Prediction,
    Question,
    Remark,
    Runs,
    Scene,
    Spot,
    When,
)
from concviz.tour.start_method import QUICK
from concviz.trace.plan import Plan

CRASHES = 2
"""The number of the task that does."""


def _pairs(tasks: int) -> list[tuple[int, int]]:
    """How many come to their end, in processes and in threads."""
    if tasks <= CRASHES:
        return [(tasks, tasks), (tasks, 0), (0, 0)]
    return [(tasks - 1, tasks - 1), (tasks - 1, 0), (0, 0)]


def _ask(plans: Plans) -> Question:
    tasks = plans[0].tasks
    what = f"Of {count(tasks, 'task')} number {CRASHES} crashes."
    if tasks <= CRASHES:
        what = f"Task {CRASHES} would crash, but there {'is' if tasks == 1 else 'are'} {tasks:,}."
    answers = (f"{here:,} in processes, {there:,} in threads" for here, there in _pairs(tasks))
    return Question(f"{what} How many come to their end?", tuple(answers))


def _right(runs: Runs) -> int | None:
    processes, threads = ended(runs), ended(runs, 1)
    if processes is None or threads is None or processes.plan is None:
        return None
    pairs = _pairs(processes.plan.tasks)
    found = processes.count(Outcome.FINISHED), threads.count(Outcome.FINISHED)
    return pairs.index(found) if found in pairs else None


def _alone(runs: Runs) -> str | None:
    run = ended(runs)
    found = deaths(run) if run is not None else None
    if run is None or found is None or found.others or found.followed or found.task is None:
        return None
    done, who = run.count(Outcome.FINISHED), found.first
    if run.phase is not Phase.FINISHED or done != len(run.tasks) - 1:
        return None
    said = f"{capital(run.label(who))} was {how(who.exitcode or 0)} in task {found.task}."
    if not done:
        return said
    others = "other task" if done == 1 else f"{done:,} other tasks"
    return f"{said} The {others} came to their end: nobody else is in its memory."


def _death(runs: Runs) -> Spot | None:
    run = ended(runs)
    found = deaths(run) if run is not None else None
    if run is None or found is None or not run.started <= found.first.ended <= run.finished:
        return None
    return Spot(found.first.index, found.first.ended)


def _all(runs: Runs) -> str | None:
    run = ended(runs, 1)
    if run is None or run.phase is not Phase.DIED or run.exitcode is None or run.exitcode >= 0:
        return None
    lost = run.count(Outcome.LOST)
    if not lost or run.count(Outcome.FINISHED):
        return None
    tasks = "its task" if lost == 1 else f"all its {lost:,} tasks"
    return (
        f"With threads the process was {how(run.exitcode)} after {duration(took(run))}, and "
        f"{tasks} were lost: a fault in one thread ends the process, with everything in it."
    )


def _end(runs: Runs) -> Spot | None:
    run = ended(runs, 1)
    if run is None or run.phase is not Phase.DIED or len(run.tasks) <= CRASHES:
        return None
    worker = run.tasks.worker[CRASHES]
    return Spot(worker, run.finished, 1) if worker >= 0 else None


def _still_here(runs: Runs) -> str | None:
    if _all(runs) is None:
        return None
    return "You can read this since concviz runs tasks in a process that is not its own."


SCENE = Scene(
    name="crash",
    title="A crash, in a process and in a thread",
    text=(
        "Task 2 reads from an address where nothing is, as a bug in a C library may do. The "
        "system ends whoever does that, by a segmentation fault: no exception, and nothing to "
        "catch. Who is that: the task, its thread, its process, all of the program?"
    ),
    parts=(
        Part(
            Plan(
                strategy="processes", workload="crash", tasks=4, duration_s=0.6, start_method=QUICK
            ),
            "Processes",
            (
                Line("time.sleep(seconds)", When.WORKING),
                Line("ctypes.string_at(0)", When.DYING),
                Line('return f"Task {i} survived"', When.ENDING),
            ),
        ),
        Part(
            Plan(strategy="threads", workload="crash", tasks=4, duration_s=0.6),
            "Threads of one process",
            (
                Line("time.sleep(seconds)", When.WORKING),
                Line("ctypes.string_at(0)", When.DYING),
                Line('return f"Task {i} survived"', When.ENDING),
            ),
        ),
    ),
    prediction=Prediction(_ask, _right),
    remarks=(Remark(_alone, _death), Remark(_all, _end), Remark(_still_here)),
    change=frozenset(("tasks",)),
)
