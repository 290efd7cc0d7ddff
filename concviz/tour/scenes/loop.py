"""Five tasks, one after the other."""

from __future__ import annotations

from concviz.analysis.overlap import together
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import NEARLY_ALL
from concviz.analysis.wording import count, duration, percent
from concviz.tour.how_long import ALONE, HOW_LONG
from concviz.tour.measured import mean_s, middle_of, share, start_of, took, whole
from concviz.tour.scene import Line, Part, Remark, Runs, Scene, When
from concviz.trace.plan import Plan
from concviz.trace.states import State


def _took(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) < 2 or together(run) > 1:
        return None
    tasks, each = len(run.tasks), duration(mean_s(run))
    return f"It took {duration(took(run))}: {count(tasks, 'task')} of {each}, one after the other."


def _in_turn(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) < 2:
        return None
    gap = run.tasks.started[1] - run.tasks.finished[0]
    if gap < 0:
        return None
    return f"Task 1 began {duration(gap / NS)} after task 0 had ended: all are in one row."


def _asleep(runs: Runs) -> str | None:
    run = whole(runs)
    asleep = share(run, State.SLEEP) if run is not None else None
    if asleep is None or asleep < NEARLY_ALL:
        return None
    return (
        f"The row shows sleep, for {percent(asleep)} of the tasks' time. The thread needed no "
        "core meanwhile, and nothing else of the program ran."
    )


SCENE = Scene(
    name="loop",
    title="Tasks in a loop",
    text=(
        "Each task waits one second, as it would for an answer from the network. The loop does "
        "one task, then the next, in one thread: the main thread of the process."
    ),
    parts=(
        Part(
            Plan(strategy="sequential", workload="sleep", tasks=5, duration_s=1.0),
            "A loop in one thread",
            (
                Line("for item in items:", When.HANDING_OUT),
                Line("call(item)", When.WORKING),
                Line("time.sleep(seconds)", When.WORKING),
            ),
        ),
    ),
    prediction=HOW_LONG,
    remarks=(
        ALONE,
        Remark(_took),
        Remark(_in_turn, lambda runs: start_of(runs, 1)),
        Remark(_asleep, lambda runs: middle_of(runs, 2)),
    ),
    change=frozenset(("tasks",)),
)
