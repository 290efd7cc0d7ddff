"""The Python that another process runs: of this version or another, found in its own files.

``_PyRuntime`` is a section of libpython, or of the executable where Python is linked statically, on
CPython 3.10 and later. Of a Python that is this process's own, more is known: it was tried here.
The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import NamedTuple

from concviz.observer import gil
from concviz.observer.address_space import AddressSpace
from concviz.observer.debug_offsets import FOUND, LENGTH, DebugOffsets
from concviz.observer.elf import section, symbol
from concviz.observer.free_threading import gil_enabled
from concviz.observer.gil import NO_GIL, Gils, Mapping, Place, mappings_of
from concviz.observer.layout import Layout, layout
from concviz.observer.proc import Proc
from concviz.observer.stacks import Stacks
from concviz.observer.subinterpreters import Offsets, gils

SELF_DESCRIBING = (3, 13)
VERSION_SYMBOL = "Py_Version"
"""What holds the version as a number, from 3.11 on."""
DELETED = " (deleted)"
ATTEMPTS = 5
DEPTH = 50


@dataclass
class Python:
    """The Python of a process, as far as it is known."""

    runtime: range
    """Where its ``_PyRuntime`` is."""
    version: tuple[int, ...]
    """For example (3, 14, 10); (3, 14) or empty where no more is known."""
    own: bool
    """Whether it is the same as runs here."""
    gils: Gils | None
    """None where they are not known."""
    offsets: Offsets | None
    """Where it has its interpreters."""
    layout: Layout | None
    """Where it has its threads."""
    missing: dict[str, str] = field(default_factory=dict)
    """As in ``Observer``."""

    @property
    def text(self) -> str:
        """For example "3.14.10"."""
        return ".".join(map(str, self.version))


class _File(NamedTuple):
    span: range | None
    """``_PyRuntime``, in bytes after the first mapping."""
    version: range | None
    """The version, likewise."""


class Pythons:
    """Knows the files of Pythons that it has seen."""

    def __init__(self, proc: Proc) -> None:
        self._proc = proc
        self._files: dict[tuple[str, str], _File] = {}

    def of(self, pid: int, space: AddressSpace | None) -> Python | None:
        """What a process runs, whose memory that is; None where it is no Python, or begins only.

        Raises OSError where the system does not show its mappings.
        """
        maps = self._proc.maps(pid)
        own = gil.own()
        with suppress(ValueError):
            if own is not None and (runtime := gil.addresses(maps, own)) is not None:
                return self._own(runtime, space)
            for first in self._candidates(pid, maps):
                file = self._file(pid, first)
                if file.span is None:
                    continue
                runtime = gil.addresses(maps, Place(first.path, file.span))
                if runtime is not None:
                    return self._other(pid, runtime, first, file, space)
        return None

    def _own(self, runtime: range, space: AddressSpace | None) -> Python:
        import sys

        offsets = gil.offsets()
        found = Gils(runtime, space, offsets) if gil_enabled() else NO_GIL
        return Python(runtime, sys.version_info[:3], True, found, offsets, layout())

    def _other(
        self, pid: int, runtime: range, first: Mapping, file: _File, space: AddressSpace | None
    ) -> Python:
        version = _version(first, file, space)
        python = Python(runtime, version, False, None, None, None)
        words = f"CPython {python.text}" if version else "this Python"
        python.missing["locks"] = f"where {words} has its stacks is not known"
        if version[:2] < SELF_DESCRIBING:
            python.gils = Gils(runtime, space, None)
            if space is not None and (found := FOUND.get(version[:2])) is not None:
                self._try(pid, python, space, found)
        elif space is None:
            python.missing |= dict.fromkeys(("gil", "locks"), "the system does not show its memory")
        else:
            try:
                raw = space.read(runtime.start, LENGTH)
                self._of_itself(pid, python, raw, space)
            except (OSError, ValueError):
                python.missing |= dict.fromkeys(
                    ("gil", "locks"), f"what {words} says of itself cannot be read"
                )
        return python

    def _of_itself(self, pid: int, python: Python, raw: bytes, space: AddressSpace) -> None:
        says = DebugOffsets(raw)
        python.version = says.version
        offsets, runtime = Offsets.parse(raw), python.runtime
        if offsets is None or not gil.sound(space, runtime, offsets):
            raise ValueError("not where it says")
        python.offsets = offsets
        if says.free_threaded and not _switched_on(space, runtime, offsets, says):
            python.gils = NO_GIL
        else:
            python.gils = Gils(runtime, space, offsets)
        if (found := says.layout()) is not None:
            self._try(pid, python, space, found)

    def _try(self, pid: int, python: Python, space: AddressSpace, found: Layout) -> None:
        """That layout is believed if the main thread is seen to execute something there."""
        stacks = Stacks(space, python.runtime.start, found, python.offsets)
        tid = self._proc.inner_tid(pid, pid)
        for _ in range(ATTEMPTS):  # it may be changing just now
            with suppress(OSError, LookupError, ValueError):
                if any(function.qualname for function in stacks.of(tid, DEPTH)):
                    python.layout = found
                    del python.missing["locks"]
                    return
        python.missing["locks"] = f"where CPython {python.text} has its stacks was not found"

    def _candidates(self, pid: int, maps: str) -> list[Mapping]:
        """The first mapping of each file that may hold a Python."""
        file = self._proc.file(pid)
        firsts: dict[str, Mapping] = {}
        for mapping in mappings_of(maps):
            name = PurePath(mapping.path).name.lower()
            if mapping.path and (mapping.path == file or "python" in name):
                firsts.setdefault(mapping.path, mapping)
        return list(firsts.values())

    def _file(self, pid: int, first: Mapping) -> _File:
        key = first.path, first.inode
        if key not in self._files:
            found = _File(None, None)
            for path in self._proc.ways_to(pid, first.path, first.span):
                with suppress(OSError):
                    span = section(path, gil.SECTION)
                    found = _File(span, None if span is None else symbol(path, VERSION_SYMBOL))
                    break
            self._files[key] = found
        return self._files[key]


def _version(first: Mapping, file: _File, space: AddressSpace | None) -> tuple[int, ...]:
    """Its version: as it says itself, else as its file is called."""
    if file.version is not None and space is not None:
        with suppress(OSError, struct.error):
            number = space.pointer(first.begin + file.version.start)
            if 3 <= number >> 24 < 100:
                return number >> 24, number >> 16 & 0xFF, number >> 8 & 0xFF
    named = re.search(r"python(\d)\.(\d+)", PurePath(first.path).name)
    return tuple(map(int, named.groups())) if named else ()


def _switched_on(space: AddressSpace, runtime: range, offsets: Offsets, says: DebugOffsets) -> bool:
    """Whether a Python that may do without has its GIL on all the same. Raises OSError."""
    at = says.gil_enabled_at
    *_, main = gils(space, runtime.start, offsets)
    return at is not None and space.words(main.start + at, 1)[0] & 0xFFFFFFFF != 0
