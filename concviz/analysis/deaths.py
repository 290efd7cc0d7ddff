"""Which process died first, of what, in which task, and what followed from it.

When one of its processes has died a pool ends all the others: they are killed, too, but not the
cause. The strategy is seen to ask for their end, so this is known and not guessed from the signal.
"""

from __future__ import annotations

from typing import NamedTuple

from concviz.model.entities import Worker
from concviz.model.exit_status import ended
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.worker_kind import WorkerKind


class Deaths(NamedTuple):
    """The processes of a run that died."""

    first: Worker
    """Of those that died by themselves; where there is none, of those that the strategy ended."""
    task: int | None
    """The task that it was in; None where that is not known."""
    others: int
    """How many others died by themselves."""
    followed: int
    """How many others the strategy ended."""


def deaths(run: Run) -> Deaths | None:
    """None when no process died."""
    died = dead(run)
    if not died:
        return None
    by_themselves = [worker for worker in died if not worker.ended_by_strategy]
    first = min(by_themselves or died, key=lambda worker: worker.ended)
    others = max(0, len(by_themselves) - 1)
    return Deaths(first, task_of(run, first), others, len(died) - 1 - others)


def dead(run: Run) -> list[Worker]:
    """Of each process that died one worker: if it was in a task, one that was in that."""
    of_processes: dict[object, Worker] = {}
    for worker in run.workers:
        if worker.exitcode is None:
            continue
        where = (worker.host, worker.pid) if worker.kind is WorkerKind.CLUSTER else worker.index
        known = of_processes.setdefault(where, worker)
        if task_of(run, known) is None and task_of(run, worker) is not None:
            of_processes[where] = worker
    return list(of_processes.values())


def task_of(run: Run, worker: Worker) -> int | None:
    """The task in which a process died; None where that is not known."""
    if not worker.lane.tasks:
        return None
    task = worker.lane.tasks[-1]
    if (lost := run.tasks.lost.get(task)) is not None and run.tasks.finished[task] != lost.t_ns:
        return None  # it had returned before
    return task if run.tasks.outcome[task] in (Outcome.LOST, Outcome.RUNNING) else None


def who(run: Run, worker: Worker) -> str:
    """What a process is called that died."""
    if worker.kind is WorkerKind.CLUSTER and worker.pid is not None:
        return run.process_label(worker.host, worker.pid)
    return run.label(worker)


def cause(run: Run) -> str | None:
    """In a clause: "process 3 died first (killed by SIGSEGV in task 2), then the pool ended …"."""
    found = deaths(run)
    if found is None:
        return None
    if found.first.ended_by_strategy:
        which = f"{found.followed + 1:,} processes" if found.followed else who(run, found.first)
        return f"the {_strategy(run)} ended {which}"
    alone = not found.others and not found.followed
    said = f"{who(run, found.first)} {'died' if alone else 'died first'} ({how(run, found.first)})"
    if found.others:
        said += f", {found.others:,} more by {'itself' if found.others == 1 else 'themselves'}"
    if found.followed:
        which = "other" if found.followed == 1 else f"{found.followed:,} others"
        said += f", and the {_strategy(run)} ended the {which}"
    return said


def how(run: Run, worker: Worker) -> str:
    """How a process died, for example "killed by SIGSEGV in task 2", "ended by the pool"."""
    if worker.ended_by_strategy:
        return f"ended by the {_strategy(run)}"
    task = task_of(run, worker)
    return ended(worker.exitcode or 0) + ("" if task is None else f" in task {task}")


def _strategy(run: Run) -> str:
    plan = run.plan
    return "pool" if plan is not None and plan.strategy == "process-pool" else "strategy"
