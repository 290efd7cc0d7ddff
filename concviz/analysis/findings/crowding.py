"""Findings about threads of a program that keep each other from a core or the GIL."""

from __future__ import annotations

from typing import NamedTuple

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.standstill import threads
from concviz.analysis.statistics import NS
from concviz.analysis.steps import Steps
from concviz.analysis.thresholds import COMPUTES, CORE, NEGLIGIBLE, WAITS
from concviz.analysis.wording import capital, count, duration, percent, shortened
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.trace.states import State, total

LEAST_NS = 50_000_000
"""Of CPU time, from which a thread counts as one that computes."""
BEHIND_NS = 100_000_000
"""Waiting for the GIL from which it is worth a word, however short the program."""
SLIVER = 0.3
"""Of its fair share of the GIL: who runs for less gives it up by itself, again and again."""


@rule(35, Of.PROGRAM)
def oversubscribed(facts: Facts) -> Finding | None:
    """Processes of which each has threads that compute: together more than there are cores."""
    run, cores = facts.run, facts.cores
    if cores is None:
        return None
    by_pid: dict[int | None, list[Worker]] = {}
    for worker in threads(run):
        if _competes(run, worker):
            by_pid.setdefault(worker.pid, []).append(worker)
    several = {pid: its for pid, its in by_pid.items() if _at_once(run, its) > 1}
    if len(several) < 2:
        return None
    all_ = [worker for its in several.values() for worker in its]
    spent = total(worker.states.between(worker.begins, run.finished) for worker in all_)
    competing = _at_once(run, all_)
    wanted = spent[State.RUNNING] + spent[State.CORE_WAIT]
    share = spent[State.CORE_WAIT] / wanted if wanted else 0.0
    if competing <= cores or share < CORE:
        return None
    if spent[State.CORE_WAIT] < NEGLIGIBLE * facts.makespan * competing:
        return None
    each = max(_at_once(run, its) for its in several.values())
    processes = len(several)
    return Finding(
        "oversubscribed",
        "Too many at once for the cores",
        f"{processes:,} processes with up to {each:,} threads each that compute: {competing:,} at "
        f"once compete for {count(cores, 'core')}, and wait for one for {percent(share)} of their "
        "time. Start fewer threads in each process (for BLAS and OpenMP: OMP_NUM_THREADS=1), or "
        "fewer processes.",
        {
            "processes": processes,
            "threads_each": each,
            "competing": competing,
            "cores": cores,
            "core_wait_share": share,
        },
    )


def _competes(run: Run, worker: Worker) -> bool:
    """Whether it computes, or would, for a good part of its life."""
    spent = worker.states.between(worker.begins, run.finished)
    wanted = spent[State.RUNNING] + spent[State.CORE_WAIT]
    return wanted >= LEAST_NS and wanted >= COMPUTES * sum(spent)


def _at_once(run: Run, workers: list[Worker]) -> int:
    changes = sorted(
        change
        for worker in workers
        for change in ((worker.begins, 1), (run.end_of(worker, run.finished), -1))
    )
    most = now = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


class _Behind(NamedTuple):
    """A thread that waits for the GIL behind those that compute."""

    waited: int
    share: float
    worker: Worker
    busy: Worker
    """Who had it for longest."""


@rule(48, Of.PROGRAM)
def io_behind_gil(facts: Facts) -> Steps[Finding | None]:
    """A thread with little to compute that gets the GIL back late after each of its waits."""
    run, found = facts.run, []
    by_pid: dict[int | None, list[Worker]] = {}
    for worker in threads(run):
        if not worker.helper:  # who waits for a library's thread waits for his own work
            by_pid.setdefault(worker.pid, []).append(worker)
    for its in by_pid.values():
        busy = [worker for worker in its if _computes(run, worker)]
        for worker in its if busy else ():
            behind = _behind(run, worker, busy)
            if behind is not None:
                found.append(behind)
            yield
    if not found:
        return None
    worst = max(found)
    if worst.waited < max(BEHIND_NS, NEGLIGIBLE * facts.makespan):
        return None
    who, whom = shortened(run.label(worst.worker)), _doing(run, worst.busy)
    return Finding(
        "io-behind-gil",
        "Waiting threads queued behind one that computes",
        f"{capital(who)} waited for the GIL for {duration(worst.waited / NS)}, "
        f"{percent(worst.share)} of its time beside {whom}: after each of its waits it must have "
        "the GIL back, and who computes gives it up only every few milliseconds "
        "(sys.getswitchinterval()). Let a process do the computing.",
        {
            "worker": run.label(worst.worker),
            "busy": run.label(worst.busy),
            "gil_wait_s": worst.waited / NS,
            "gil_wait_share": worst.share,
            "threads": len(found),
        },
    )


def _computes(run: Run, worker: Worker) -> bool:
    spent = worker.states.between(worker.begins, run.finished)
    return spent[State.RUNNING] >= LEAST_NS


def _behind(run: Run, worker: Worker, busy: list[Worker]) -> _Behind | None:
    """What it did in those samples in which others of its process computed."""
    states, mine = worker.states, total([])
    beside: dict[int, int] = {}
    whole = 0
    for k in range(1, len(states)):
        begin, end = states.times[k - 1], states.times[k]
        spent = states.interval(k)
        if not spent[State.GIL_WAIT]:
            continue
        others = 0
        for other in busy:
            if other is not worker:
                did = other.states.between(begin, end)
                ran = did[State.RUNNING] + did[State.CORE_WAIT]  # it may have the GIL all the while
                beside[other.index] = beside.get(other.index, 0) + ran
                others += ran
        if others >= WAITS * (end - begin):
            mine, whole = total([mine, spent]), whole + end - begin
    if whole:
        whole -= mine[State.CORE_WAIT]  # that is for others
    if whole <= 0 or mine[State.GIL_WAIT] < WAITS * whole:
        return None
    competing = [index for index, ran in beside.items() if ran >= NEGLIGIBLE * whole]
    if mine[State.RUNNING] > SLIVER * whole / (len(competing) + 1):
        return None
    if _keeps_up(run, worker, [run.workers[index] for index in competing]):
        return None
    most = run.workers[max(beside, key=beside.__getitem__)]
    return _Behind(mine[State.GIL_WAIT], mine[State.GIL_WAIT] / whole, worker, most)


def _keeps_up(run: Run, worker: Worker, others: list[Worker]) -> bool:
    """Whether it computes much as they do, who all wait for the GIL while one of them has it."""
    begin = max(each.begins for each in (worker, *others))
    ran = [each.states.between(begin, run.finished)[State.RUNNING] for each in (worker, *others)]
    return ran[0] > SLIVER * sum(ran) / len(ran)


def _doing(run: Run, worker: Worker) -> str:
    """A thread by its name, and what it was doing longest."""
    lane, name = worker.lane, shortened(run.label(worker), 40)
    if not len(lane):
        return name
    longest = max(range(len(lane)), key=lambda k: lane.end(k) - lane.starts[k])
    told = run.tasks.named.get(lane.tasks[longest])
    if told is None or not told.label or told.label.partition("(")[0] in name:
        return name
    return f"{name}, {shortened(told.label, 40)}"
