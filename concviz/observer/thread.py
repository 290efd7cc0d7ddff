"""A thread under observation: its files of the kernel, and what they said at the last look."""

from __future__ import annotations

import os
from collections.abc import Container
from time import monotonic_ns
from typing import NamedTuple

from concviz.observer.account import UNSEEN_NS, Account
from concviz.observer.locks import Lock
from concviz.observer.proc import LONGEST, Proc, counts, read
from concviz.observer.process import Process
from concviz.observer.syscalls import Classify, Futex, futex_of
from concviz.trace.environment import Observer
from concviz.trace.states import Spent, State

MISSED = 4
"""Looks that did not take place, of those that were to, before it counts that nobody looked."""


class Look(NamedTuple):
    """What a thread did between two times, in nanoseconds, and its state at the later one."""

    since: int
    until: int
    spent: Spent
    seen: State


class Thread:
    """A thread that is looked at until it is closed."""

    def __init__(self, proc: Proc, pid: int, tid: int, sees: Observer) -> None:
        """Raises OSError when it is gone already, or there are no more descriptors."""
        self.tid = tid
        self.lock: Lock | None = None
        """The latest that it was seen to wait for."""
        self._schedstat = proc.open(pid, tid, "schedstat") if sees.cpu else None
        try:
            self._syscall = proc.open(pid, tid, "syscall") if sees.blocking else None
        except OSError:
            if self._schedstat is not None:
                os.close(self._schedstat)
            raise
        self._unseen_ns = max(UNSEEN_NS, MISSED * 1e9 / sees.hz)
        self._account = Account(monotonic_ns(), None, None, self._unseen_ns)
        self._line, self._seen = b"", State.UNKNOWN
        """What was read of it at the look before, and what state that is."""
        self._counted = b""
        self._counts: tuple[int | None, int | None] = None, None
        self._waited: tuple[Futex | None, int | None, State] = None, None, State.UNKNOWN

    def count_from(self, since: int, run: int | None, wait: int | None) -> None:
        """What the kernel had counted by then: time on a core, and ready to run without one."""
        self._account = Account(since, run, wait, self._unseen_ns)

    def look(
        self, classify: Classify | None, gils: Container[int] | None, process: Process | None
    ) -> Look | None:
        """Since the look before; None when that cannot be said yet.

        ``process``: where to look for locks. Raises OSError when the thread has ended.
        """
        seen = State.UNKNOWN
        run = wait = None
        line = b""
        # First how it is, then the counts: they are complete for a thread that was blocked.
        if self._syscall is not None and classify is not None:
            line = os.pread(self._syscall, LONGEST, 0)
            if not line:
                raise ProcessLookupError
            if line != self._line or self._seen is State.UNKNOWN:
                self._line, self._seen = line, classify(line, gils)
            seen = self._seen
        if self._schedstat is not None:
            counted = os.pread(self._schedstat, LONGEST, 0)
            if counted != self._counted:
                if not counted:
                    raise ProcessLookupError
                self._counted, self._counts = counted, counts(counted)
            run, wait = self._counts
        if seen is State.THREAD_WAIT and process is not None:
            seen = self._waits(line, run, process)
        sample = self._account.sample(monotonic_ns(), run, wait, seen)
        return None if sample is None else Look(*sample)

    def _waits(self, line: bytes, run: int | None, process: Process) -> State:
        """That it waits for another thread, or for a lock: known of a wait that goes on."""
        futex = futex_of(line)
        if run is None or self._waited[:2] != (futex, run):
            lock = None if futex is None else process.lock(self.tid, futex)
            # What was read of it holds if it has not gone on meanwhile.
            if lock is not None and self._syscall is not None and read(self._syscall) == line:
                self.lock = lock
                self._waited = futex, run, State.LOCK
            else:
                self._waited = futex, run, State.THREAD_WAIT
        return self._waited[2]

    @property
    def point(self) -> tuple[bytes, bytes]:
        """Where it was at the last look: while it is blocked this is the same."""
        return self._line, self._counted

    def close(self) -> None:
        """Look at it no more."""
        for fd in (self._schedstat, self._syscall):
            if fd is not None:
                os.close(fd)
