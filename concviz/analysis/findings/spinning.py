"""A finding about a main thread that waits by asking."""

from __future__ import annotations

from typing import NamedTuple

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.standstill import threads
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import MAINLY, NEGLIGIBLE
from concviz.analysis.wording import capital, duration, shortened
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import Spent, State

SPIN_NS = 200_000_000
"""Computing for less beside something else may end with it by chance."""
AT_ITS_END_NS = 30_000_000
"""After something has ended, within which one that asks all the time has noticed."""


class _Spin(NamedTuple):
    """A main thread that computed while, and as long as, something else was under way."""

    lasted: int
    cpu: int
    worker: Worker
    task: int


@rule(55, Of.PROGRAM)
def busy_wait(facts: Facts) -> Finding | None:
    """A main thread that seems to ask over and over whether something is done."""
    run, found = facts.run, []
    ends = _task_ends(run)
    for worker in threads(run):
        if worker.tid == worker.pid:
            found += [
                spin for span in _computing(worker) if (spin := _spin(run, worker, span, ends))
            ]
    if not found:
        return None
    lasted = sum(spin.lasted for spin in found)
    if lasted < NEGLIGIBLE * facts.makespan:
        return None
    worst = max(found)
    told = run.tasks.named.get(worst.task)
    what = shortened(told.label) if told is not None and told.label else f"task {worst.task}"
    gil = worst.worker.states.between(worst.worker.begins, run.finished)[State.GIL_WAIT]
    shares = " and takes the GIL from it" if gil else ""
    return Finding(
        "busy-wait",
        "It looks like waiting by asking",
        f"{capital(shortened(run.label(worst.worker)))} computed for {duration(worst.lasted / NS)} "
        f"without a task, while {what} was under way, and stopped when that ended: asking over and "
        f"over whether something is done looks so{shares}. join(), result() or an Event wait "
        "without computing.",
        {
            "worker": run.label(worst.worker),
            "task": worst.task,
            "lasted_s": lasted / NS,
            "cpu_s": worst.cpu / NS,
            "times": len(found),
        },
    )


def _task_ends(run: Run) -> list[tuple[int, int]]:
    """When tasks ended, and which: of those that were long enough to be waited for."""
    tasks = run.tasks
    return sorted(
        (end, task)
        for task, (start, end) in enumerate(zip(tasks.started, tasks.finished, strict=True))
        if UNKNOWN not in (start, end) and end - start >= SPIN_NS
    )


def _computing(worker: Worker) -> list[tuple[int, int]]:
    """From when to when a thread did nothing but compute, or wait for its turn to."""
    states = worker.states
    spans: list[tuple[int, int]] = []
    for k in range(1, len(states)):
        begin, end, spent = states.times[k - 1], states.times[k], states.interval(k)
        if not _only_computes(spent, end - begin):
            continue
        if spans and spans[-1][1] == begin:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((begin, end))
    return [(begin, end) for begin, end in spans if end - begin >= SPIN_NS]


def _only_computes(spent: Spent, whole: int) -> bool:
    wanted = spent[State.RUNNING] + spent[State.GIL_WAIT] + spent[State.CORE_WAIT]
    return wanted >= MAINLY * whole and not spent[State.THREAD_WAIT]


def _spin(
    run: Run, worker: Worker, span: tuple[int, int], ends: list[tuple[int, int]]
) -> _Spin | None:
    """Whether it began after a task did, and ended with it."""
    begin, end = span
    same = [w for w in run.workers if (w.pid, w.tid) == (worker.pid, worker.tid)]
    if any(each.lane.busy(begin, end) for each in same):  # also as a coroutine
        return None
    for finished, task in ends:
        its = run.workers[run.tasks.worker[task]]
        related = its.pid == worker.pid or its.tid == its.pid
        started = run.tasks.submitted[task]
        started = run.tasks.started[task] if started == UNKNOWN else started
        if its is worker or not related or started > begin + AT_ITS_END_NS:
            continue
        late = end - finished
        if -AT_ITS_END_NS / 3 <= late <= AT_ITS_END_NS and begin >= started - AT_ITS_END_NS:
            ran = worker.states.between(begin, end)[State.RUNNING]
            return _Spin(end - begin, ran, worker, task)
    return None
