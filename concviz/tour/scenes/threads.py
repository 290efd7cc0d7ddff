"""A thread for each task."""

from __future__ import annotations

from concviz.analysis.overlap import together
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import NEARLY_ALL
from concviz.analysis.wording import count, duration, percent
from concviz.model.run import Run
from concviz.tour.how_long import ALONE, HOW_LONG
from concviz.tour.measured import (
    end_of_the_last,
    order_of_ends,
    order_of_results,
    share,
    some,
    start_of,
    took,
    whole,
)
from concviz.tour.scene import Line, Part, Remark, Runs, Scene, Spot, When
from concviz.trace.plan import Plan
from concviz.trace.states import State


def _took(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) < 2 or (at_once := together(run)) < 2:
        return None
    waited = f"It took {duration(took(run))}, though the tasks lasted {duration(run.busy / NS)}"
    all_ = at_once == len(run.tasks)
    return f"{waited} together: {'all' if all_ else f'up to {at_once:,}'} were under way at once."


def _last_start(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) < 2 or len(run.workers) != len(run.tasks):
        return None
    within = (max(run.tasks.started) - run.started) / NS
    if within >= min(run.tasks.finished) / NS - run.started / NS:
        return None
    return (
        f"{duration(within)} after the beginning all {count(len(run.tasks), 'thread')} were at "
        "work: start() does not wait, so the loop goes on to the next one."
    )


def _latest(run: Run) -> int:
    return max(range(len(run.tasks)), key=lambda task: run.tasks.started[task])


def _last_started(runs: Runs) -> Spot | None:
    run = whole(runs)
    return None if run is None else start_of(runs, _latest(run))


def _order(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) < 2 or order_of_results(run) != list(range(len(run.tasks))):
        return None
    ends = order_of_ends(run)
    if ends == sorted(ends):
        return None
    return (
        f"The tasks ended in the order {some([str(task) for task in ends])}, which the system "
        "decides, anew each time; join() takes them in the order of the loop."
    )


def _asleep(runs: Runs) -> str | None:
    run = whole(runs)
    asleep = share(run, State.SLEEP) if run is not None else None
    if run is None or len(run.tasks) < 2 or asleep is None or asleep < NEARLY_ALL:
        return None
    return (
        f"All rows show sleep, {percent(asleep)} of the tasks' time. Who sleeps needs no core: "
        "so as many as you like can do it at once."
    )


SCENE = Scene(
    name="threads",
    title="A thread for each task",
    text=(
        "The same tasks, each in a threading.Thread. start() begins a thread and returns at "
        "once, and the loop goes on to the next one; join() waits until a thread has ended. "
        "Each thread has a row of its own in the picture."
    ),
    parts=(
        Part(
            Plan(strategy="threads", workload="sleep", tasks=5, duration_s=1.0),
            "A thread for each task",
            (
                Line("thread.start()", When.HANDING_OUT),
                Line("time.sleep(seconds)", When.WORKING),
                Line("thread.join()", When.COLLECTING),
            ),
        ),
    ),
    prediction=HOW_LONG,
    remarks=(
        ALONE,
        Remark(_took, end_of_the_last),
        Remark(_last_start, _last_started),
        Remark(_asleep),
        Remark(_order, end_of_the_last),
    ),
    change=frozenset(("tasks",)),
)
