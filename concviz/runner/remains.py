"""What is left of a run: its processes are found and ended. Standard library only.

Where orphans become the supervisor's children (Linux), all of the run is below it. Elsewhere, and
when it was killed itself, processes are known by what they inherit: the mark of the run in their
environment, and their session. One that gave up both cannot be told from any other.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import NamedTuple, Protocol

RUN = "CONCVIZ_RUN"
"""Environment variable that all processes of a run inherit: which run it is."""
TRACKER = "multiprocessing.resource_tracker"
TRACKER_S = 4.0
"""How long multiprocessing's resource tracker may take to remove named semaphores."""
PAUSE_S = 0.002


class Seen(NamedTuple):
    """What can be seen of a process."""

    parent: int
    session: int
    ended: bool
    """Whether it only waits for its parent to take note of that."""


class Table(Protocol):
    """The processes of this machine."""

    def processes(self) -> dict[int, Seen]:
        """All of them."""

    def has_mark(self, pid: int, mark: str) -> bool:
        """Whether it belongs to that run, by its environment."""

    def is_tracker(self, pid: int) -> bool:
        """Whether it is a resource tracker."""


class ProcTable:
    """From ``/proc``."""

    def processes(self) -> dict[int, Seen]:
        """All of them."""
        found = {}
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                with contextlib.suppress(OSError, IndexError, ValueError):
                    stat = Path(entry.path, "stat").read_bytes()
                    state, parent, _, session = stat[stat.rindex(b")") + 2 :].split()[:4]
                    found[int(entry.name)] = Seen(int(parent), int(session), state in b"ZX")
        return found

    def has_mark(self, pid: int, mark: str) -> bool:
        """Whether it belongs to that run, by its environment."""
        return mark.encode() in _words(pid, "environ")

    def is_tracker(self, pid: int) -> bool:
        """Whether it is a resource tracker."""
        return any(TRACKER.encode() in word for word in _words(pid, "cmdline"))


def _words(pid: int, name: str) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().split(b"\0")
    except OSError:
        return []


class PsutilTable:
    """From psutil, where there is no ``/proc``."""

    def __init__(self) -> None:
        import psutil

        self._psutil = psutil

    def processes(self) -> dict[int, Seen]:
        """All of them."""
        found = {}
        for process in self._psutil.process_iter():
            with contextlib.suppress(self._psutil.Error, OSError):
                ended = process.status() == self._psutil.STATUS_ZOMBIE
                found[process.pid] = Seen(process.ppid(), os.getsid(process.pid), ended)
        return found

    def has_mark(self, pid: int, mark: str) -> bool:
        """Whether it belongs to that run, by its environment."""
        with contextlib.suppress(self._psutil.Error, OSError):
            name, _, value = mark.partition("=")
            return self._psutil.Process(pid).environ().get(name) == value
        return False

    def is_tracker(self, pid: int) -> bool:
        """Whether it is a resource tracker."""
        with contextlib.suppress(self._psutil.Error, OSError):
            return any(TRACKER in word for word in self._psutil.Process(pid).cmdline())
        return False


def table() -> Table:
    """What this system offers."""
    return ProcTable() if Path("/proc/self/stat").exists() else PsutilTable()


class Remains:
    """What is left of the run that has that mark in its environment, such as "CONCVIZ_RUN=4f2a".

    ``supervisor`` is the process above all of it, if that is this one; ``session`` one that belongs
    to the run. ``adopted`` says that whatever the run left is below the supervisor.
    """

    def __init__(
        self,
        mark: str,
        supervisor: int | None = None,
        session: int | None = None,
        adopted: bool = False,
    ) -> None:
        self._mark = mark
        self._supervisor = supervisor
        self._sessions = set() if session is None else {session}
        """Of the run, as far as they are known: what had the mark may be gone by the next look."""
        self._adopted = adopted
        self._table = table()

    def find(self) -> set[int]:
        """Its processes; those that have ended only if this one has to take note of it."""
        seen = self._table.processes()
        found = set() if self._supervisor is None else {self._supervisor}
        if not self._adopted:
            marked = {pid for pid in seen if self._table.has_mark(pid, self._mark)}
            self._sessions |= {seen[pid].session for pid in marked} - {os.getsid(0)}
            found |= marked
            found |= {pid for pid, process in seen.items() if process.session in self._sessions}
        while more := {pid for pid, process in seen.items() if process.parent in found} - found:
            found |= more
        found.discard(os.getpid())
        return {
            pid
            for pid in found & seen.keys()
            if not seen[pid].ended or seen[pid].parent == self._supervisor
        }

    def end(self) -> None:
        """Kill all of it and wait until it is gone."""
        if self._adopted and self._supervisor == os.getpid() and not _has_children():
            return  # then nothing is below it
        deadline = time.monotonic() + TRACKER_S
        not_ours: set[int] = set()
        while left := self.find() - not_ours:
            for pid in left:
                # Once its run is gone the tracker removes the named semaphores and exits by itself.
                if time.monotonic() > deadline or not self._table.is_tracker(pid):
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                    except PermissionError:  # it has become another user's, as by sudo
                        not_ours.add(pid)
            if self._supervisor is not None:
                reap()
            time.sleep(PAUSE_S)


def _has_children() -> bool:
    """Whether this process has any that are alive, once those are noted that have ended."""
    reap()
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def reap(child: int = 0) -> int | None:
    """Take note of all children that have ended; the exit status of that one, if it has."""
    status = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                status = os.waitstatus_to_exitcode(ended[1])
    return status
