"""Which one for what: tasks that wait and tasks that compute, each in three ways."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from concviz.analysis.wording import duration, listed
from concviz.model.run import Run
from concviz.tour.measured import end_of_the_last, start_of, startups_s, took, whole
from concviz.tour.quiet import disturbance, undisturbed
from concviz.tour.scene import Line, Part, Plans, Prediction, Question, Remark, Runs, Scene, When
from concviz.tour.start_method import QUICK
from concviz.trace.plan import Plan

WAYS = ("threads", "coroutines", "processes")
WAITING, COMPUTING = range(3), range(3, 6)
"""Parts of the scene, in the order of the ways."""
LIGHT, HEAVY = "threads or coroutines", "processes"
GAINS = 1.1
"""A process costs more than a thread or a coroutine: it must be so many times as fast."""
ANSWERS = (
    f"{LIGHT} for both",
    f"{LIGHT} to wait, {HEAVY} to compute",
    f"{HEAVY} to wait, {LIGHT} to compute",
    f"{HEAVY} for both",
)
"""In the order of ``_right``."""


def _ask(plans: Plans) -> Question:
    return Question("What is best for tasks that wait, and for tasks that compute?", ANSWERS)


def _runs(runs: Runs, parts: Sequence[int]) -> list[Run] | None:
    found = [run for part in parts if (run := whole(runs, part)) is not None and took(run)]
    return found if len(found) == len(parts) else None


def _undisturbed(runs: Runs) -> bool:
    return all(undisturbed(runs, part) is not None for part in COMPUTING)


def _heavy(runs: list[Run]) -> bool:
    """Whether processes gained what they cost."""
    thread, coroutine, process = map(took, runs)
    return min(thread, coroutine) > GAINS * process


def _right(runs: Runs) -> int | None:
    waiting, computing = _runs(runs, WAITING), _runs(runs, COMPUTING)
    if waiting is None or computing is None or not _undisturbed(runs):
        return None
    return 2 * _heavy(waiting) + _heavy(computing)


def _times(runs: list[Run]) -> str:
    return listed([f"{duration(took(run))} in {way}" for run, way in zip(runs, WAYS, strict=True)])


def _waiting(runs: Runs) -> str | None:
    found = _runs(runs, WAITING)
    if found is None:
        return None
    said = f"The waits took {_times(found)}."
    return said if _heavy(found) else f"{said} Processes gain nothing: who waits needs no core."


def _computing(runs: Runs) -> str | None:
    found = _runs(runs, COMPUTING)
    if found is None:
        return None
    said = f"The computations took {_times(found)}."
    if not _undisturbed(runs):
        return said
    if _heavy(found):
        return f"{said} Processes used more cores than one."
    return f"{said} Processes gained nothing here that is worth what they cost."


def _cost(runs: Runs) -> str | None:
    found = _runs(runs, WAITING)
    if found is None:
        return None
    threads, processes = startups_s(found[0]), startups_s(found[2])
    if not threads or not processes or sum(processes) <= sum(threads):
        return None
    return (
        f"What they cost: a process took {duration(sum(processes) / len(processes))} to start, a "
        f"thread {duration(sum(threads) / len(threads))}."
    )


def _so(runs: Runs) -> str | None:
    right = _right(runs)
    if right is None:
        return None
    return (
        f"So, with this Python on this machine: {ANSWERS[right]}. Your own tasks: concviz compare."
    )


def _part(strategy: str, workload: str, caption: str, task: Line, call: Line) -> Part:
    work = Plan(workload=workload, workers=2, tasks=2, duration_s=0.3)
    plan = replace(work, strategy=strategy, start_method=QUICK)
    return Part(plan, caption, (call, task))


_MAP = Line("executor.map(call, items", When.WORKING)
_AWAIT = Line("await call(item)", When.WORKING)
_SLEEP = Line("time.sleep(seconds)", When.WORKING)
_AWAIT_SLEEP = Line("await asyncio.sleep(seconds)", When.WORKING)
_CPU = Line("total = (total + number * number)", When.WORKING)

SCENE = Scene(
    name="choice",
    title="Which one for what",
    text=(
        "You have seen threads, processes and coroutines. Here the same tasks are done in all "
        "three ways: first tasks that wait, then tasks that compute. What would you take for "
        "which? Of what is equally fast the lighter one is better: a process costs most."
    ),
    parts=(
        _part("thread-pool", "sleep", "Waits in threads", _SLEEP, _MAP),
        _part("asyncio", "sleep", "Waits in coroutines", _AWAIT_SLEEP, _AWAIT),
        _part("process-pool", "sleep", "Waits in processes", _SLEEP, _MAP),
        _part("thread-pool", "cpu", "Computing in threads", _CPU, _MAP),
        _part("asyncio", "cpu", "Computing in coroutines", _CPU, _AWAIT),
        _part("process-pool", "cpu", "Computing in processes", _CPU, _MAP),
    ),
    prediction=Prediction(_ask, _right),
    remarks=(
        disturbance(COMPUTING),
        Remark(_waiting, lambda runs: end_of_the_last(runs, 0)),
        Remark(_computing, lambda runs: end_of_the_last(runs, 5)),
        Remark(_cost, lambda runs: start_of(runs, 0, 2)),
        Remark(_so),
    ),
    change=frozenset(("workers", "tasks")),
)
