"""The processes and threads of a program: the first process, and all that descends from it.

What belongs to it is known by descent. A process stays in it when its parent ends, also if the
system then gives it another one. Those that live for less than the time between two searches are
missed.
The standard library only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic_ns
from typing import NamedTuple

from concviz.observer.proc import Proc, newest

CHILDREN_EVERY = 5
"""Searches between those for new processes: that takes longer the more threads there are."""
ANYWAY_EVERY = 25
"""Searches between those that are made although the system has given no new number, as far as it
says: in some containers somebody else answers for it."""


YOUNG_NS = 1_000_000_000
"""For so long a process may still become another program, which its parent started in it."""
NAMED_NS = 100_000_000, 1_000_000_000
"""Ages at which a thread may have got a name that it had not before."""


class ProcessFound(NamedTuple):
    """A process that was not there before."""

    pid: int
    parent: int | None
    """None of the first one, and where that is not known."""
    argv: list[str]
    """What it was started with; empty where the system does not say."""
    file: str
    """What it runs; "" where the system does not say."""
    name: str
    """What the system calls it: at most 15 bytes."""
    begun_ns: int
    """When it began, on the monotonic clock: right to a hundredth of a second."""


class ThreadFound(NamedTuple):
    """A thread that was not there before."""

    pid: int
    tid: int
    name: str
    """What the system calls it: at most 15 bytes. Python tells it a thread's name from 3.14 on;
    before, it is that of the process, and of other libraries' threads what they like."""
    begun_ns: int
    """When it began, on the monotonic clock: right to a hundredth of a second."""

    @property
    def main(self) -> bool:
        """Whether it is the main thread of its process."""
        return self.pid == self.tid


@dataclass
class Changes:
    """What a search has found."""

    processes: list[ProcessFound] = field(default_factory=list)
    threads: list[ThreadFound] = field(default_factory=list)
    """Each after its process, the main thread first."""
    become: list[ProcessFound] = field(default_factory=list)
    """Processes that are another program now, or a found one that has another name."""
    named: list[ThreadFound] = field(default_factory=list)
    """Threads that have another name now."""
    gone_threads: list[tuple[int, int]] = field(default_factory=list)
    """By process and thread."""
    gone_processes: list[int] = field(default_factory=list)


class Tree:
    """All that is there of a program; ``search`` says what has changed."""

    def __init__(
        self, root: int, proc: Proc, *, with_root: bool = True, without: Iterable[int] = ()
    ) -> None:
        """``with_root``: it belongs to it, too; ``without``: these do not, nor what they start."""
        self._root = root
        self._proc = proc
        self._with_root = with_root
        self._without = frozenset(without)
        self.processes: dict[int, ProcessFound] = {}
        self.threads: dict[int, set[int]] = {}
        """Those of each process."""
        self._young: dict[int, int] = {}
        """Processes that may become another program, and until when."""
        self._nameless: dict[tuple[int, int], tuple[ThreadFound, list[int]]] = {}
        """Threads that may get another name, and when to look for it."""
        self._searches = 0
        self._latest: bytes | None = None
        """The number that the system had given last at the search before."""
        self._before = self._now = self._whole = 0
        """When the search before was made, and this one, and one for processes."""
        self._load: int | None = None
        with suppress(OSError):
            self._load = proc.load()

    def search(self) -> Changes:
        """Who came and who went since the search before."""
        changes = Changes()
        self._searches += 1
        self._before, self._now = self._now, monotonic_ns()
        self._look_again(changes)
        latest = None
        with suppress(OSError):
            latest = None if self._load is None else newest(self._load)
        nobody_new = latest is not None and latest == self._latest and self.processes
        if nobody_new and self._searches % ANYWAY_EVERY:
            return changes
        self._latest = latest
        if not self.processes or self._searches % CHILDREN_EVERY == 0 or nobody_new:
            self._find_processes(changes)
        elif latest is not None:
            self._latest = None  # there may be new processes yet
        for pid in list(self.processes):
            self._find_threads(pid, changes)
        return changes

    def gone(self, pid: int, tid: int) -> Changes:
        """That thread was seen to have ended: what that means for its process, too."""
        changes = Changes()
        threads = self.threads.get(pid)
        if threads is not None and tid in threads:
            threads.discard(tid)
            changes.gone_threads.append((pid, tid))
            if not threads or tid == pid:
                self._find_threads(pid, changes)
        return changes

    def close(self) -> None:
        """Let go of it."""
        if self._load is not None:
            os.close(self._load)
            self._load = None

    def _look_again(self, changes: Changes) -> None:
        """Whether those that are new are still what they were."""
        if not (self._young or self._nameless):
            return
        now = monotonic_ns()
        for pid, until in list(self._young.items()):
            before = self.processes[pid]
            found = self._process(pid, before.parent, before.begun_ns)
            if found != before and (found.argv or found.file):
                self.processes[pid] = found
                changes.become.append(found)
            if now > until:
                del self._young[pid]
        for key, (thread, due) in list(self._nameless.items()):
            if now < due[0]:
                continue
            name = self._proc.name(*key)
            if name and name != thread.name:
                thread = thread._replace(name=name)
                changes.named.append(thread)
            due = [time for time in due if time > now]
            if due and name:
                self._nameless[key] = thread, due
            else:
                del self._nameless[key]

    def _find_processes(self, changes: Changes) -> None:
        known, parents = set(self.processes), [self._root, *self.processes]
        seen = {self._root}
        if self._with_root and self._root not in known:
            self._add(self._root, None, changes)
        while parents:
            parent = parents.pop()
            for pid in self._proc.children(parent) - seen - self._without:
                seen.add(pid)
                if pid not in self.processes:
                    self._add(pid, parent, changes)
                    parents.append(pid)
        self._whole = self._now

    def _add(self, pid: int, parent: int | None, changes: Changes) -> None:
        begun = self._proc.begun_ns(pid, pid)
        if begun is None or not self._proc.alive(pid):
            return
        found = self._process(pid, parent, max(begun, self._whole))
        self.processes[pid], self.threads[pid] = found, set()
        self._young[pid] = begun + YOUNG_NS
        changes.processes.append(found)

    def _process(self, pid: int, parent: int | None, begun: int) -> ProcessFound:
        proc = self._proc
        return ProcessFound(pid, parent, proc.argv(pid), proc.file(pid), proc.name(pid, pid), begun)

    def _find_threads(self, pid: int, changes: Changes) -> None:
        before, now = self.threads[pid], self._proc.alive(pid)
        first = not before
        for tid in sorted(before - now):
            changes.gone_threads.append((pid, tid))
        before &= now
        for tid in sorted(now - before, key=lambda tid: (tid != pid, tid)):
            begun = self._proc.begun_ns(pid, tid)
            if begun is not None:
                begun = max(begun, self.processes[pid].begun_ns if first else self._before)
                before.add(tid)
                found = ThreadFound(pid, tid, self._proc.name(pid, tid), begun)
                self._nameless[pid, tid] = found, [begun + age for age in NAMED_NS]
                changes.threads.append(found)
        if not now:
            del self.processes[pid], self.threads[pid]
            self._young.pop(pid, None)
            changes.gone_processes.append(pid)
