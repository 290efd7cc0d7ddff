"""A process for each task."""

from __future__ import annotations

from concviz.analysis.overlap import together
from concviz.analysis.wording import count, duration
from concviz.tour.how_long import ALONE, HOW_LONG
from concviz.tour.measured import end_of_the_last, pids, some, start_of, startups_s, took, whole
from concviz.tour.scene import Line, Part, Remark, Runs, Scene, Spot, When
from concviz.tour.start_method import QUICK
from concviz.trace.plan import Plan


def _took(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) < 2 or (at_once := together(run)) < 2:
        return None
    all_ = "all" if at_once == len(run.tasks) else f"up to {at_once:,}"
    return f"It took {duration(took(run))} in all: {all_} of the tasks were under way at once."


def _pids(runs: Runs) -> str | None:
    run = whole(runs)
    found = pids(run) if run is not None else []
    if run is None or len(found) < 2 or len(found) != len(run.workers):
        return None
    return (
        f"Each row is a process: {some([str(pid) for pid in found])}. Each has a memory, a Python "
        "and a GIL of its own."
    )


def _start(runs: Runs) -> str | None:
    run = whole(runs)
    found = startups_s(run) if run is not None else []
    if run is None or run.plan is None or not found:
        return None
    how = "A process took" if len(found) > 1 else "The process took"
    mean = duration(sum(found) / len(found))
    most = f" on average, {duration(max(found))} at most" if len(found) > 1 else ""
    said = f"{how} {mean} to start{most}"
    if run.plan.start_method != "fork":
        return f"{said}: it begins as a new Python."
    return f"{said}, as a copy of another (fork). Other start methods begin with a new Python."


def _starts_at(runs: Runs) -> Spot | None:
    run = whole(runs)
    if run is None or not startups_s(run):
        return None
    first = run.workers[run.tasks.worker[0]]
    if first.starting < run.started or first.starting > first.started:
        return start_of(runs, 0)
    return Spot(first.index, (first.starting + first.started) // 2)


def _tasks(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or run.environment is None or len(run.tasks) <= run.environment.cores_usable:
        return None
    if together(run) <= run.environment.cores_usable:
        return None
    return (
        f"{count(together(run), 'process', 'processes')} at once on "
        f"{count(run.environment.cores_usable, 'core')}: who only waits needs no core."
    )


SCENE = Scene(
    name="processes",
    title="A process for each task",
    text=(
        "multiprocessing.Process is used as a thread is: start() it, join() it. But it is a "
        "process, with a memory and a Python of its own, so the system has more to do before "
        "the first line of a task is carried out."
    ),
    parts=(
        Part(
            Plan(
                strategy="processes", workload="sleep", tasks=5, duration_s=1.0, start_method=QUICK
            ),
            "A process for each task",
            (
                Line("process.start()", When.HANDING_OUT),
                Line("time.sleep(seconds)", When.WORKING),
                Line("process.join()", When.COLLECTING),
            ),
        ),
    ),
    prediction=HOW_LONG,
    remarks=(
        ALONE,
        Remark(_took, end_of_the_last),
        Remark(_pids),
        Remark(_start, _starts_at),
        Remark(_tasks),
    ),
    change=frozenset(("tasks",)),
)
