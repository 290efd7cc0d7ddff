"""Where the GIL is: a thread that waits for it waits at an address inside ``_PyRuntime``.

That struct is a section of libpython, or of the executable where Python is linked statically. How
far it is from the beginning of that file's mappings is the same in every process of the same
Python, so it is found once, here, and nothing needs to be asked of the workers. Sub-interpreters
may each have a GIL of their own, on the heap.

Nothing is assumed of a version: before it counts, a thread of this process is seen waiting there.
The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from concviz.observer.address_space import AddressSpace
from concviz.observer.contest import seen_waiting
from concviz.observer.elf import section
from concviz.observer.free_threading import gil_enabled
from concviz.observer.proc import Proc
from concviz.observer.subinterpreters import LENGTH, Offsets, gils

SECTION = ".PyRuntime"


class Place(NamedTuple):
    """Where ``_PyRuntime`` is in each process of a Python."""

    path: str
    """The file that holds it."""
    span: range
    """From where to where, in bytes after the first mapping of that file."""


def find(maps: str) -> Place | None:
    """Where ``_PyRuntime`` is in this process, whose mappings these are. Raises OSError."""
    import ctypes

    base = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    mappings = mappings_of(maps)
    for begin, end, path, *_ in mappings:
        if begin <= base < end and path:
            span = section(path, SECTION)
            if span is not None and base == span.start + _first(mappings, path):
                return Place(path, span)
    return None


def addresses(maps: str, place: Place) -> range | None:
    """``_PyRuntime`` in a process of these mappings; None where that is of another Python."""
    mappings = mappings_of(maps)
    if all(each.path != place.path for each in mappings):
        return None
    first = _first(mappings, place.path)
    begin, end = first + place.span.start, first + place.span.stop
    for low, high, path, *_ in mappings:
        if low <= begin < high and path == place.path:
            return range(begin, end)
    return None


class Gils:
    """The addresses of all GILs of a process: ``address in gils``."""

    def __init__(self, runtime: range, space: AddressSpace | None, offsets: Offsets | None) -> None:
        """``space``: the process's memory, where it may be looked at."""
        self._runtime = runtime
        self._space = space
        self._offsets = offsets

    def __contains__(self, address: object) -> bool:
        """Whether that is in one of them, now: sub-interpreters come and go. Raises OSError."""
        if address in self._runtime:
            return True
        if self._space is None or self._offsets is None:
            return False
        now = gils(self._space, self._runtime.start, self._offsets)
        return any(address in one for one in now)


NO_GIL = Gils(range(0), None, None)
"""Of a Python that has none, or has switched it off."""


class Finder:
    """Knows whether the GILs of processes that run the same Python as this one can be found."""

    def __init__(self, proc: Proc) -> None:
        self._proc = proc

    def why_not(self, pid: int) -> str | None:
        """Why it cannot be found in a process like this one, perhaps one that only begins."""
        if not gil_enabled():
            return None
        name = f"{platform.python_implementation()} {'.'.join(map(str, sys.version_info[:2]))}"
        if platform.python_implementation() != "CPython":
            return f"not known of {name}"
        if not self.finds(pid):
            return "its address cannot be found"
        return None if _confirmed() else f"no wait for it was seen at its place in {name}"

    def finds(self, pid: int) -> bool:
        """Whether the place of ``_PyRuntime`` is known, and such a process shows its mappings."""
        with suppress(OSError):
            return own() is not None and bool(self._proc.maps(pid))
        return False

    def why_not_of_interpreters(self, pid: int) -> str | None:
        """Why those of sub-interpreters cannot be found in such a process."""
        if not gil_enabled():
            return None
        if offsets() is None:
            version = ".".join(map(str, sys.version_info[:2]))
            return f"where sub-interpreters have theirs is not known of CPython {version}"
        try:
            os.close(self._proc.open(pid, pid, "mem"))
        except OSError:
            return "the system does not show where sub-interpreters have theirs"
        return None


@cache
def own() -> Place | None:
    """Where this process has its ``_PyRuntime``; None where that is not found."""
    with suppress(OSError, ValueError, ImportError):
        return find(Proc().maps(os.getpid()))
    return None


def _runtime() -> range | None:
    place = own()
    return None if place is None else addresses(Proc().maps(os.getpid()), place)


@cache
def _confirmed() -> bool:
    """Whether a thread of this process that waits for the GIL is seen to wait there."""
    with suppress(OSError, ValueError, ImportError):
        runtime = _runtime()
        return runtime is not None and seen_waiting(runtime)
    return False


@cache
def offsets() -> Offsets | None:
    """Where interpreters have their GILs, if the main one is found to have its own there."""
    with suppress(OSError, ValueError):
        runtime = _runtime()
        if runtime is not None:
            space = AddressSpace(Proc().open(os.getpid(), os.getpid(), "mem"))
            try:
                found = Offsets.parse(space.read(runtime.start, LENGTH))
                if found is not None and sound(space, runtime, found):
                    return found
            finally:
                space.close()
    return None


def sound(space: AddressSpace, runtime: range, offsets: Offsets) -> bool:
    """Whether the main interpreter, the last of the list, is in ``_PyRuntime``. Raises OSError."""
    *_, main = gils(space, runtime.start, offsets)
    return main.start in runtime and main.stop <= runtime.stop


class Mapping(NamedTuple):
    """A part of the address space of a process."""

    begin: int
    end: int
    path: str
    """Of the file that is mapped there; "" for none."""
    span: str
    """As the kernel writes it."""
    inode: str


def mappings_of(maps: str) -> list[Mapping]:
    """Each of them. Raises ValueError."""
    found = []
    for line in maps.splitlines():
        span, _, _, _, inode, *path = line.split(maxsplit=5)
        begin, end = span.split("-")
        found.append(Mapping(int(begin, 16), int(end, 16), path[0] if path else "", span, inode))
    return found


def _first(mappings: list[Mapping], path: str) -> int:
    return min(each.begin for each in mappings if each.path == path)
