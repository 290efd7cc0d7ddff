"""Whether a thread that waits for another one waits for a lock, and for which.

A futex alone says nothing of it: threads wait at one for a lock, and just so for another thread's
end, for a result, an event or an item of a queue. What they wait for shows in the function of
Python in which they wait. A lock is known by where it is, so that those who want the same one are
seen to.
The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import monotonic_ns
from typing import NamedTuple

from concviz.observer.address_space import WORD, AddressSpace
from concviz.observer.stacks import Function, Stacks, is_one
from concviz.observer.syscalls import Futex

RECENT_NS = 1_000_000_000
"""So long what a process has mapped is taken to be the same where it had something."""
HEAD = 2 * WORD
"""What every object begins with: a lock of Python code has its mutex behind that."""
LOCKS = ("_thread.lock", "_thread.RLock")

Library = Callable[[str], str | None]
"""From the name of a file to which one of the standard library that is; None: none of it."""
_FOLDER = f"{Path(threading.Thread.join.__code__.co_filename).parent}/"


def own_library(name: str) -> str | None:
    """That of this Python, and of any process that runs the same."""
    return name.removeprefix(_FOLDER) if name.startswith(_FOLDER) else None


def library_of(version: Sequence[int]) -> Library:
    """That of a Python of another version, known by how its folder is called."""
    folder = "/lib/python{}.{}/".format(*version[:2])

    def library(name: str) -> str | None:
        _, found, file = name.partition(folder)
        return file if found and not file.startswith("site-packages/") else None

    return library


PRIMITIVES = {
    "threading.py": ("Condition.wait", "Thread.join", "Thread._wait_for_tstate_lock", "_shutdown"),
    "multiprocessing/synchronize.py": ("Condition.wait", "Condition.wait_for", "Event.wait"),
}
"""Files of things to wait for that others are built of; and of their functions, those that wait for
somebody. What else waits there waits for a lock, on behalf of its caller."""
SOMEBODY = ("queue.py", "concurrent/futures/", "multiprocessing/", "asyncio/", "subprocess.py")
"""Files whose functions wait for somebody, whatever they use for it."""


class Lock(NamedTuple):
    """A lock that a thread waits for."""

    key: str
    """The same for all who wait for it, in whichever process."""
    function: str
    """Which function waits: its qualified name, "" where that is not known."""


def wanted(stack: Iterable[Function], library: Library = own_library) -> str | None:
    """The function that waits for a lock, from the innermost; None: it waits for somebody."""
    for function in stack:
        name = function.filename
        file = library(name)
        if not name:  # somewhere with a name beyond ASCII
            file = next((f for f, its in PRIMITIVES.items() if function.qualname in its), None)
        if file in PRIMITIVES:
            if function.qualname in PRIMITIVES[file]:
                return None
        elif file is not None and file.startswith(SOMEBODY):
            return None
        else:
            return function.qualname
    return None


class Locks:
    """The locks of a process."""

    def __init__(
        self,
        pid: int,
        space: AddressSpace,
        stacks: Stacks,
        parks: bool,
        maps: Callable[[int], str],
        library: Library = own_library,
    ) -> None:
        """``parks``: as in ``Layout``."""
        self._pid = pid
        self._space = space
        self._stacks = stacks
        self._parks = parks
        self._maps = maps
        self._library = library
        self._mapped: Mapped | None = None

    def waited_for(self, tid: int, futex: Futex) -> Lock | None:
        """The lock for which the thread waits there; None when it waits for something else.

        It must wait there until this returns. Raises OSError, LookupError when it does not.
        """
        key = self._parked_on(futex) if futex.on_stack else self._at(futex.address)
        if key is None:
            return None
        function = wanted(self._stacks.of(tid), self._library)
        return None if function is None else Lock(key, function)

    def _parked_on(self, futex: Futex) -> str | None:
        """It is parked on an address, which stands before the futex."""
        lock = self._space.pointer(futex.address - WORD) - HEAD
        return f"{self._pid}:{lock:x}" if is_one(self._space, lock, *LOCKS) else None

    def _at(self, address: int) -> str | None:
        """A semaphore of the C library, in which Python has a lock, perhaps of several processes.

        Where Python's own locks park, one that is not shared is something of a library.
        """
        shared = self._in_shared(address)
        if shared is None and self._parks:
            return None
        value, waiters = _halves(self._space.pointer(address & -WORD))
        if value or not waiters:
            return None
        return shared or f"{self._pid}:{address:x}"

    def _in_shared(self, address: int) -> str | None:
        """The place in memory that processes share, by which each of them knows it."""
        now = monotonic_ns()
        if self._mapped is None or not self._mapped.holds(address, now):
            self._mapped = Mapped(self._maps(self._pid), now)
        return self._mapped.shared(address)


class Mapped:
    """What a process had in its address space at a time: of many threads that is a long list."""

    def __init__(self, maps: str, now: int) -> None:
        self._read_ns = now
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._shared: dict[int, tuple[str, int]] = {}
        """Of mappings that are shared, by their number: the file, and where in it they begin."""
        for number, line in enumerate(maps.splitlines()):
            span, access, offset, device, inode, *_ = line.split(maxsplit=5)
            begin, end = span.split("-")
            self._begins.append(int(begin, 16))
            self._ends.append(int(end, 16))
            if access.endswith("s"):
                self._shared[number] = f"{device}/{inode}", int(offset, 16)

    def holds(self, address: int, now: int) -> bool:
        """Whether it can be taken to say what there is now at that address."""
        return now - self._read_ns < RECENT_NS and self._number(address) is not None

    def shared(self, address: int) -> str | None:
        """The place in what is shared there; None: nothing is."""
        number = self._number(address)
        if number is None or number not in self._shared:
            return None
        file, offset = self._shared[number]
        return f"{file}:{address - self._begins[number] + offset:x}"

    def _number(self, address: int) -> int | None:
        number = bisect_right(self._begins, address) - 1
        return number if number >= 0 and address < self._ends[number] else None


def _halves(word: int) -> tuple[int, int]:
    """A semaphore's value and the number of those who wait at it."""
    return word & 0xFFFFFFFF, word >> 32
