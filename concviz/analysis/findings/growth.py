"""Findings about threads and processes of a program that become more and more."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.analysis.findings.facts import POOLS, Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.standstill import threads
from concviz.analysis.thresholds import MATTERS, NEARLY_ALL
from concviz.analysis.wording import capital, shortened
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import State

POOLS_LEFT = 4
"""Pools that were made one after the other and left: of fewer each may be for something else."""
THREADS_LEFT = 8
"""The same of threads that a program starts itself."""


@rule(24, Of.PROGRAM)
def left_pools(facts: Facts) -> Finding | None:
    """An executor for each request, of which none is ever shut down."""
    run = facts.run
    chain: list[list[Worker]] = []
    resting = 0
    for begin, rests, workers in sorted(_left(run), key=lambda each: each[:2]):
        if begin >= resting:  # all before had nothing more to do when this one was made
            chain.append(workers)
            resting = rests
        else:
            resting = max(resting, rests)
    if len(chain) < POOLS_LEFT:
        return None
    left = [worker for workers in chain for worker in workers]
    processes = left[0].pid != run.pid and any(w.tid == w.pid for w in left)
    first = min(worker.begins for worker in chain[1])
    before, after = _alive(run, left[0].pid, first), _alive(run, left[0].pid, run.finished)
    what = "processes" if processes else "threads"
    grew = "" if processes else f", and there were {after:,} threads instead of {before:,}"
    return Finding(
        "left-pools",
        f"{capital(what)} only became more",
        f"{len(chain):,} pools were made one after the other and never shut down: their "
        f"{len(left):,} {what} idled to the end{grew}. Use one pool for all, or a with block, "
        "which shuts it down.",
        {
            "pools": len(chain),
            "workers": len(left),
            "threads_first": before,
            "threads_last": after,
        },
    )


def _left(run: Run) -> list[tuple[int, int, list[Worker]]]:
    """Pools whose workers lived as long as their program: since when, and since when they idled."""
    workers: dict[int, list[Worker]] = {}
    for worker in run.workers:
        if worker.group is not None and not worker.helper:
            workers.setdefault(worker.group, []).append(worker)
    found = []
    for key, its in workers.items():
        group = run.surroundings.groups.get(key)
        if group is None or group.kind not in POOLS:
            continue
        end = _end(run, its[0])
        if all(worker.ended == UNKNOWN or worker.ended >= end for worker in its):
            rests = max(w.lane.reach[-1] if len(w.lane) else w.begins for w in its)
            if rests < end:
                found.append((min(worker.begins for worker in its), rests, its))
    return found


def _end(run: Run, worker: Worker) -> int:
    """When the main thread of the program was at its end: after that all pools are shut down."""
    first = min((exit_.t_ns for exit_ in run.surroundings.exits.values()), default=run.finished)
    own = [e.t_ns for e in run.surroundings.exits.values() if e.pid == worker.pid]
    return min([run.finished, *(own if worker.tid != worker.pid else [first])])


def _alive(run: Run, pid: int | None, t_ns: int) -> int:
    """Threads of a process at a time."""
    end = min([e.t_ns for e in run.surroundings.exits.values() if e.pid == pid] + [t_ns])
    return sum(
        worker.pid == pid
        and UNKNOWN != worker.begins < end
        and (worker.ended == UNKNOWN or worker.ended >= end)
        for worker in threads(run)
    )


@rule(26, Of.GROUP)
def left_threads(facts: Facts) -> Finding | None:
    """Threads of the same function, started one after the other, that all wait for ever."""
    part, run = facts.part, facts.run
    if part is None or part.group.kind != "threads" or len(facts.workers) < THREADS_LEFT:
        return None
    began = sorted(worker.begins for worker in facts.workers)
    if began[-1] - began[0] < MATTERS * facts.makespan or not _one_by_one(began):
        return None
    for worker in facts.workers:
        if worker.ended != UNKNOWN and worker.ended < began[-1]:
            return None
        spent = worker.states.between(worker.begins, run.finished)
        if spent[State.THREAD_WAIT] + spent[State.LOCK] < NEARLY_ALL * sum(spent) or not sum(spent):
            return None
    name = shortened(part.group.label) or "one function"
    return Finding(
        "left-threads",
        "Threads only became more",
        f"{len(began):,} threads of {name} were started one after the other, and none had ended "
        "when the last one began: nearly all their time they waited for others. End them when what "
        "they are for is done, or let a pool of few threads do it.",
        {"threads": len(began), "over_s": (began[-1] - began[0]) / 1e9},
    )


def _one_by_one(began: Sequence[int]) -> bool:
    """Whether they were started here and there all the time, and not all at the beginning."""
    whole = began[-1] - began[0]
    return began[len(began) // 2] - began[0] >= MATTERS * whole
