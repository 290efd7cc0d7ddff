"""Coroutines that wait, and coroutines that compute."""

from __future__ import annotations

from concviz.analysis.overlap import together
from concviz.analysis.statistics import NS
from concviz.analysis.wording import count, duration
from concviz.tour.measured import middle_of, start_of, took, whole
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
from concviz.trace.plan import Plan

ANSWERS = ("waits and computations", "only the waits", "only the computations", "neither")
"""In the order of ``_right``."""


def _ask(plans: Plans) -> Question:
    tasks = count(plans[0].tasks, "coroutine")
    verb = "waits, then one computes" if plans[0].tasks == 1 else "wait, then as many compute"
    return Question(f"{tasks} {verb}. What goes on at the same time?", ANSWERS)


def _right(runs: Runs) -> int | None:
    waits, computes = whole(runs), whole(runs, 1)
    if waits is None or computes is None:
        return None
    return 2 * (together(waits) < 2) + (together(computes) < 2)


def _waits(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or (at_once := together(run)) < 2:
        return None
    threads = {worker.tid for worker in run.workers}
    if len(threads) != 1 or None in threads:
        return None
    return (
        f"{count(len(run.tasks), 'wait')} took {duration(took(run))}, up to {at_once:,} of them at "
        f"once, all in one thread: await lets the loop go on with another coroutine."
    )


def _one_by_one(runs: Runs) -> str | None:
    run = whole(runs, 1)
    if run is None or len(run.tasks) < 2 or together(run) > 1:
        return None
    return (
        f"{count(len(run.tasks), 'computation')} took {duration(took(run))}, one after the other: "
        "cpu() never awaits, so the loop cannot go on with anybody else."
    )


def _keeper(runs: Runs) -> tuple[int, int] | None:
    """The longest time for which a coroutine kept the loop, and the coroutine's task."""
    run = whole(runs, 1)
    if run is None or len(run.tasks) < 2:
        return None
    spans = [
        (end - begin, task)
        for task in run.tasks.loop_keepers
        for begin, end in run.tasks.kept_loop(task)
    ]
    return max(spans, default=None)


def _kept(runs: Runs) -> str | None:
    found = _keeper(runs)
    if found is None:
        return None
    return (
        f"Task {found[1]} kept the loop for {duration(found[0] / NS)}. In a server nobody would "
        "have got an answer meanwhile: give such work to a thread or a process."
    )


def _kept_at(runs: Runs) -> Spot | None:
    found = _keeper(runs)
    return middle_of(runs, found[1], 1) if found is not None else None


SCENE = Scene(
    name="coroutines",
    title="Coroutines, and what blocks them",
    text=(
        "A coroutine needs no thread of its own. All of them share one, in an event loop: at an "
        "await a coroutine says that it has to wait, and the loop goes on with another. Nobody "
        "takes the thread away from a coroutine that does not await."
    ),
    parts=(
        Part(
            Plan(strategy="asyncio", workload="sleep", workers=4, tasks=4, duration_s=0.5),
            "Coroutines that wait",
            (
                Line("group.create_task(task(item))", When.HANDING_OUT),
                Line("await call(item)", When.WORKING),
                Line("await asyncio.sleep(seconds)", When.WORKING),
            ),
        ),
        Part(
            Plan(strategy="asyncio", workload="cpu", workers=4, tasks=4, duration_s=0.2),
            "Coroutines that compute",
            (
                Line("await call(item)", When.WORKING),
                Line("total = (total + number * number)", When.WORKING),
            ),
        ),
    ),
    prediction=Prediction(_ask, _right),
    remarks=(
        Remark(_waits, lambda runs: start_of(runs, 0)),
        Remark(_one_by_one, lambda runs: start_of(runs, 1, 1)),
        Remark(_kept, _kept_at),
    ),
    change=frozenset(("workers", "tasks")),
)
