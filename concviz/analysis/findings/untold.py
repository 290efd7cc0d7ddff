"""Findings about threads that do no task as far as is told: those of a program attached to."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.standstill import threads
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import COMPUTES, LOCK, MATTERS, NEARLY_ALL, NEGLIGIBLE
from concviz.analysis.wording import duration, percent
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State, total

COMPETES_NS = 50_000_000
"""Of computing, or waiting to, from which a thread counts as one that would compute."""
HANDED_ON = 3
"""Waits of each thread from which they queue for a lock again and again."""


@rule(49, Of.PROGRAM)
def gil_waits(facts: Facts) -> Finding | None:
    """Threads of one process that compute, and mostly queue for the interpreter."""
    run = facts.run
    by_pid: dict[int | None, list[Worker]] = {}
    for worker in _untold(run):
        if _competes(run, worker):
            by_pid.setdefault(worker.pid, []).append(worker)
    several = [its for its in by_pid.values() if len(its) > 1]
    if not several:
        return None
    most = max(several, key=lambda its: _spent(run, its)[State.GIL_WAIT])
    spent = _spent(run, most)
    waited, share = spent[State.GIL_WAIT], spent[State.GIL_WAIT] / sum(spent)
    if share < MATTERS or waited < NEGLIGIBLE * facts.makespan * len(most):
        return None
    return Finding(
        "gil-wait",
        "Threads queued for the GIL",
        f"{len(most):,} threads that compute waited {percent(share)} of their time for the GIL "
        f"({duration(waited / NS)} in all), which one of them can have at a time: use processes "
        "(or a free-threaded build).",
        {
            "gil_wait_share": share,
            "gil_wait_s": waited / NS,
            "running_share": spent[State.RUNNING] / sum(spent),
            "workers": len(most),
        },
    )


@rule(85, Of.PROGRAM)
def lock_queue(facts: Facts) -> Finding | None:
    """Threads that all wait for one lock but the one that has it.

    Who waits at an empty queue may be waiting for a lock, too; but then not all but one wait.
    """
    run = facts.run
    worst: tuple[int, str, int] = 0, "", 0
    untold = {worker.index for worker in _untold(run) if worker.group is None}
    for lock, waits in run.locks.waits.items():
        if len(waits) < 2 or not untold.issuperset(waits):
            continue
        if any(len(each.begins) < HANDED_ON for each in waits.values()):
            continue
        at_once = _at_once(run, lock)
        one_through = at_once.get(len(waits) - 1, 0)
        if one_through >= NEARLY_ALL * sum(at_once.values()):
            waited = sum(each.total for each in waits.values())
            worst = max(worst, (waited, lock, max(at_once)))
    waited, lock, most = worst
    if not waited:
        return None
    those = [run.workers[index] for index in run.locks.waits[lock]]
    whole = sum(run.end_of(worker, run.finished) - worker.begins for worker in those)
    if whole <= 0 or waited < LOCK * whole:
        return None
    function = run.locks.functions.get(lock, "")
    where = f" in {sanitize(function)}" if function else ""
    return Finding(
        "lock-convoy",
        "Threads queued for one lock",
        f"{len(those):,} threads spent {percent(min(1.0, waited / whole))} of their time waiting "
        f"for the same lock{where}, which let through one at a time: hold it for a shorter time, "
        "or give each thread its own data.",
        {
            "lock_share": min(1.0, waited / whole),
            "lock_s": waited / NS,
            "locks": 1,
            "waits": sum(len(each.begins) for each in run.locks.waits[lock].values()),
            "workers": len(those),
            "at_once": most,
        },
    )


def _untold(run: Run) -> list[Worker]:
    return [worker for worker in threads(run) if not len(worker.lane) and not worker.helper]


def _spent(run: Run, workers: list[Worker]) -> list[int]:
    return total(worker.states.between(worker.begins, run.finished) for worker in workers)


def _competes(run: Run, worker: Worker) -> bool:
    """Whether it computes for a good part of its life, or would."""
    spent = _spent(run, [worker])
    if not spent[State.RUNNING]:
        return False
    wanted = sum(spent[s] for s in (State.RUNNING, State.CORE_WAIT, State.GIL_WAIT))
    return wanted >= COMPETES_NS and wanted >= COMPUTES * sum(spent)


def _at_once(run: Run, lock: str) -> Counter[int]:
    """For how long how many waited for it at once, from the first wait to the last."""
    changes = sorted(
        change
        for waits in run.locks.waits[lock].values()
        for begin, end in zip(waits.begins, waits.ends, strict=True)
        for change in ((begin, 1), (end, -1))
    )
    found: Counter[int] = Counter()
    now = 0
    for (begin, change), (end, _) in pairwise(changes):
        now += change
        found[now] += end - begin
    return found
