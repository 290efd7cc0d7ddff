"""What belongs to this process: its threads and children. Linux tells; elsewhere there are none.

Light, as it is imported in every worker process.
"""

from __future__ import annotations

import os

LONGEST = 1 << 16
"""Bytes of a list of children that are read."""


def threads() -> list[int]:
    """Native ids of all threads."""
    try:
        with os.scandir("/proc/self/task") as entries:
            return [int(entry.name) for entry in entries]
    except OSError:
        return []


def children() -> list[int]:
    """Processes that it has started and that still are."""
    found: list[int] = []
    for thread in threads():
        try:
            listed = os.open(f"/proc/self/task/{thread}/children", os.O_RDONLY)
        except OSError:  # the thread has ended, or this kernel does not tell
            continue
        try:
            found += map(int, os.read(listed, LONGEST).split())
        finally:
            os.close(listed)
    return found


def children_ns() -> int:
    """CPU time of all children that have ended and were waited for, in nanoseconds."""
    times = os.times()
    return round((times.children_user + times.children_system) * 1e9)
