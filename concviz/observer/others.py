"""Threads and processes that tasks have started: they have no events, so they are looked for.

What belongs to whom is known by descent: of the process in which tasks run, all threads but those
that were there before any task; and all processes that descend from it. Those that live for less
than the time between two looks are missed, and what a thread ran after the last look at it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic_ns

from concviz.observer.gil import NO_GIL
from concviz.observer.proc import Proc, newest
from concviz.observer.process import Process
from concviz.observer.syscalls import Classify
from concviz.observer.thread import Thread
from concviz.trace import events
from concviz.trace.environment import Observer
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing, total

MOST = 256
"""Threads of a process and its descendants that are looked at; the rest is counted only."""
CHILDREN_EVERY = 5
"""Looks between those for new processes: that takes longer the more threads there are."""
ANYWAY_EVERY = 25
"""Looks between those that search although the system has given no new number, as far as it says:
in some containers somebody else answers for it."""
AT_ONCE = 8
"""Processes in which a look searches for new threads: of more, they take turns."""
PATIENCE = 10
"""Looks for which a new thread may not show whose it is, among threads that may be workers."""


@dataclass
class _Family:
    """A process in which tasks run, and what they started in it."""

    process: Process
    ours: set[int]
    """Threads that no task started."""
    strangers: set[int]
    """Child processes that no task started."""
    workers: bool
    """Whether threads that are workers come later, which might be taken for others."""
    since: int = field(default_factory=monotonic_ns)
    looks: int = 0
    latest: bytes | None = None
    """The number that the system had given last when it was searched whole."""
    undecided: dict[int, int] = field(default_factory=dict)
    """Threads that do not show whose they are, by the looks that have been spent on them."""
    others: set[int] = field(default_factory=set)
    """Threads of the process itself that tasks started."""
    children: set[int] = field(default_factory=set)
    """Processes that descend from it, now."""
    processes: set[int] = field(default_factory=set)
    """All that were seen."""
    started: int = 0
    """Threads that were seen in the process itself."""
    alive: set[tuple[int, int]] = field(default_factory=set)
    """All threads, by process."""
    watched: dict[tuple[int, int], Thread] = field(default_factory=dict)


class Others:
    """All that tasks start."""

    def __init__(self, proc: Proc, sees: Observer, classify: Classify | None) -> None:
        self._proc = proc
        self._sees = sees
        self._classify = classify
        self._families: dict[int, _Family] = {}
        self._looks = 0
        self._load: int | None = None
        with suppress(OSError):
            self._load = proc.load()

    def begin(self, process: Process, ours: list[int], children: list[int], workers: bool) -> None:
        """Tasks run in that process; these threads and children are not theirs.

        ``workers``: threads that are workers are still to come.
        """
        if process.pid not in self._families:
            self._families[process.pid] = _Family(process, set(ours), set(children), workers)

    def ours(self, pid: int, tid: int) -> None:
        """That thread is a worker, also where that took it too long to show."""
        if (family := self._families.get(pid)) is None:
            return
        family.ours.add(tid)
        if tid in family.others:
            family.others.discard(tid)
            family.started -= 1
            family.alive.discard((pid, tid))
            if (thread := family.watched.pop((pid, tid), None)) is not None:
                thread.close()

    def search(self) -> None:
        """Find those that are new."""
        self._looks += 1
        turns = -(-len(self._families) // AT_ONCE)
        latest = None if self._load is None else newest(self._load)
        for number, family in enumerate(self._families.values()):
            if (self._looks + number) % turns == 0:
                self._find(family, latest)

    def look(self) -> list[events.AnyEvent]:
        """What they did since the look before."""
        told: list[events.AnyEvent] = []
        for family in self._families.values():
            now = monotonic_ns()
            if family.watched or family.alive:
                sample = self._told(family, now)
                if family.watched and not any(sample.spent):
                    continue  # what they did will be told by the next look
                told.append(sample)
            family.since = now
        return told

    def close(self, pid: int | None = None) -> None:
        """Look no more, at that process or at all."""
        if pid is None and self._load is not None:
            os.close(self._load)
            self._load = None
        for each in [pid] if pid is not None else list(self._families):
            if (family := self._families.pop(each, None)) is not None:
                for thread in family.watched.values():
                    thread.close()

    def _find(self, family: _Family, latest: bytes | None) -> None:
        """Who is there now; ``latest`` is the number that the system gave last before."""
        pid = family.process.pid
        whole = family.looks % CHILDREN_EVERY == 0
        family.looks += 1
        nobody_new = latest is not None and latest == family.latest  # in the whole system
        if nobody_new and not (family.alive or family.undecided) and family.looks % ANYWAY_EVERY:
            return
        if whole:
            family.children = self._descendants(family)
            family.processes |= family.children
            family.latest = latest
        threads = self._proc.threads(pid)
        family.ours &= threads  # the system uses numbers again
        family.others &= threads
        new = {tid for tid in threads - family.ours - family.others if self._started(family, tid)}
        family.others |= new
        family.started += len(new)
        family.undecided = {tid: n for tid, n in family.undecided.items() if tid in threads}
        family.alive = {(pid, tid) for tid in family.others}
        for child in family.children:
            family.alive |= {(child, tid) for tid in self._proc.threads(child)}
        for key in family.alive - family.watched.keys():
            if len(family.watched) >= MOST:
                break
            with suppress(OSError):
                family.watched[key] = thread = Thread(self._proc, *key, self._sees)
                thread.count_from(family.since, 0, 0)  # it is new: all that it ran counts

    def _started(self, family: _Family, tid: int) -> bool:
        """Whether a new thread is one that a task has started."""
        if not family.workers:
            return True
        if (worker := family.process.is_worker(tid)) is not None:
            if worker:
                family.ours.add(tid)
            return not worker
        looks = family.undecided[tid] = family.undecided.get(tid, 0) + 1
        return looks > PATIENCE

    def _descendants(self, family: _Family) -> set[int]:
        found: set[int] = set()
        parents = [family.process.pid]
        while parents:
            new = self._proc.children(parents.pop()) - found - family.strangers
            found |= new
            parents += new
        return found

    def _told(self, family: _Family, now: int) -> events.OthersSampled:
        spent, in_children, competing = nothing(), 0, 0
        for (pid, tid), thread in list(family.watched.items()):
            own = pid == family.process.pid
            try:
                look = thread.look(self._classify, family.process.gils if own else NO_GIL, None)
            except OSError:
                family.watched.pop((pid, tid)).close()
                continue
            if look is not None:
                spent = total([spent, look.spent])
                in_children += 0 if own else look.spent[State.RUNNING]
                competing += look.seen in (State.RUNNING, State.CORE_WAIT)
        return events.OthersSampled(
            now,
            family.process.pid,
            family.since,
            sparse(spent),
            in_children,
            competing,
            len(family.alive),
            family.started,
            len(family.processes),
        )
