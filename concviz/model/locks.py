"""The waits of workers for locks, as samples told of them.

Times are monotonic nanoseconds. Of waits that are shorter than the time between two samples only
those are known that a sample saw: their number is the least that there were.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence

MOST = 1 << 16
"""Waits of a worker for a lock that are kept one by one; the latest is said to go on beyond."""


class Waits:
    """The waits of a worker for a lock, in order."""

    def __init__(self) -> None:
        self.begins = array("q")
        self.ends = array("q")
        self.total = 0
        self._firsts = array("q")
        """When each was seen for the first time."""
        self._sums = array("q")
        """What they and all before them took."""

    def add(self, since: int, until: int, waited: int) -> None:
        """Take in a sample: of the time since the one before so much was spent waiting."""
        self.total += waited
        goes_on = waited == until - since and len(self.ends) > 0 and self.ends[-1] == since
        if goes_on or len(self.ends) >= MOST:
            self.ends[-1] = until
            self._sums[-1] = self.total
        else:
            self.begins.append(until - waited)
            self.ends.append(until)
            self._firsts.append(until)
            self._sums.append(self.total)

    def as_of(self, t_ns: int, ticks: Sequence[int]) -> Waits | None:
        """Those that had been seen by then, of samples at ``ticks``; None when there are none."""
        count = bisect_right(self._firsts, t_ns)
        if not count:
            return None
        found = Waits()
        found.begins, found.ends = self.begins[:count], self.ends[:count]
        found.total = self._sums[count - 1]
        if found.ends[-1] > t_ns:  # one that went on: until the last sample that saw it
            seen = bisect_right(ticks, t_ns)
            last = max(self._firsts[count - 1], ticks[seen - 1] if seen else 0)
            found.total -= found.ends[-1] - last
            found.ends[-1] = last
        return found


class Locks:
    """The locks of a run, by what tells them apart."""

    def __init__(self) -> None:
        self.functions: dict[str, str] = {}
        """The function in which each was first seen to be waited for."""
        self.waits: dict[str, dict[int, Waits]] = {}
        """Of each, by the index of the worker that waited."""
        self._told: dict[str, int] = {}
        """When it was told in which function."""

    def see(self, t_ns: int, lock: str, function: str) -> None:
        """It was seen to be waited for in a function of that name; the first one counts."""
        if lock not in self.functions:
            self.functions[lock], self._told[lock] = function, t_ns

    def add(self, lock: str, worker: int, since: int, until: int, waited: int) -> None:
        """Take in a sample of a worker that waited for it."""
        self.waits.setdefault(lock, {}).setdefault(worker, Waits()).add(since, until, waited)

    def as_of(self, t_ns: int, workers: Mapping[int, tuple[int, Sequence[int]]]) -> Locks:
        """What was known then; of workers, by index, the index then and the times of samples."""
        found = Locks()
        found.functions = {
            lock: function for lock, function in self.functions.items() if self._told[lock] <= t_ns
        }
        for lock, waits in self.waits.items():
            for worker, each in waits.items():
                index, ticks = workers.get(worker, (worker, ()))
                if (cut := each.as_of(t_ns, ticks)) is not None:
                    found.waits.setdefault(lock, {})[index] = cut
        return found
