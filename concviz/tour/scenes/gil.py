"""Tasks that compute, in threads and in processes."""

from __future__ import annotations

from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import CORE, MATTERS
from concviz.analysis.wording import count, duration, percent, times
from concviz.tour.measured import TURNS, at_a_time, middle_of, share, took, whole
from concviz.tour.quiet import disturbance, undisturbed
from concviz.tour.scene import Line, Part, Remark, Runs, Scene, When
from concviz.tour.sooner import ALIKE, ratio, sooner
from concviz.tour.start_method import QUICK
from concviz.trace.plan import Plan
from concviz.trace.states import State


def _both(runs: Runs) -> str | None:
    threads, processes = whole(runs), whole(runs, 1)
    if threads is None or processes is None:
        return None
    said = f"Threads took {duration(took(threads))}, processes {duration(took(processes))}"
    found = ratio(runs)
    if found is None:
        return f"{said}."
    if 1 / ALIKE <= found <= ALIKE:
        return f"{said}: about as long."
    more = "threads" if found > 1 else "processes"
    return f"{said}: {more} {times(max(found, 1 / found))} as long."


def _turns(runs: Runs) -> str | None:
    """How many threads computed at a time."""
    run = undisturbed(runs, 0)
    found = at_a_time(run) if run is not None else None
    if run is None or run.environment is None or found is None or len(run.workers) < 2:
        return None
    said = f"The threads computed {duration(run.cpu / NS)} in {duration(took(run))}"
    if found > TURNS:
        has_none = "" if run.environment.gil else ", for this Python has no GIL"
        return f"{said}: {found:.1f} at a time{has_none}."
    return f"{said}, so no more than one at a time: a second core would not have helped."


def _gil(runs: Runs) -> str | None:
    run = whole(runs)
    waited = share(run, State.GIL_WAIT) if run is not None else None
    if run is None or run.environment is None or not run.environment.gil:
        return None
    if waited is None or waited < MATTERS or len(run.workers) < 2:
        return None
    return (
        f"Their rows show what they did instead: for {percent(waited)} of their time they waited "
        "for the GIL, which another one had."
    )


def _side_by_side(runs: Runs) -> str | None:
    run = whole(runs, 1)
    found = at_a_time(run) if run is not None else None
    if run is None or found is None or found <= TURNS:
        return None
    return (
        f"The processes computed {duration(run.cpu / NS)} in {duration(took(run))}: {found:.1f} "
        "at a time, each on a core."
    )


def _cores(runs: Runs) -> str | None:
    run = undisturbed(runs, 1)
    waited = share(run, State.CORE_WAIT) if run is not None else None
    if run is None or run.environment is None or waited is None or waited < CORE:
        return None
    if len(run.workers) <= run.environment.cores_usable:
        return None
    return (
        f"The processes waited {percent(waited)} of their time for a core: there are "
        f"{count(len(run.workers), 'process', 'processes')} and "
        f"{count(run.environment.cores_usable, 'core')}."
    )


SCENE = Scene(
    name="gil",
    title="Computing, and the GIL",
    text=(
        "Now the tasks compute, in pure Python: in threads, then in processes. To carry out "
        "Python code a thread needs the GIL, the lock of its interpreter, which it lets go of "
        "while it waits. The threads here share an interpreter; each process has its own. (A "
        "free-threaded Python has no GIL.)"
    ),
    parts=(
        Part(
            Plan(strategy="threads", workload="cpu", tasks=3, duration_s=0.3),
            "Threads that compute",
            (Line("total = (total + number * number)", When.WORKING),),
        ),
        Part(
            Plan(strategy="processes", workload="cpu", tasks=3, duration_s=0.3, start_method=QUICK),
            "Processes that compute",
            (Line("total = (total + number * number)", When.WORKING),),
        ),
    ),
    prediction=sooner(
        lambda tasks: f"{count(tasks, 'task')} {'computes' if tasks == 1 else 'compute'}."
    ),
    remarks=(
        disturbance((0, 1)),
        Remark(_both),
        Remark(_turns, lambda runs: middle_of(runs, 0)),
        Remark(_gil, lambda runs: middle_of(runs, 1)),
        Remark(_side_by_side, lambda runs: middle_of(runs, 0, 1)),
        Remark(_cores, lambda runs: middle_of(runs, 1, 1)),
    ),
    change=frozenset(("tasks",)),
)
