"""What the observer of a program sees, until it can be told beside what its processes tell.

The observer calls from its own thread. A thread's lane is known at once; that a thread is gone is
told only when all has been read that it told itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from concviz.observer.tree import ProcessFound, ThreadFound
from concviz.sources.lanes import Lanes
from concviz.sources.outsiders import helper_of, name_of, why_silent
from concviz.sources.process_ends import exitcode_of
from concviz.trace import events

Gone = tuple[int, int | None, int]
"""A process, a thread of it (None: all of it), and when that was seen."""


class Sightings:
    """Of one program, whose processes have that mark in their environment if they are to tell."""

    def __init__(self, lanes: Lanes, lock: threading.Lock, mark: str | None, begun_ns: int) -> None:
        """``lock`` is held by whoever uses the lanes; without a mark no process is to tell."""
        self._lanes = lanes
        self._lock = lock
        self._mark = mark
        self._begun = begun_ns
        self._events: list[events.AnyEvent] = []
        self._gone: list[Gone] = []
        self._processes: dict[int, ProcessFound] = {}
        self._silent: dict[int, str | None] = {}
        """Why a process will tell nothing, if it will not."""
        self._not_looked_at = 0

    # -- in the observer's thread --

    def tell(self, told: list[events.AnyEvent]) -> None:
        """These were seen."""
        with self._lock:
            self._events += told

    def process_found(self, process: ProcessFound) -> None:
        """A process of the program, before its threads."""
        name = name_of(process.argv, process.file, process.name)
        why = None
        if self._mark is not None:
            environ = _environ(process.pid)
            why = why_silent(process.argv, process.file, environ, self._mark)
        with self._lock:
            self._processes[process.pid] = process
            self._silent[process.pid] = why
            expected = self._mark is not None and why is None
            begun = max(process.begun_ns, self._begun)
            helper = helper_of(process.argv) is not None
            self._lanes.process_seen(
                begun, process.pid, process.parent, name, expected=expected, helper=helper
            )

    def process_became(self, process: ProcessFound) -> None:
        """It has become another program, or shows another name."""
        self.process_found(process)

    def process_gone(self, pid: int, t_ns: int) -> None:
        """It is no more, after its threads."""
        exitcode = exitcode_of(pid)  # its parent may not have taken note of it yet
        with self._lock:
            if exitcode is not None:
                self._lanes.exited(pid, exitcode)
            self._gone.append((pid, None, t_ns))

    def thread_found(self, thread: ThreadFound) -> str:
        """The key of its lane, which exists in the stream from now on."""
        with self._lock:
            begun = max(thread.begun_ns, self._begun)
            return self._lanes.thread_seen(begun, thread.pid, thread.tid, self._name(thread))

    def thread_named(self, thread: ThreadFound) -> None:
        """It has another name now."""
        with self._lock:
            name = self._name(thread)
            self._lanes.thread_seen(thread.begun_ns, thread.pid, thread.tid, name)

    def thread_gone(self, pid: int, tid: int, t_ns: int) -> None:
        """It is no more."""
        with self._lock:
            self._gone.append((pid, tid, t_ns))

    def not_looked_at(self, threads: int) -> None:
        """So many more threads are there now than can be looked at."""
        with self._lock:
            self._not_looked_at = max(self._not_looked_at, threads)

    def _name(self, thread: ThreadFound) -> str:
        """That of a thread that has one of its own: others are called as their process is."""
        process = self._processes.get(thread.pid)
        return "" if process is None or thread.name == process.name else thread.name

    # -- for who tells it; the lock is held --

    def ended(self, pid: int, t_ns: int) -> None:
        """A process is no more, as was seen by another than the observer."""
        exitcode = exitcode_of(pid)
        if exitcode is not None:
            self._lanes.exited(pid, exitcode)
        self._gone.append((pid, None, t_ns))

    def take(self) -> list[events.AnyEvent]:
        """What was seen since it was asked before."""
        told, self._events = self._events, []
        return told

    def take_gone(self, tells: Callable[[int], bool]) -> list[int]:
        """Have the lanes end whose threads are gone; the processes that are.

        ``tells`` says whether something is still to be read that a process has told.
        """
        gone, self._gone = self._gone, []
        processes = []
        for pid, tid, t_ns in gone:
            if tells(pid):
                self._gone.append((pid, tid, t_ns))
            elif tid is not None:
                self._lanes.thread_gone(t_ns, pid, tid)
            else:
                self._lanes.process_gone(t_ns, pid)
                processes.append(pid)
        return processes

    def not_seen(self) -> list[str]:
        """What else cannot be seen, in sentences: the same again and again."""
        sentences = []
        for silent in self._lanes.take_silent():
            why = self._silent.pop(silent.pid, None)
            if why is not None:
                sentences.append(why)
        known = self._lanes.known
        for pid in [pid for pid in self._processes if pid not in known]:
            del self._processes[pid]
            self._silent.pop(pid, None)
        if self._not_looked_at:
            sentences.append(
                "There were more threads than can be looked at: of some it is not seen what they "
                "did."
            )
        return sentences


def _environ(pid: int) -> bytes | None:
    with suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return None
