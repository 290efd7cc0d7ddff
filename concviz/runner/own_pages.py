"""A forked process gets pages of memory of its own, before anything is measured in it.

Those that it shares with its parent would be copied one by one when they are first written to, in
the middle of tasks; and they would not count as its own, but in parts, as long as there is a parent
that does nothing with them. Linux only (from 5.14 on). The standard library only.
"""

from __future__ import annotations

import mmap
from array import array
from contextlib import suppress
from itertools import groupby
from pathlib import Path

MADV_POPULATE_WRITE = 23
"""Copies, now, what a write would have copied (``madvise(2)``)."""
THERE = 3 << 62
"""In an entry of ``/proc/self/pagemap``: the page is in memory, or swapped out."""


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
            pagemap.seek(begin // mmap.PAGESIZE * 8)
            pages = array("Q", pagemap.read((end - begin) // mmap.PAGESIZE * 8))
            at = begin
            for there, run in groupby(pages, THERE.__and__):
                length = sum(1 for _ in run) * mmap.PAGESIZE
                if there and advise(at, length, MADV_POPULATE_WRITE):
                    return False
                at += length
        return True
    return False
