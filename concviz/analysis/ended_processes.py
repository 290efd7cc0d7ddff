"""Which processes of a program came to a bad end, in which task, and what that took with it.

A pool ends its workers itself, when it is closed or broken: the parent is seen to ask for that.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import NamedTuple

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace import events
from concviz.trace.worker_kind import WorkerKind

POOLS = "process-pool", "pool"
BROKEN = "BrokenProcessPool", "TerminatedWorkerError", "BrokenExecutor"
"""What tasks fail with that were lost with a worker: of the standard library, and of loky."""
ASKED = {-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}
"""What somebody sends who wants a process to end."""
SOON_NS = 2_000_000_000
"""After a worker's death, within which its pool ends the others or replaces it."""

NOTICED_NS = 100_000_000
"""After its end, by when it is seen that a process is gone."""


class BadEnd(NamedTuple):
    """A process that ended in another way than by reaching its end, by itself."""

    worker: Worker
    """The lane of its main thread."""
    exitcode: int
    t_ns: int
    task: int | None
    """The task that it was in; None where there was none."""
    group: events.Group | None
    """To which it belonged."""


def bad_ends(run: Run) -> Iterator[BadEnd]:
    """Those of a program, the first one first; not those that were asked to end."""
    lanes = {w.pid: w for w in run.workers if w.kind is WorkerKind.PROCESS}
    for (_, pid), end in sorted(run.surroundings.ends.items(), key=lambda item: item[1].t_ns):
        worker = lanes.get(pid)
        if worker is None or not end.exitcode or worker.ended_by_strategy:
            continue
        task = _task_of(run, worker)
        if end.exitcode in ASKED or (task is None and end.exitcode > 0):
            continue
        yield BadEnd(worker, end.exitcode, end.t_ns, task, _group_of(run, worker, task))


def never_began(run: Run) -> Iterator[BadEnd]:
    """Processes that were started anew, by spawn or forkserver, and failed before they had a task.

    What they do until then is to import the main module and what their task needs.
    """
    lanes = {w.pid: w for w in run.workers if w.kind is WorkerKind.PROCESS}
    made = {process.pid: process.made for process in run.surroundings.processes.values()}
    for (_, pid), end in sorted(run.surroundings.ends.items(), key=lambda item: item[1].t_ns):
        worker = lanes.get(pid)
        if worker is None or (end.exitcode or 0) <= 0 or made.get(pid) not in STARTED_ANEW:
            continue
        if not len(worker.lane):
            yield BadEnd(worker, end.exitcode or 0, end.t_ns, None, _group_of(run, worker, None))


STARTED_ANEW = "spawn", "forkserver"


def lost_with(run: Run, bad: BadEnd) -> tuple[list[int], list[int]]:
    """Tasks of its group that were lost with it: under way, and not even begun."""
    if bad.group is None:
        return ([] if bad.task is None else [bad.task]), []
    under_way: list[int] = []
    waiting: list[int] = []
    for task, told in run.tasks.named.items():
        if told.group != bad.group.group:
            continue
        failure = run.tasks.failures.get(task)
        gone = failure is not None and failure.error.startswith(BROKEN)
        outcome = run.tasks.outcome[task]
        if gone or outcome in (Outcome.LOST, Outcome.STOPPED, Outcome.NOT_STARTED):
            began = run.tasks.started[task] != UNKNOWN
            (under_way if began else waiting).append(task)
    if bad.group.kind == "pool":  # which goes on: only what the worker had is gone
        return [task for task in under_way if task == bad.task], []
    if bad.group.kind not in POOLS:
        return ([] if bad.task is None else [bad.task]), []
    return under_way, waiting


def replaced(run: Run, bad: BadEnd) -> bool:
    """Whether its pool made another worker at once."""
    return bad.group is not None and any(
        other.group == bad.group.group and -NOTICED_NS <= other.begins - bad.t_ns <= SOON_NS
        for other in run.workers
        if other is not bad.worker and other.kind is WorkerKind.PROCESS
    )


def ended_with(run: Run, bad: BadEnd) -> int:
    """How many other workers its pool ended thereupon."""
    if bad.group is None or bad.group.kind != "process-pool":
        return 0
    return sum(
        other.group == bad.group.group
        and other is not bad.worker
        and other.exitcode is not None
        and -NOTICED_NS <= other.ended - bad.t_ns <= SOON_NS
        for other in run.workers
    )


def _task_of(run: Run, worker: Worker) -> int | None:
    """The task that it never came to the end of."""
    gone = Outcome.LOST, Outcome.STOPPED, Outcome.RUNNING
    for task in reversed(worker.lane.tasks[-2:]):
        failure = run.tasks.failures.get(task)
        if run.tasks.outcome[task] in gone:
            return int(task)
        if failure is not None and failure.error.startswith(BROKEN):
            return int(task)
    return None


def _group_of(run: Run, worker: Worker, task: int | None) -> events.Group | None:
    groups = run.surroundings.groups
    if worker.group is not None and worker.group in groups:
        return groups[worker.group]
    told = run.tasks.named.get(task) if task is not None else None
    return groups.get(told.group) if told is not None and told.group is not None else None
