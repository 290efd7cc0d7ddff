"""Which functions of Python the threads of another process are in.

Read in its memory, while it runs on: what is read of a thread holds only if the thread was blocked
all the while, which is for the caller to find out.
The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from concviz.observer.address_space import WORD, AddressSpace
from concviz.observer.layout import NAME_AT, TAGS, TYPE_AT, Layout
from concviz.observer.subinterpreters import Offsets

MOST_THREADS = 100_000
MOST_INTERPRETERS = 1_000
"""Lists that change while they are read might have no end."""
DEPTH = 12
"""Callers that are looked at."""
LONGEST = 1_000
"""Characters of a name; what is longer is no name."""
LENGTH_AT = 2 * WORD
"""Where a string has its length: after what every object begins with."""

BETWEEN = "<shim>"
"""What is between a function of Python and one in C that called it has code in 3.12, none later."""


class Function(NamedTuple):
    """Code of Python, by where it stands and what it is called: "" where that is not known."""

    filename: str
    qualname: str


class Stacks:
    """The stacks of a process that runs the same Python as this one."""

    def __init__(
        self, space: AddressSpace, runtime: int, layout: Layout, offsets: Offsets | None
    ) -> None:
        """``runtime``: where its ``_PyRuntime`` is; ``offsets``: if there are sub-interpreters."""
        self._space = space
        self._runtime = runtime
        self._layout = layout
        self._offsets = offsets
        self._threads: dict[int, list[int]] = {}

    def of(self, tid: int, depth: int = DEPTH) -> Iterator[Function]:
        """What the thread is in, what called that, and so on. Raises OSError, LookupError.

        A thread that is in a sub-interpreter has a stack there, and one from where it came.
        """
        for thread in self._states(tid):
            yield from self._stack(thread, depth)

    def _stack(self, thread: int, depth: int) -> Iterator[Function]:
        space, layout = self._space, self._layout
        frame = thread
        for offset in layout.frame:
            frame = space.pointer(frame + offset)
        for _ in range(depth):
            if not frame:
                return
            code = space.pointer(frame + layout.code) & ~TAGS
            if code and is_one(space, code, "code"):
                filename = self._text(space.pointer(code + layout.filename))
                if filename != BETWEEN:
                    yield Function(filename, self._text(space.pointer(code + layout.qualname)))
            frame = space.pointer(frame + layout.caller)

    def _states(self, tid: int) -> list[int]:
        known = self._threads.get(tid, [])
        if not known or any(self._id_of(thread) != tid for thread in known):
            self._threads = {}
            for thread in self._all():
                self._threads.setdefault(self._id_of(thread), []).append(thread)
        return self._threads[tid]

    def _id_of(self, thread: int) -> int:
        return self._space.pointer(thread + self._layout.native_id)

    def _all(self) -> Iterator[int]:
        space, layout = self._space, self._layout
        interpreter = space.pointer(self._runtime + layout.interpreter)
        for _ in range(MOST_INTERPRETERS):
            thread = space.pointer(interpreter + layout.threads)
            for _ in range(MOST_THREADS):
                if not thread:
                    break
                yield thread
                thread = space.pointer(thread + layout.next)
            if self._offsets is None:
                return
            interpreter = space.pointer(interpreter + self._offsets.next)
            if not interpreter:
                return

    def _text(self, string: int) -> str:
        length = self._space.pointer(string + LENGTH_AT)
        if length > LONGEST:
            return ""
        raw = self._space.read(string + self._layout.characters, length)
        # Characters beyond ASCII stand elsewhere and otherwise: then these are none.
        text = raw.decode() if raw.isascii() else ""
        return text if text.isprintable() else ""


def is_one(space: AddressSpace, address: int, *types: str) -> bool:
    """Whether there is an object of a type of such a name. Raises OSError."""
    name = space.pointer(space.pointer(address + TYPE_AT) + NAME_AT)
    longest = max(map(len, types)) + 1
    return space.read(name, longest).startswith(tuple(f"{name}\0".encode() for name in types))
