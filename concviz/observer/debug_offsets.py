"""Where another Python has what its threads execute, as it says itself.

From CPython 3.13 on ``_PyRuntime`` begins with ``_Py_DebugOffsets``, which exist for debuggers.
What they contain depends on the minor version (``Include/internal/pycore_debug_offsets.h``, in
3.13 ``pycore_runtime.h``), so those of versions that are not listed here say nothing.
The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from concviz.observer.address_space import WORD
from concviz.observer.layout import NAME_AT, TYPE_AT, Layout
from concviz.observer.subinterpreters import COOKIE

WORDS = 96
"""That are read of them: more than are of interest."""
LENGTH = WORDS * WORD
PARKS = (3, 14)
"""From that version on a thread that waits for a lock does so on its own stack."""


class _Places(NamedTuple):
    """Which words of the offsets say what, of a version."""

    thread: int
    """The first of those about threads."""
    native_id: int
    frame: int
    """The first of those about frames."""
    code: int
    objects: int
    """The first of those about objects, which those about types follow."""


_BY_VERSION: dict[tuple[int, ...], _Places] = {
    (3, 13): _Places(19, 25, 28, 34, 44),
    (3, 14): _Places(22, 28, 31, 39, 50),
    (3, 15): _Places(22, 31, 39, 47, 58),
}
_HEAD, _THREADS = 5, 9
_ENABLED: dict[tuple[int, ...], int] = {(3, 13): 16, (3, 14): 17, (3, 15): 17}
CHARACTERS = 40
"""``sizeof(PyASCIIObject)``, behind which a string of ASCII has its characters."""


FOUND: dict[tuple[int, ...], Layout] = {
    (3, 11): Layout(40, 16, 8, 160, (56, 8), 32, 48, 112, 128, 48, False),
    (3, 12): Layout(40, 72, 8, 144, (56, 0), 0, 8, 112, 128, 40, False),
}
"""Of versions before that, which say nothing: as ``layout`` finds them on x86-64, where
Python is built without options for its own developers."""


class DebugOffsets:
    """What a Python says of itself."""

    def __init__(self, raw: bytes) -> None:
        """From the beginning of its ``_PyRuntime``. Raises ValueError where there are none."""
        if len(raw) < WORDS * 8 or not raw.startswith(COOKIE):
            raise ValueError("no offsets for debuggers")
        self._words = struct.unpack(f"<{WORDS}Q", raw[: WORDS * 8])
        number = self._words[1]
        self.version = number >> 24 & 0xFF, number >> 16 & 0xFF, number >> 8 & 0xFF
        """For example 3, 14, 10."""
        self.free_threaded = bool(self._words[2])
        """Whether it is of the build that may do without a GIL."""

    @property
    def gil_enabled_at(self) -> int | None:
        """Where in its GIL it is said whether that is switched on; None where that is not known."""
        return self._words[at] if (at := _ENABLED.get(self.version[:2])) is not None else None

    def layout(self) -> Layout | None:
        """Where its threads are; None of a version or a build that is not known."""
        places, words = _BY_VERSION.get(self.version[:2]), self._words
        if places is None or self.free_threaded:
            return None
        if (words[places.objects + 1], words[places.objects + 3]) != (TYPE_AT, NAME_AT):
            return None
        return Layout(
            interpreter=words[_HEAD],
            threads=words[_THREADS],
            next=words[places.thread + 2],
            native_id=words[places.native_id],
            frame=(words[places.thread + 4],),
            code=words[places.frame + 2],
            caller=words[places.frame + 1],
            filename=words[places.code + 1],
            qualname=words[places.code + 3],
            characters=CHARACTERS,
            parks=self.version[:2] >= PARKS,
        )
