"""A forked process gets pages of memory of its own, before anything is measured in it.

Those that it shares with its parent would be copied one by one when they are first written to, in
the middle of tasks; and they would not count as its own, but in parts, as long as there is a parent
that does nothing with them. Linux only (from 5.14 on). The standard library only.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from mmap import PAGESIZE
from pathlib import Path

MADV_POPULATE_WRITE = 23
"""Copies, now, what a write would have copied (``madvise(2)``)."""
ENTRY = 8
"""Bytes that ``/proc/self/pagemap`` has for a page."""
TOP = ENTRY - 1 if sys.byteorder == "little" else 0
"""Which of them says whether the page is in memory, or swapped out: the two highest bits."""
THERE = re.compile(b"[\x40-\xff]+")


def own_pages() -> bool:
    """Copy all that can be written to and has been. Whether this system does that."""
    import ctypes

    advise = ctypes.CDLL(None, use_errno=True).madvise
    advise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    with suppress(OSError, ValueError), open("/proc/self/pagemap", "rb", 0) as pagemap:  # noqa: PTH123
        for line in Path("/proc/self/maps").read_text(errors="replace").splitlines():
            span, access = line.split(maxsplit=2)[:2]
            if access[:2] != "rw" or access[3] != "p":
                continue
            begin, end = (int(bound, 16) for bound in span.split("-"))
            pagemap.seek(begin // PAGESIZE * ENTRY)
            pages = pagemap.read((end - begin) // PAGESIZE * ENTRY)[TOP::ENTRY]
            for there in THERE.finditer(pages):
                length = len(there[0]) * PAGESIZE
                if advise(begin + there.start() * PAGESIZE, length, MADV_POPULATE_WRITE):
                    return False
        return True
    return False
