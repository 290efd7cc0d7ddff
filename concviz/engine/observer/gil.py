"""Where the GIL is: a thread that waits for it waits at an address inside ``_PyRuntime``.

That struct lies in the data of libpython, or of the executable where Python is linked statically.
How far it is from the beginning of that file's mappings is the same in every process of the same
Python, so it is found once, here, and nothing needs to be asked of the workers.

The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from concviz.engine.observer.proc import Proc

KNOWN = ((3, 11), (3, 12), (3, 13))
"""Versions of CPython whose GIL has been found to be there."""


@dataclass(frozen=True)
class Place:
    """The file that holds ``_PyRuntime``, and where in its mappings."""

    path: str
    offset: int


def gil_enabled() -> bool:
    """Whether the GIL is on (always, where Python cannot say)."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def unknown() -> str | None:
    """Why the GIL of this Python cannot be found, None when it can (or there is none)."""
    if not gil_enabled():
        return None
    name = platform.python_implementation()
    if name != "CPython" or sys.version_info[:2] not in KNOWN:
        return f"not known of {name} {'.'.join(map(str, sys.version_info[:2]))}"
    return None


def find(maps: str) -> Place | None:
    """Where ``_PyRuntime`` is in this process, whose mappings these are."""
    import ctypes

    base = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    mappings = _mappings(maps)
    for begin, end, path in mappings:
        if begin <= base < end and path:
            first = min(b for b, _, p in mappings if p == path)
            return Place(path, base - first)
    return None


def addresses(maps: str, place: Place) -> range | None:
    """From ``_PyRuntime`` to the end of the data in which it lies, in a process of these mappings.

    None when that process is of another Python.
    """
    mappings = _mappings(maps)
    begins = [begin for begin, _, path in mappings if path == place.path]
    if not begins:
        return None
    base = min(begins) + place.offset
    for k, (begin, end, path) in enumerate(mappings):
        if begin <= base < end:
            if path != place.path:
                return None
            for after, its_end, its_path in mappings[k + 1 : k + 2]:
                if after == end and not its_path:  # .bss, of which the file has nothing
                    end = its_end
            return range(base, end)
    return None


class Finder:
    """Finds the GIL of processes that run the same Python as this one."""

    def __init__(self, proc: Proc, here: str = "/proc/self/maps") -> None:
        self._proc = proc
        self._gil = gil_enabled()
        self._place: Place | None = None
        if self._gil and unknown() is None:
            try:
                with open(here, errors="surrogateescape") as maps:  # noqa: PTH123
                    self._place = find(maps.read())
            except (OSError, ValueError):
                self._place = None

    def works(self, pid: int) -> bool:
        """Whether it can be found in a process like this one, perhaps one that only begins."""
        if not self._gil:
            return True
        try:
            return self._place is not None and bool(self._proc.maps(pid))
        except OSError:
            return False

    def find(self, pid: int) -> range | None:
        """Addresses of a process's GIL; empty when there is none, None when it is not known."""
        if not self._gil:
            return range(0)
        if self._place is None:
            return None
        try:
            return addresses(self._proc.maps(pid), self._place)
        except (OSError, ValueError):
            return None


def _mappings(maps: str) -> list[tuple[int, int, str]]:
    """Begin, end and path ("" for none) of each mapping."""
    found = []
    for line in maps.splitlines():
        addresses, _, _, _, _, *path = line.split(maxsplit=5)
        begin, end = addresses.split("-")
        found.append((int(begin, 16), int(end, 16), path[0] if path else ""))
    return found
