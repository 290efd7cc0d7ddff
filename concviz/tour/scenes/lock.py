"""A lock that all tasks need."""

from __future__ import annotations

from concviz.analysis.thresholds import MATTERS, NEGLIGIBLE
from concviz.analysis.wording import count, duration, percent
from concviz.tour.measured import TURNS, at_a_time, middle_of, share, took, whole
from concviz.tour.quiet import disturbance, undisturbed
from concviz.tour.scene import Line, Part, Remark, Runs, Scene, When
from concviz.tour.sooner import sooner
from concviz.tour.start_method import QUICK
from concviz.trace.plan import Plan
from concviz.trace.states import State


def _took(runs: Runs) -> str | None:
    run = undisturbed(runs, 0)
    found = at_a_time(run) if run is not None else None
    if run is None or found is None or found > TURNS or len(run.workers) < 2:
        return None
    return (
        f"It took {duration(took(run))}, of which {duration(run.cpu / 1e9)} were computed, one "
        "task at a time: what is done in a lock comes one after the other."
    )


def _waited(runs: Runs) -> str | None:
    run = whole(runs)
    waited = share(run, State.LOCK) if run is not None else None
    if run is None or waited is None or waited < MATTERS or len(run.workers) < 2:
        return None
    said = f"The rows show lock for {percent(waited)} of the tasks' time: so long they stood before"
    gil = share(run, State.GIL_WAIT)
    if gil is None or gil >= NEGLIGIBLE or run.environment is None or not run.environment.gil:
        return f"{said} it."
    return f"{said} it. They hardly waited for the GIL, which only the one inside needs."


def _processes(runs: Runs) -> str | None:
    run = undisturbed(runs, 1)
    found = at_a_time(run) if run is not None else None
    if run is None or found is None or found > TURNS or len(run.workers) < 2:
        return None
    return (
        f"Processes have a GIL each, and took {duration(took(run))} all the same: here it is the "
        "lock that lets one in at a time. So do little inside it."
    )


SCENE = Scene(
    name="lock",
    title="A lock",
    text=(
        "Two threads that change the same thing at the same time can spoil it. So whoever does "
        "that takes a lock first, 'with lock:', which only one can have. Here each task waits a "
        "little, takes the lock and computes, four times. Threads do so, then processes, with a "
        "lock that processes can share."
    ),
    parts=(
        Part(
            Plan(strategy="threads", workload="lock", tasks=3, duration_s=0.3),
            "Threads with one lock",
            (Line("with lock:", When.WORKING), Line("cpu(i, rounds)", When.WORKING)),
        ),
        Part(
            Plan(
                strategy="processes", workload="lock", tasks=3, duration_s=0.3, start_method=QUICK
            ),
            "Processes with one lock",
            (Line("with lock:", When.WORKING), Line("cpu(i, rounds)", When.WORKING)),
        ),
    ),
    prediction=sooner(
        lambda tasks: (
            f"{count(tasks, 'task')}, and one lock that all of them need."
            if tasks > 1
            else "1 task that needs a lock."
        )
    ),
    remarks=(
        disturbance((0, 1)),
        Remark(_took),
        Remark(_waited, lambda runs: middle_of(runs, 1)),
        Remark(_processes, lambda runs: middle_of(runs, 1, 1)),
    ),
    change=frozenset(("tasks",)),
)
