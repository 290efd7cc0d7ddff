"""A process under observation: where it has its GILs and its locks.

The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

from contextlib import suppress

from concviz.observer.address_space import AddressSpace
from concviz.observer.gil import Finder, offsets
from concviz.observer.layout import layout
from concviz.observer.locks import Lock, Locks
from concviz.observer.proc import Proc
from concviz.observer.stacks import Stacks
from concviz.observer.syscalls import Futex

TRACED, THREAD, WORKER = "concviz/worker/traced.py", "TracedThread.run", "TracedThread.be_worker"
"""Where a thread runs, and where it does if the strategy has started it."""
DEEPEST = 2_000


class Process:
    """A process that runs the same Python as this one, as far as it may be looked at."""

    def __init__(self, pid: int, proc: Proc, finder: Finder, gil: bool, locks: bool) -> None:
        """``gil``, ``locks``: whether to look for them."""
        self.pid = pid
        self._space: AddressSpace | None = None
        with suppress(OSError):
            self._space = AddressSpace(proc.open(pid, pid, "mem"))
        runtime = finder.runtime(pid)
        self.gils = finder.find(runtime, self._space) if gil else None
        """None where they are not known."""
        self._stacks: Stacks | None = None
        self._locks: Locks | None = None
        found = layout()
        if locks and found is not None and runtime is not None and self._space is not None:
            self._stacks = Stacks(self._space, runtime.start, found, offsets())
            self._locks = Locks(pid, self._space, self._stacks, found.parks, proc.maps)

    def lock(self, tid: int, futex: Futex) -> Lock | None:
        """The lock for which a thread waits there; None where it is none, or not known which."""
        if self._locks is None:
            return None
        try:
            return self._locks.waited_for(tid, futex)
        except (OSError, LookupError, ValueError):  # it waits there no more
            return None

    def is_worker(self, tid: int) -> bool | None:
        """Whether a thread is one that the strategy has started; None where it does not show."""
        if self._stacks is None:
            return None
        found = None
        with suppress(OSError, LookupError, ValueError):
            for function in self._stacks.of(tid, DEEPEST):
                if function.filename.endswith(TRACED):
                    if function.qualname == WORKER:
                        return True
                    found = False if function.qualname == THREAD else found
        return found

    def close(self) -> None:
        """Let go of it."""
        if self._space is not None:
            self._space.close()
            self._space = None


def why_no_locks(pid: int, proc: Proc) -> str | None:
    """Why locks cannot be told from other waits in such a process, perhaps one that only begins."""
    if layout() is None or not Finder(proc).finds(pid):
        return "where this Python has its stacks was not found"
    try:
        AddressSpace(proc.open(pid, pid, "mem")).close()
    except OSError:
        return "the system does not show the stacks of Python"
    return None
