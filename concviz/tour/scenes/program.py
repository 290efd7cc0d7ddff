"""What a program, a process and a thread are."""

from __future__ import annotations

import os
import threading

from concviz.analysis.wording import count
from concviz.tour.measured import pids, some, start_of, whole
from concviz.tour.scene import Line, Part, Plans, Prediction, Question, Remark, Runs, Scene, When
from concviz.tour.start_method import QUICK
from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize

NAMED = 3
"""Threads of this process that are named, and counted beyond: the scene has little room."""


def this_process() -> list[str]:
    """The process that draws the picture, and the threads of it that Python knows."""
    found = [f"{sanitize(thread.name)} ({thread.native_id})" for thread in threading.enumerate()]
    return [
        f"What you look at is drawn by process {os.getpid()}, started by process {os.getppid()}.",
        f"Threads in it now: {some(found, NAMED)}.",
    ]


def _numbers(threads: int) -> list[int]:
    return sorted({1, threads, threads + 1})


def _ask(plans: Plans) -> Question:
    threads = plans[0].tasks
    are = "is" if threads == 1 else "are"
    answers = tuple(f"in {count(n, 'process', 'processes')}" for n in _numbers(threads))
    return Question(f"In how many processes {are} {count(threads, 'thread')}?", answers)


def _right(runs: Runs) -> int | None:
    run = whole(runs)
    if run is None or run.plan is None or len(run.workers) != run.plan.tasks:
        return None
    if any(worker.pid is None for worker in run.workers):
        return None
    numbers, found = _numbers(run.plan.tasks), len(pids(run))
    return numbers.index(found) if found in numbers else None


def _one(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(found := pids(run)) != 1:
        return None
    threads = count(len(run.workers), "thread")
    own = "" if found[0] == os.getpid() else ", which was started for this run alone"
    return f"{threads[:1].upper()}{threads[1:]}, one process: {found[0]}{own}."


def _tids(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None:
        return None
    tids = [str(worker.tid) for worker in run.workers if worker.tid is not None]
    if len(tids) != len(run.workers) or len(set(tids)) != len(tids):
        return None
    if len(tids) == 1:
        which, waits = f"the number {tids[0]}", "it started this one and waits until it has"
    else:
        which, waits = f"the numbers {some(tids)}", "it started them and waits until they have"
    return (
        f"The system knows each thread: here by {which}. The main thread is another one: {waits} "
        "ended."
    )


def _own(runs: Runs) -> str | None:
    run = whole(runs, 1)
    if run is None or len(found := pids(run)) != len(run.workers) or run.pid in found:
        return None
    who = f", started by process {run.pid}" if run.pid else ""
    if len(found) == 1:
        return f"1 process for 1 task: {found[0]}{who}."
    each = some([str(pid) for pid in found])
    return f"{len(found):,} processes for as many tasks, one each: {each}{who}."


SCENE = Scene(
    name="program",
    title="A program, a process, a thread",
    text=(
        "A program is a file of instructions. Started, it is a process: it has memory of its own "
        "and a number, its pid. What carries out instructions is a thread. Each process has one, "
        "its main thread, and can start more, which share its memory. Here tasks run in threads "
        "of one process, then each in a process of its own."
    ),
    parts=(
        Part(
            Plan(strategy="threads", workload="number", tasks=3, duration_s=0.8),
            "Threads of one process",
            (
                Line("threading.Thread(target=call", When.HANDING_OUT),
                Line("thread.start()", When.HANDING_OUT),
                Line("thread.join()", When.COLLECTING),
            ),
        ),
        Part(
            Plan(
                strategy="processes", workload="number", tasks=3, duration_s=0.8, start_method=QUICK
            ),
            "A process for each task",
            (
                Line("context.Process(target=call", When.HANDING_OUT),
                Line("process.start()", When.HANDING_OUT),
                Line("process.join()", When.COLLECTING),
            ),
        ),
    ),
    prediction=Prediction(_ask, _right),
    remarks=(
        Remark(_one, lambda runs: start_of(runs, 0)),
        Remark(_tids),
        Remark(_own, lambda runs: start_of(runs, 0, 1)),
    ),
    change=frozenset(("tasks",)),
    picture=this_process,
)
