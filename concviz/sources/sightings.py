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
from concviz.sources.outsiders import hears, name_of, why_silent
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
        self._not_looked_at = 0

    # -- in the observer's thread --

    def tell(self, told: list[events.AnyEvent]) -> None:
        """These were seen."""
        with self._lock:
            self._events += told

    def process_found(self, process: ProcessFound) -> None:
        """A process of the program, before its threads."""
        name = name_of(process.argv, process.file, process.name)
        expected = self._mark is not None and hears(
            process.argv, process.file, _environ(process.pid), self._mark
        )
        with self._lock:
            self._processes[process.pid] = process
            begun = max(process.begun_ns, self._begun)
            self._lanes.process_seen(begun, process.pid, process.parent, name, expected=expected)

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

    def look_for_unseen(self, t_ns: int) -> None:
        """Whether processes have ended by now that were gone before the observer had found them."""
        for pid in self._lanes.alive:
            if pid not in self._processes:
                exitcode = exitcode_of(pid)
                if exitcode is not None:
                    self._lanes.exited(pid, exitcode)
                if exitcode is not None or not Path(f"/proc/{pid}").exists():
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
                self._processes.pop(pid, None)
                processes.append(pid)
        return processes

    def not_seen(self) -> list[str]:
        """What else cannot be seen, in sentences: the same again and again."""
        sentences = []
        for silent in self._lanes.take_silent():
            process = self._processes.get(silent.pid)
            if process is not None and self._mark is not None:
                why = why_silent(process.argv, process.file, _environ(process.pid), self._mark)
                if why is not None:
                    sentences.append(why)
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


def exitcode_of(pid: int) -> int | None:
    """How a process ended of which its parent has not taken note yet; None where nobody says."""
    with suppress(OSError, ValueError, IndexError):
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        fields = stat[stat.rindex(b")") + 2 :].split()
        if fields[0] in b"ZX":
            status = int(fields[49])
            return -(status & 0x7F) if status & 0x7F else status >> 8
    return None
