"""Histories of single figures, so that each can be told as of any time, by bisection.

Most of what is told comes in the order of its times, or nearly so. All of these can be told in any
order and say the same as if only what happened by then had been told, in the order it came in.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST = (1 << 62) - 1
"""An amount that is larger makes no sense, but must not break anything."""
NEAR = 4_096
"""So near to its end something is put into its place at once; else all are sorted when needed."""


class Times:
    """Times, in order."""

    def __init__(self) -> None:
        self._times = array("q")
        self._sorted = True

    def add(self, t_ns: int) -> None:
        """One more."""
        times = self._times
        if not times or t_ns >= times[-1]:
            times.append(t_ns)
        elif self._sorted and (len(times) < NEAR or t_ns >= times[-NEAR]):
            insort(times, t_ns, max(0, len(times) - NEAR))
        else:
            times.append(t_ns)
            self._sorted = False

    def add_all(self, times: Iterable[int]) -> None:
        """Several more, in any order."""
        self._times.extend(times)
        self._sorted = False

    def discard(self, t_ns: int) -> None:
        """One less of that time, if there is any: news that came late."""
        at = self.until(t_ns) - 1
        if at >= 0 and self._times[at] == t_ns:
            del self._times[at]

    @property
    def all(self) -> array[int]:
        """Of which nothing may be changed."""
        if not self._sorted:
            self._times[:] = array("q", sorted(self._times))
            self._sorted = True
        return self._times

    def until(self, t_ns: int) -> int:
        """How many there are until then."""
        return bisect_right(self.all, t_ns)

    def cut(self, t_ns: int) -> Times:
        """Those until then, on their own."""
        cut = Times()
        cut._times = self.all[: self.until(t_ns)]
        return cut


class Amounts:
    """Amounts at times: how many, their sum and the largest, until any time."""

    def __init__(self) -> None:
        self._times = array("q")
        self._amounts = array("q")
        self._sums = array("q", [0])
        self._most = array("q", [-(1 << 63)])
        self._sorted = True

    def add(self, t_ns: int, amount: int) -> None:
        """One more."""
        if amount > _MOST:
            amount = _MOST
        times = self._times
        if self._sorted and (not times or t_ns >= times[-1]):
            self._sum_up(amount)
        else:
            self._sorted = False
        times.append(t_ns)
        self._amounts.append(amount)

    def discard(self, t_ns: int, amount: int) -> None:
        """One less of that time and amount, if there is any: news that came late."""
        for at, known in enumerate(zip(self._times, self._amounts, strict=True)):
            if known == (t_ns, amount):
                del self._times[at], self._amounts[at]
                self._sorted = False
                return

    def _sum_up(self, amount: int) -> None:
        total, most = self._sums[-1] + amount, self._most[-1]
        self._sums.append(total if total < _MOST else _MOST)
        self._most.append(amount if amount > most else most)

    def __len__(self) -> int:
        return len(self._times)

    def until(self, t_ns: int) -> tuple[int, int, int]:
        """How many there are until then, their sum, and the largest; 0 of none."""
        if not self._sorted:
            order = sorted(range(len(self._times)), key=self._times.__getitem__)
            self._times = array("q", [self._times[k] for k in order])
            self._amounts = array("q", [self._amounts[k] for k in order])
            del self._sums[1:], self._most[1:]
            for amount in self._amounts:
                self._sum_up(amount)
            self._sorted = True
        count = bisect_right(self._times, t_ns)
        return count, self._sums[count], self._most[count] if count else 0


class Latest(Generic[T]):
    """What was told last, of what was told by a time."""

    def __init__(self) -> None:
        self._times = array("q")
        self._told: list[T] = []

    def tell(self, t_ns: int, value: T) -> None:
        """This is so from then on, whatever was told before of later times."""
        while self._times and self._times[-1] >= t_ns:
            self._times.pop()
            self._told.pop()
        self._times.append(t_ns)
        self._told.append(value)

    def until(self, t_ns: int, before: T) -> T:
        """As of then; or what was so before anything was told."""
        k = bisect_right(self._times, t_ns)
        return self._told[k - 1] if k else before

    def between(self, begin: int, end: int) -> list[T]:
        """What was told from one time to another, in order."""
        return self._told[bisect_right(self._times, begin) : bisect_right(self._times, end)]


class Peaks:
    """The largest of what was told by a time."""

    def __init__(self) -> None:
        self._times = array("q")
        self._most = array("q")

    def tell(self, t_ns: int, value: int) -> None:
        """It was so large."""
        times, most = self._times, self._most
        if times and t_ns >= times[-1] and value <= most[-1]:
            return
        if not times or (t_ns > times[-1] and value > most[-1]):
            times.append(t_ns)
            most.append(value)
            return
        k = bisect_right(times, t_ns)
        if k and most[k - 1] >= value:
            return
        if k and times[k - 1] == t_ns:
            k -= 1
        until = k
        while until < len(most) and most[until] <= value:
            until += 1
        times[k:until] = array("q", [t_ns])
        most[k:until] = array("q", [value])

    def until(self, t_ns: int, before: int) -> int:
        """As of then; or what was so before anything was told."""
        k = bisect_right(self._times, t_ns)
        return self._most[k - 1] if k else before
