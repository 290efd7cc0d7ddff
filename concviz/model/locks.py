"""The waits of workers for locks, as samples told of them.

Times are monotonic nanoseconds. Of waits that are shorter than the time between two samples only
those are known that a sample saw: their number is the least that there were.
"""

from __future__ import annotations

from array import array

MOST = 1 << 16
"""Waits of a worker for a lock that are kept one by one; the latest is said to go on beyond."""


class Waits:
    """The waits of a worker for a lock, in order."""

    def __init__(self) -> None:
        self.begins = array("q")
        self.ends = array("q")
        self.total = 0

    def add(self, since: int, until: int, waited: int) -> None:
        """Take in a sample: of the time since the one before so much was spent waiting."""
        self.total += waited
        goes_on = waited == until - since and len(self.ends) > 0 and self.ends[-1] == since
        if goes_on or len(self.ends) >= MOST:
            self.ends[-1] = until
        else:
            self.begins.append(until - waited)
            self.ends.append(until)


class Locks:
    """The locks of a run, by what tells them apart."""

    def __init__(self) -> None:
        self.functions: dict[str, str] = {}
        """The function in which each was first seen to be waited for."""
        self.waits: dict[str, dict[int, Waits]] = {}
        """Of each, by the index of the worker that waited."""

    def add(self, lock: str, worker: int, since: int, until: int, waited: int) -> None:
        """Take in a sample of a worker that waited for it."""
        self.waits.setdefault(lock, {}).setdefault(worker, Waits()).add(since, until, waited)
