"""A finding about a main thread that waits by asking."""

from __future__ import annotations

from typing import NamedTuple

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.standstill import threads
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import MAINLY, MATTERS, NEGLIGIBLE, WAITS
from concviz.analysis.wording import capital, duration, shortened
from concviz.model.entities import SeenIn, Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import Spent, State

SPIN_NS = 200_000_000
"""Computing for less beside something else may end with it by chance."""
AT_ITS_END_NS = 30_000_000
"""After something has ended, within which one that asks all the time has noticed."""

ASKING = {
    *("is_alive", "done", "is_set", "empty", "full", "qsize", "poll", "ready", "locked"),
    *("running", "cancelled", "exitcode", "successful"),
}
"""What the standard library's functions are called that only say how something stands."""
QUEUE = "/queue.py"
OF_QUEUES = {
    *("Queue.get_nowait", "Queue.put_nowait", "Queue.get", "Queue.put", "Queue._qsize"),
    *("Condition.__enter__", "Condition.__exit__"),
}
"""In which a thread is that asks a queue without waiting."""
OFTEN = 0.3
"""Of the looks at where it was, from which that is what it did."""


class _Spin(NamedTuple):
    """A main thread that computed while something else was under way."""

    lasted: int
    cpu: int
    worker: Worker
    task: int
    asked: str
    """What it was seen to ask, and where; "" where that was not seen."""


@rule(55, Of.PROGRAM)
def busy_wait(facts: Facts) -> Finding | None:
    """A main thread that asks over and over whether something is done.

    It is seen in a function that asks; or it computes without a task, as long as something it has
    started is under way, which is how that looks.
    """
    run, found = facts.run, []
    tasks = _long_tasks(run)
    for worker in threads(run):
        if worker.tid == worker.pid and worker.group is None:
            for span in _computing(worker):
                spin = _spin(run, worker, span, tasks)
                if spin is not None:
                    found.append(spin)
    lasted = sum(spin.lasted for spin in found)
    if not found or lasted < NEGLIGIBLE * facts.makespan:
        return None
    worst = max(found, key=lambda spin: (bool(spin.asked), spin.lasted))
    told = run.tasks.named.get(worst.task)
    what = shortened(told.label) if told is not None and told.label else f"task {worst.task}"
    who = capital(shortened(run.label(worst.worker)))
    if worst.asked:
        said = (
            f"{who} asked over and over ({worst.asked}) for {duration(worst.lasted / NS)} while "
            f"{what} was under way, which takes a core, and the GIL from other threads."
        )
    else:
        said = (
            f"{who} computed for {duration(worst.lasted / NS)} without a task, while {what} was "
            "under way, and stopped when that ended: asking over and over whether something is "
            "done looks so."
        )
    return Finding(
        "busy-wait",
        "It waited by asking" if worst.asked else "It looks like waiting by asking",
        f"{said} join(), result() or an Event wait without computing.",
        {
            "worker": run.label(worst.worker),
            "task": worst.task,
            "asked": worst.asked,
            "lasted_s": lasted / NS,
            "cpu_s": worst.cpu / NS,
            "times": len(found),
        },
    )


def _long_tasks(run: Run) -> list[int]:
    """Those that lasted long enough to be waited for."""
    tasks = run.tasks
    return [
        task
        for task, (start, end) in enumerate(zip(tasks.started, tasks.finished, strict=True))
        if UNKNOWN not in (start, end) and end - start >= SPIN_NS
    ]


def _computing(worker: Worker) -> list[tuple[int, int]]:
    """From when to when a thread did nothing but compute, or wait for its turn to."""
    states = worker.states
    spans: list[tuple[int, int]] = []
    for k in range(1, len(states)):
        begin, end, spent = states.times[k - 1], states.times[k], states.interval(k)
        if not _only_computes(spent, end - begin):
            continue
        if spans and begin - spans[-1][1] <= AT_ITS_END_NS:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((begin, end))
    return [(begin, end) for begin, end in spans if end - begin >= SPIN_NS]


def _only_computes(spent: Spent, whole: int) -> bool:
    wanted = spent[State.RUNNING] + spent[State.GIL_WAIT] + spent[State.CORE_WAIT]
    return wanted >= MAINLY * whole and spent[State.THREAD_WAIT] < MATTERS * whole


def _spin(run: Run, worker: Worker, span: tuple[int, int], tasks: list[int]) -> _Spin | None:
    """Whether it asked for a task that was under way meanwhile, or ended with one."""
    begin, end = span
    same = [w for w in run.workers if (w.pid, w.tid) == (worker.pid, worker.tid)]
    if any(each.lane.busy(begin, end) for each in same):  # also as a coroutine
        return None
    asked = _asked(run, worker, begin, end)
    for task in tasks:
        its = run.workers[run.tasks.worker[task]]
        if its is worker or worker.pid not in _lineage(run, its.pid):
            continue
        started, finished = run.tasks.started[task], run.tasks.finished[task]
        did = worker.states.between(begin, end)
        ran = did[State.RUNNING]
        together = min(end, finished) - max(begin, started)
        if asked and together >= WAITS * (end - begin):
            return _Spin(together, ran, worker, task, asked)
        submitted = run.tasks.submitted[task]
        asked_for = started if submitted == UNKNOWN else submitted
        at_its_end = -AT_ITS_END_NS / 3 <= end - finished <= AT_ITS_END_NS
        turns = ran >= MATTERS * (ran + did[State.GIL_WAIT])
        if not asked and turns and at_its_end and begin >= asked_for - AT_ITS_END_NS:
            return _Spin(end - begin, ran, worker, task, "")
    return None


def _lineage(run: Run, pid: int | None) -> list[int | None]:
    """A process, who made it, and who made that: a fork server may stand between."""
    parents = {process.pid: process.parent for process in run.surroundings.processes.values()}
    parent = parents.get(pid or 0)
    return [pid, parent, parents.get(parent or 0)]


def _asked(run: Run, worker: Worker, begin: int, end: int) -> str:
    """For example "Thread.is_alive in wait_for_it"."""
    looks = _looks(worker, begin, end)
    for seen in looks:
        if seen.function.rpartition(".")[2] in ASKING:
            return _said(seen)
    there = [seen for seen in looks if seen.function in OF_QUEUES]
    if len(there) < 2 or len(there) < OFTEN * len(looks):
        return ""
    for other in threads(run):  # from whom it may get something
        beside = _looks(other, begin, end) if other is not worker else []
        if other.pid == worker.pid and any(seen.function in OF_QUEUES for seen in beside):
            return ""
    return next((_said(seen) for seen in there if seen.file.endswith(QUEUE)), "")


def _looks(worker: Worker, begin: int, end: int) -> list[SeenIn]:
    return [seen for seen in worker.functions.between(begin, end) if seen is not None]


def _said(seen: SeenIn) -> str:
    where = f" in {shortened(seen.caller, 40)}" if seen.caller else ""
    return f"{shortened(seen.function, 40)}{where}"
