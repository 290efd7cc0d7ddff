"""Which rows the picture of a run has, and in which order: of a plan and of a program.

A program's lanes stand by process: its first process, then the others as they came; in each the
main thread, then the others as they came, below each the coroutines of its loop. Threads that a
library keeps for itself share one row below all, or stand behind their process's others. Those of a
cluster stand by host, then by process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from concviz.analysis.wording import count
from concviz.model.entities import Worker
from concviz.model.others import Others
from concviz.model.run import Run
from concviz.trace.worker_kind import WorkerKind
from concviz.view.names import beginning, lane_name

WAITED_NS = 20_000_000
"""A group has a row for its queue when one of its tasks waited so long."""
POOLS = frozenset(("thread-pool", "process-pool", "interpreter-pool", "pool"))
"""Kinds of groups in which a task waits until one of few workers has time."""
_MAIN = (WorkerKind.MAIN, WorkerKind.PROCESS)
_WIDE = 1_000
_DIGITS = re.compile("([0-9]{1,18})")


class Row(NamedTuple):
    """One row: of a worker, of a group's queue, of helpers, or of what tasks started."""

    worker: Worker | None = None
    queue_of: int | None = None
    helpers: Sequence[Worker] = ()
    others: Others | None = None

    def name(self, run: Run, room: int = _WIDE) -> str:
        """What stands at its left, in so many cells."""
        if self.worker is not None:
            return lane_name(run.label(self.worker), room)
        if self.others is not None:
            return run.label_of(self.others, short=True)
        if self.queue_of is not None:
            group = run.surroundings.groups.get(self.queue_of)
            name = (group.label or group.kind) if group is not None else f"{self.queue_of}"
            return beginning(f"queue {name}", room)
        short = f"{len(self.helpers)} helpers"
        said = count(len(self.helpers), "helper thread")
        return said if len(said) <= room else short


def rows_of(run: Run, *, unfolded: bool = False) -> list[Row]:
    """All of them."""
    if run.program is None:
        rows = [Row(worker) for worker in in_order(run)]
    else:
        rows = _of_program(run, unfolded)
    return rows + [Row(others=others) for others in run.others_seen]


def in_order(run: Run) -> list[Worker]:
    """All workers in the order of their rows."""
    if run.program is None:
        if run.usual_kind is not WorkerKind.CLUSTER:
            return run.workers
        return [worker for lanes in _by_process(run) for worker in lanes]
    return [row.worker for row in _of_program(run, unfolded=True) if row.worker is not None]


def _of_program(run: Run, unfolded: bool) -> list[Row]:
    rows: list[Row] = []
    folded: list[Worker] = []
    queues = _queues(run)
    for lanes in _by_process(run):
        for lane in _of_process(lanes, unfolded):
            if lane.group in queues:
                queues.remove(lane.group)
                rows.append(Row(queue_of=lane.group))
            rows.append(Row(lane))
        if not unfolded:
            folded += [lane for lane in lanes if _is_helper(lane)]
    rows += [Row(queue_of=group) for group in queues]
    return [*rows, Row(helpers=folded)] if folded else rows


def _by_process(run: Run) -> list[list[Worker]]:
    """The workers of each process: of the first one, then of the others by host, as they came.

    Those of a cluster stand by their names, for they come in any order.
    """
    by_process: dict[tuple[str, int | None], list[Worker]] = {}
    hosts: dict[str, int] = {"": -1}
    for worker in run.workers:
        by_process.setdefault((worker.host, worker.pid), []).append(worker)
        if worker.pid is not None:
            hosts.setdefault(worker.host, len(hosts))
    first = next(((w.host, w.pid) for w in run.workers if w.kind is WorkerKind.MAIN), None)

    def place(where: tuple[str, int | None]) -> tuple[bool, bool, int, list[tuple[int, str]]]:
        host, pid = where
        led = by_process[where][0]
        name = _by_number(led.label) if led.kind is WorkerKind.CLUSTER else []
        return pid is None, where != first, hosts.get(host, 0), name  # in no process yet: last

    return [by_process[where] for where in sorted(by_process, key=place)]


def _by_number(name: str) -> list[tuple[int, str]]:
    """By which names are sorted as people do: "worker 2" before "worker 10"."""
    parts = _DIGITS.split(name[:_WIDE])
    return [(int(part) if part.isdecimal() else -1, part) for part in parts]


def _is_helper(lane: Worker) -> bool:
    return lane.helper and not len(lane.lane)


def _of_process(lanes: Iterable[Worker], unfolded: bool) -> list[Worker]:
    """Its main thread, the others, and helpers; coroutines below the thread of their loop."""
    main: list[Worker] = []
    others: list[Worker] = []
    helpers: list[Worker] = []
    slots: dict[int | None, list[Worker]] = {}
    for lane in lanes:
        if lane.kind is WorkerKind.COROUTINE:
            slots.setdefault(lane.tid, []).append(lane)
        elif _is_helper(lane):
            helpers.append(lane)
        else:
            (main if lane.kind in _MAIN else others).append(lane)
    threads = [*main, *others, *(helpers if unfolded else ())]
    if not slots:
        return threads
    # The system uses numbers again: a slot belongs to the last thread that had its before it came.
    below: dict[int, list[Worker]] = {}
    loose: list[Worker] = []
    for tid, own in slots.items():
        hosts = sorted((lane for lane in threads if lane.tid == tid), key=lambda lane: lane.index)
        for slot in own:
            before = [host for host in hosts if host.index < slot.index] or hosts[:1]
            if before:
                below.setdefault(before[-1].index, []).append(slot)
            else:
                loose.append(slot)
    return [lane for thread in threads for lane in (thread, *below.get(thread.index, ()))] + loose


def _queues(run: Run) -> list[int]:
    """Groups that have a row for their queue: those in which tasks waited, where there are two."""
    kinds = {number: group.kind for number, group in run.surroundings.groups.items()}
    waited = [
        number
        for number, group in run.by_group.items()
        if kinds.get(number) in POOLS
        and group.waited(run.latest if run.past is None else run.past.t_ns) >= WAITED_NS
    ]
    return waited if len(waited) > 1 else []
