"""Which process and thread each row of a run is in a trace: the real ones, as far as they are told.

Readers know a track by its process and thread id. Where rows share a thread, as coroutines do, or
nobody told what it was, a track has a number that no thread of Linux can have; so have processes of
other hosts, which may have the same numbers as those of this one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from concviz.exporters.trace_events.events import Metadata
from concviz.model.entities import Worker
from concviz.model.others import Others
from concviz.model.run import Run
from concviz.trace.sanitize import sanitize
from concviz.trace.worker_kind import WorkerKind
from concviz.view.cluster import on_cluster
from concviz.view.phrases import what_ran
from concviz.view.row_order import in_order

NO_THREAD = 1 << 22
"""The first number that is none: process and thread ids are smaller (``PID_MAX_LIMIT``)."""
STRATEGY, PROGRAM = "strategy: submits, collects", "tasks: submitted, asked for"


class Track(NamedTuple):
    """A thread's."""

    pid: int
    tid: int


class Tracks:
    """Those of a run: of the strategy, of each worker and of what tasks have started."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._free = itertools.count(NO_THREAD)
        self._taken: set[Track] = set()
        self._names: dict[Track, str] = {}
        self._processes: dict[int, str] = {}
        self._elsewhere: dict[tuple[str, int], int] = {}
        """Numbers of processes of other hosts."""
        pid = run.pid or next(self._free)
        self._processes[pid] = f"concviz: {what_ran(run)}"
        self.strategy = self._new(pid, STRATEGY if run.program is None else PROGRAM)
        placed = {worker.index: self._of_worker(worker) for worker in in_order(run)}
        self.workers = [placed[worker.index] for worker in run.workers]
        self.others = [self._of_others(others) for others in run.others_seen]

    def _new(self, pid: int, name: str, tid: int | None = None) -> Track:
        track = Track(pid, tid if tid is not None else next(self._free))
        if track in self._taken:
            track = Track(pid, next(self._free))
        self._taken.add(track)
        self._names[track] = name
        return track

    def _of_worker(self, worker: Worker) -> Track:
        label = self._run.label(worker)
        own = worker.kind is WorkerKind.PROCESS
        if worker.pid is None:  # it never came to tell
            pid = next(self._free) if own else self.strategy.pid
            name = f"process {pid}"
        else:
            pid = self._number(worker.host, worker.pid)
            name = self._name_of(worker.host, worker.pid)
        self._processes.setdefault(pid, label if own else name)
        shares = worker.kind is WorkerKind.COROUTINE
        name = f"{label} ({sanitize(worker.key)})" if worker.key != label else label
        if self._run.program is not None:
            name = sanitize(label)
        return self._new(pid, name, None if shares else worker.tid)

    def _number(self, host: str, pid: int) -> int:
        """Of a process, in the trace."""
        if not host:
            return pid
        if (host, pid) not in self._elsewhere:
            self._elsewhere[host, pid] = next(self._free)
        return self._elsewhere[host, pid]

    def _name_of(self, host: str, pid: int) -> str:
        """A process as it was told of."""
        process = self._run.surroundings.processes.get((host, pid))
        if on_cluster(self._run):
            return self._run.process_label(host, pid)
        return sanitize(process.name) if process is not None and process.name else f"process {pid}"

    def _of_others(self, others: Others) -> Track:
        pid = self._number(others.host, others.pid)
        self._processes.setdefault(pid, self._name_of(others.host, others.pid))
        return self._new(pid, self._run.label_of(others))

    def beside(self, track: Track) -> Track:
        """One more, for what cannot nest in that one."""
        return self._new(track.pid, f"{self._names[track]}, at the same time")

    def metadata(self) -> Iterator[Metadata]:
        """What each is called, in the order in which they stand."""
        threads = dict(reversed(self._names))  # the first of each process
        for place, (pid, name) in enumerate(self._processes.items()):
            tid = threads.get(pid, pid)
            yield Metadata("process_name", "__metadata", pid, tid, 0, {"name": name})
            yield Metadata("process_sort_index", "__metadata", pid, tid, 0, {"sort_index": place})
        for place, ((pid, tid), name) in enumerate(self._names.items()):
            yield Metadata("thread_name", "__metadata", pid, tid, 0, {"name": name})
            yield Metadata("thread_sort_index", "__metadata", pid, tid, 0, {"sort_index": place})
