"""The thread that looks at every thread of a program, many times a second, and tells what it saw.

A program is a tree of processes that nobody planned (``tree``): what comes is looked at, what has
gone is let go. Where it is a lane of is for others to say (``Lanes``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic_ns, thread_time
from typing import Protocol

from msgspec.structs import replace

from concviz.observer.machine import Machine
from concviz.observer.proc import Proc
from concviz.observer.process import Process, SeenIn
from concviz.observer.pythons import Pythons
from concviz.observer.sampler import AT_MOST
from concviz.observer.syscalls import Classify, classifier
from concviz.observer.thread import Thread
from concviz.observer.tree import YOUNG_NS, Changes, ProcessFound, ThreadFound, Tree
from concviz.trace import events
from concviz.trace.environment import Observer
from concviz.trace.sparse import sparse
from concviz.trace.states import State

MOST = 256
"""Threads that are looked at; of the others it is only known that they are there."""

NEW_S = 0.002
"""CPU time that finding new threads counts for at most: it is spent once for each of them."""
FUNCTIONS_NS = 500_000_000
"""Time between two looks for the function in which a thread is: those take longer than others."""
FUNCTIONS = 8
"""Those that are looked for at once; the others have their turn at the next look."""
FIND_EVERY = 5
"""Looks between those for what a new process runs."""

Tell = Callable[[list[events.AnyEvent]], None]


class Lanes(Protocol):
    """Who knows which lane a thread is. All is called in the observer's thread."""

    def process_found(self, process: ProcessFound) -> None:
        """A process of the program, before its threads."""

    def process_became(self, process: ProcessFound) -> None:
        """It has become another program, or shows another name."""

    def process_gone(self, pid: int, t_ns: int) -> None:
        """It is no more, after its threads."""

    def thread_found(self, thread: ThreadFound) -> str:
        """The key of its lane, which exists in the stream from now on."""

    def thread_named(self, thread: ThreadFound) -> None:
        """It has another name now."""

    def thread_gone(self, pid: int, tid: int, t_ns: int) -> None:
        """It is no more."""

    def not_looked_at(self, threads: int) -> None:
        """So many more threads are there now than can be looked at."""


@dataclass
class _Watched:
    lane: str
    thread: Thread
    process: Process
    due: int = 0
    """When to look again in which function it is."""
    point: tuple[bytes, bytes] = b"", b""
    """Where it was when that was looked for."""
    seen_in: SeenIn | None = None


