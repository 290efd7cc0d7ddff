"""A process under observation: where it has its GILs and its locks.

The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from typing import NamedTuple

from concviz.observer.address_space import AddressSpace
from concviz.observer.gil import NO_GIL, Finder
from concviz.observer.layout import layout
from concviz.observer.locks import Library, Lock, Locks, library_of, own_library
from concviz.observer.proc import Proc
from concviz.observer.pythons import Python, Pythons
from concviz.observer.stacks import Function, Stacks
from concviz.observer.syscalls import Futex

TRACED, THREAD, WORKER = "concviz/worker/traced.py", "TracedThread.run", "TracedThread.be_worker"
"""Where a thread runs, and where it does if the strategy has started it."""
DEEPEST = 2_000
CALLERS = 50
"""Callers among which one of the program's own is looked for."""


class SeenIn(NamedTuple):
    """Where a thread is, as ``FunctionSeen`` says it."""

    function: str
    file: str
    caller: str


class Process:
    """A process, as far as it may be looked at."""

    def __init__(self, pid: int, proc: Proc, pythons: Pythons, gil: bool, locks: bool) -> None:
        """``gil``, ``locks``: whether to look for them."""
        self.pid = pid
        self.python: Python | None = None
        """What runs it; None where that is no Python, or it does not show."""
        self.gils: Container[int] | None = None
        """None where they are not known."""
        self._proc = proc
        self._pythons = pythons
        self._looks_for = gil, locks
        self._space: AddressSpace | None = None
        self._stacks: Stacks | None = None
        self._locks: Locks | None = None
        self._library: Library = own_library
        self._inner: dict[int, int] | None = None
        """What it calls its threads, where that is not what we call them."""
        self.find()

    def find(self) -> bool:
        """Look for its Python, and say whether it shows whole; one that only begins has none."""
        self.close()
        with suppress(OSError):
            self._space = AddressSpace(self._proc.open(self.pid, self.pid, "mem"))
        try:
            self.python = python = self._pythons.of(self.pid, self._space)
        except OSError:
            return False
        if python is None:
            return False
        gil, locks = self._looks_for
        self.gils = python.gils if gil else None
        found = python.layout
        if found is not None and self._space is not None:
            self._stacks = Stacks(self._space, python.runtime.start, found, python.offsets)
            if self._proc.inner_tid(self.pid, self.pid) != self.pid:
                self._inner = {}
            self._library = own_library if python.own else library_of(python.version)
            if locks:
                self._locks = Locks(
                    self.pid,
                    self._space,
                    self._stacks,
                    found.parks,
                    self._proc.maps,
                    self._library,
                )
        return found is not None or self._space is None

    def is_no_python(self) -> None:
        """It is old enough to have shown one: so it has no GIL."""
        if self.python is None and self._looks_for[0]:
            self.gils = NO_GIL

    def lock(self, tid: int, futex: Futex) -> Lock | None:
        """The lock for which a thread waits there; None where it is none, or not known which."""
        if self._locks is None:
            return None
        try:
            return self._locks.waited_for(self._inside(tid), futex)
        except (OSError, LookupError, ValueError):  # it waits there no more
            return None

    def seen_in(self, tid: int) -> SeenIn | None:
        """The function in which a thread is; None where that does not show."""
        if self._stacks is None:
            return None
        innermost = None
        try:
            for function in self._stacks.of(self._inside(tid), CALLERS):
                innermost = innermost or function
                if self._library(function.filename) is None and not _frozen(function):
                    caller = "" if function is innermost else function.qualname
                    return SeenIn(innermost.qualname, innermost.filename, caller)
        except (OSError, LookupError, ValueError):  # it went on meanwhile
            return None
        return None if innermost is None else SeenIn(innermost.qualname, innermost.filename, "")

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

    def _inside(self, tid: int) -> int:
        """What a thread is called in the process itself, which may be in a container."""
        if self._inner is None:
            return tid
        if tid not in self._inner:
            self._inner[tid] = self._proc.inner_tid(self.pid, tid)
        return self._inner[tid]


def _frozen(function: Function) -> bool:
    """Whether it is a part of Python that is in no file, such as its import."""
    return function.filename.startswith("<frozen ")


def why_no_locks(pid: int, proc: Proc) -> str | None:
    """Why locks cannot be told from other waits in such a process, perhaps one that only begins."""
    if layout() is None or not Finder(proc).finds(pid):
        return "where this Python has its stacks was not found"
    try:
        AddressSpace(proc.open(pid, pid, "mem")).close()
    except OSError:
        return "the system does not show the stacks of Python"
    return None
