"""Memory that threads share and processes do not."""

from __future__ import annotations

import re

from concviz.analysis.wording import count
from concviz.model.run import Run
from concviz.tour.measured import end_of_the_last, order_of_ends, pids, whole
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

_RETURNED = re.compile(r"\((\d+), (\d+)\)")
"""The process that a task ran in, and the total that it saw there."""


def totals(run: Run) -> list[int] | None:
    """What each task saw; None where that is not known of all."""
    found = []
    for task in range(len(run.tasks)):
        returned = _RETURNED.fullmatch(str(run.tasks.results.get(task)))
        if returned is None:
            return None
        found.append(int(returned[2]))
    return found


def _pairs(tasks: int) -> list[tuple[int, int]]:
    found = list(dict.fromkeys(((tasks, tasks), (tasks, 1), (1, 1))))
    return found if len(found) > 1 else [*found, (2, 1)]


def _said(in_threads: int, in_processes: int) -> str:
    if in_threads == in_processes:
        return f"both to {in_threads:,}"
    return f"threads to {in_threads:,}, processes to {in_processes:,}"


def _ask(plans: Plans) -> Question:
    tasks = count(plans[0].tasks, "task")
    return Question(
        f"{tasks} add 1 to a global variable: in threads, then in processes. How far do they count?"
        if plans[0].tasks > 1
        else f"{tasks} adds 1 to a global variable: in a thread, then in a process. How far?",
        tuple(_said(*pair) for pair in _pairs(plans[0].tasks)),
    )


def _right(runs: Runs) -> int | None:
    threads, processes = whole(runs), whole(runs, 1)
    if threads is None or processes is None or threads.plan is None:
        return None
    seen = totals(threads), totals(processes)
    if seen[0] is None or seen[1] is None:
        return None
    pairs, found = _pairs(threads.plan.tasks), (max(seen[0]), max(seen[1]))
    return pairs.index(found) if found in pairs else None


def _shared(runs: Runs) -> str | None:
    run = whole(runs)
    seen = totals(run) if run is not None else None
    if run is None or seen is None or len(found := pids(run)) != 1:
        return None
    most, who = max(seen), count(len(run.workers), "thread")
    if most > len(run.tasks):
        return None
    said = f"{who} counted to {most:,}: there is one variable, in the memory of process {found[0]}"
    if most == len(run.tasks):
        return f"{said}."
    lost = count(len(run.tasks) - most, "addition was", "additions were")
    return f"{said}; {lost} lost, since two threads can read the same value before either writes."


def _where(runs: Runs) -> Spot | None:
    """Where the task ends that saw the highest total."""
    run = whole(runs)
    seen = totals(run) if run is not None else None
    if run is None or not seen:
        return None
    task = max(order_of_ends(run), key=lambda task: seen[task])
    return Spot(run.tasks.worker[task], run.tasks.finished[task])


def _apart(runs: Runs) -> str | None:
    run = whole(runs, 1)
    seen = totals(run) if run is not None else None
    if run is None or not seen or len(pids(run)) != len(run.workers) or max(seen) != 1:
        return None
    who = count(len(run.workers), "process", "processes")
    if len(run.workers) == 1:
        return f"{who} counted to 1, in a variable of its own."
    return (
        f"{who} counted to 1 each, and so there are as many variables of that name. What a process "
        "found out has to be sent, as a result or by a queue."
    )


SCENE = Scene(
    name="memory",
    title="Memory: shared or not",
    text=(
        "Each task adds 1 to the same global variable, and returns what stands there then. "
        "Threads do so first, which are all in one process; then processes, each of which has "
        "memory of its own."
    ),
    parts=(
        Part(
            Plan(strategy="threads", workload="counter", tasks=3, duration_s=0.5),
            "Threads in one memory",
            (
                Line("time.sleep(seconds)", When.WORKING),
                Line("total += 1", When.ENDING),
                Line("return os.getpid(), total", When.ENDING),
            ),
        ),
        Part(
            Plan(
                strategy="processes",
                workload="counter",
                tasks=3,
                duration_s=0.5,
                start_method=QUICK,
            ),
            "Processes with a memory each",
            (
                Line("time.sleep(seconds)", When.WORKING),
                Line("total += 1", When.ENDING),
                Line("return os.getpid(), total", When.ENDING),
            ),
        ),
    ),
    prediction=Prediction(_ask, _right),
    remarks=(
        Remark(_shared, _where),
        Remark(_apart, lambda runs: end_of_the_last(runs, 1)),
    ),
    change=frozenset(("tasks",)),
)