class ProgramObserver:
    """Looks at a program until it is stopped, or all of it is gone."""

    def __init__(
        self,
        root: int,
        sees: Observer,
        lanes: Lanes,
        tell: Tell,
        proc: Proc | None = None,
        *,
        with_root: bool = True,
        without: Iterable[int] = (),
        since_ns: int | None = None,
    ) -> None:
        """Of what descends from ``root``, and it itself if ``with_root``, but ``without`` these.

        ``since_ns``: when it was started under watch; what a thread did since then counts. None:
        it runs already, and what it does counts from now on.
        """
        self._proc = proc or Proc()
        self._sees = sees
        self._lanes = lanes
        self._tell = tell
        self._since = since_ns
        self._tree = Tree(root, self._proc, with_root=with_root, without=without)
        self._classify: Classify | None = classifier() if sees.blocking else None
        self._pythons = Pythons(self._proc)
        self._processes: dict[int, Process] = {}
        self._threads: dict[tuple[int, int], _Watched] = {}
        self._left: dict[tuple[int, int], tuple[ThreadFound, str]] = {}
        """Those that are not looked at, for want of room."""
        self._locks: set[str] = set()
        self._young: dict[int, int] = {}
        """Processes whose Python does not show whole yet, and until when that may be."""
        self._began = False
        self.over = threading.Event()
        """Set when the program has begun, and nothing of it is left; or when this has stopped."""
        self._going = threading.Lock()
        self._going.acquire()
        self._thread = threading.Thread(target=self._run, name="concviz-observe", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when it is so. What was seen until then has been told."""
        if self._going.locked():
            self._going.release()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        machine = Machine()
        interval = 1 / (self._sees.hz or SEARCH_HZ)
        pause, looks = 0.0, 0
        try:
            while not self._going.acquire(timeout=pause):
                begun = thread_time()
                changes = self._tree.search()
                self._follow(changes)
                looks += 1
                if self._young and looks % FIND_EVERY == 0:
                    self._find_pythons()
                searched = thread_time() - begun
                self._report(machine)
                if self._began and not self._tree.processes:
                    return
                cost = thread_time() - begun
                counts = cost - searched + min(searched, NEW_S if changes.threads else searched)
                pause = max(interval - cost, counts / AT_MOST)
            self._going.release()
            self._report(machine, last=True)
        finally:
            for watched in self._threads.values():
                watched.thread.close()
            for process in self._processes.values():
                process.close()
            self._tree.close()
            self.over.set()

    def _report(self, machine: Machine, last: bool = False) -> None:
        told = self._look()
        if self._sees.hz and (sampled := machine.sample(last)) is not None:
            told.append(sampled)
        if told:
            self._tell(told)

    def _follow(self, changes: Changes) -> None:
        lanes = self._lanes
        for process in changes.processes:
            lanes.process_found(process)
        for process in changes.become:
            lanes.process_became(process)
            self._anew(process.pid)
        for thread in changes.threads:
            self._open(thread)
        for thread in changes.named:
            lanes.thread_named(thread)
        now = monotonic_ns()
        for pid, tid in changes.gone_threads:
            self._close(pid, tid)
            lanes.thread_gone(pid, tid, now)
        for pid in changes.gone_processes:
            if (known := self._processes.pop(pid, None)) is not None:
                known.close()
            lanes.process_gone(pid, now)
        self._began = True

    def _open(self, found: ThreadFound) -> None:
        lane = self._lanes.thread_found(found)
        sees = self._sees
        if not (sees.cpu or sees.blocking):
            return
        if len(self._threads) >= MOST:
            self._left[found.pid, found.tid] = found, lane
            self._lanes.not_looked_at(len(self._left))
            return
        self._look_at(found, lane)

    def _look_at(self, found: ThreadFound, lane: str) -> None:
        try:
            try:
                thread = Thread(self._proc, found.pid, found.tid, self._sees)
            except PermissionError:  # of another user, for example: then only what all may see
                thread = Thread(
                    self._proc, found.pid, found.tid, replace(self._sees, blocking=False)
                )
        except OSError:  # it is gone already, or there are no more descriptors
            return
        if self._since is not None or self._began:  # it is new: all that it ran counts
            thread.count_from(max(found.begun_ns, self._since or 0), 0, 0)
        self._threads[found.pid, found.tid] = _Watched(lane, thread, self._process(found.pid))

    def _close(self, pid: int, tid: int) -> None:
        if (watched := self._threads.pop((pid, tid), None)) is not None:
            watched.thread.close()
        if self._left.pop((pid, tid), None) is not None:
            self._lanes.not_looked_at(len(self._left))
        elif self._left and len(self._threads) < MOST:
            self._look_at(*self._left.pop(next(iter(self._left))))
            self._lanes.not_looked_at(len(self._left))

    def _process(self, pid: int) -> Process:
        found = self._processes.get(pid)
        if found is None:
            sees = self._sees
            found = Process(pid, self._proc, self._pythons, sees.gil, sees.locks)
            self._processes[pid] = found
            self._young[pid] = monotonic_ns() + YOUNG_NS
        return found

    def _find_pythons(self) -> None:
        """Of processes that have only begun to be what they are."""
        now = monotonic_ns()
        for pid, until in list(self._young.items()):
            process = self._processes.get(pid)
            if process is None or process.find():
                del self._young[pid]
            elif now > until:
                process.is_no_python()
                del self._young[pid]

    def _anew(self, pid: int) -> None:
        """It has another address space now."""
        if (before := self._processes.pop(pid, None)) is None:
            return
        before.close()
        process = self._process(pid)
        for key, watched in self._threads.items():
            if key[0] == pid:
                watched.process = process

    def _look(self) -> list[events.AnyEvent]:
        told: list[events.AnyEvent] = []
        functions = FUNCTIONS
        for (pid, tid), watched in list(self._threads.items()):
            lane, thread, process = watched.lane, watched.thread, watched.process
            try:
                look = thread.look(self._classify, process.gils, process)
            except OSError:  # it has ended
                self._follow(self._tree.gone(pid, tid))
                continue
            if look is None:
                continue
            lock = thread.lock if look.spent[State.LOCK] else None
            if lock is not None and lock.key not in self._locks:
                self._locks.add(lock.key)
                told.append(events.LockSeen(look.until, lock.key, lock.function))
            key = None if lock is None else lock.key
            spent = sparse(look.spent)
            told.append(events.Sampled(look.until, lane, look.since, spent, look.seen, key))
            if functions and look.until >= watched.due and watched.point != thread.point:
                functions -= 1
                told += self._function(watched, tid, look.until)
        return told

    def _function(self, watched: _Watched, tid: int, t_ns: int) -> list[events.AnyEvent]:
        """In which function it is, if that is another than before."""
        watched.due, watched.point = t_ns + FUNCTIONS_NS, watched.thread.point
        seen = watched.process.seen_in(tid)
        if seen is None or seen == watched.seen_in:
            return []
        watched.seen_in = seen
        return [events.FunctionSeen(t_ns, watched.lane, *seen)]


SEARCH_HZ = 10.0
"""How often is looked for threads where what they do is not looked at."""
