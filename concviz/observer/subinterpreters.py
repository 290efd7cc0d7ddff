"""Where the GIL of each sub-interpreter is: on the heap, found by way of ``_PyRuntime``.

From CPython 3.13 on that struct begins with ``_Py_DebugOffsets``, which exist for debuggers and say
where in the interpreters' own structs things are (``Include/internal/pycore_debug_offsets.h``). The
list of interpreters is read in the memory of the process that is looked at.
The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from concviz.observer.address_space import AddressSpace

COOKIE = b"xdebugpy"
LENGTH = 16 * 8
"""Bytes of the offsets that are of interest."""
GIL_BYTES = 256
"""``struct _gil_runtime_state`` has 208 on x86-64, where no mutex follows it."""
MOST = 10_000
"""Interpreters that are looked at: a list that changes meanwhile might have no end."""


@dataclass(frozen=True)
class Offsets:
    """In bytes: the list in ``_PyRuntime``, and what is where in an interpreter."""

    head: int
    next: int
    gil: int
    """Of the pointer to its GIL, which several may share."""

    @classmethod
    def parse(cls, raw: bytes) -> Offsets | None:
        """From the beginning of ``_PyRuntime``; None where they are of no known version."""
        if len(raw) < LENGTH or not raw.startswith(COOKIE):
            return None
        words = struct.unpack(f"<{LENGTH // 8}Q", raw[:LENGTH])
        version = words[1] >> 24, words[1] >> 16 & 0xFF
        if version < (3, 13):
            return None
        shift = version > (3, 13)  # 3.14 has put ``threads_main`` before it
        return cls(words[5], words[8], words[14 + shift])


def gils(space: AddressSpace, runtime: int, offsets: Offsets) -> list[range]:
    """Addresses of the GIL of each interpreter whose ``_PyRuntime`` is there. Raises OSError."""
    found: list[range] = []
    interpreter = space.pointer(runtime + offsets.head)
    while interpreter and len(found) < MOST:
        gil = space.pointer(interpreter + offsets.gil)
        found.append(range(gil, gil + GIL_BYTES))
        interpreter = space.pointer(interpreter + offsets.next)
    return found
