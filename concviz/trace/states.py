"""What a worker's thread was doing: its states over time, in running sums."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from enum import IntEnum

MOST = 1 << 16
"""Samples of one thread that are kept; beyond, every second one goes, and none of the time."""


class State(IntEnum):
    """What a thread does at a moment. The values are stored; the words are for people."""

    RUNNING = 0
    CORE_WAIT = 1
    GIL_WAIT = 2
    LOCK = 3
    IO = 4
    SLEEP = 5
    OTHER = 6
    UNKNOWN = 7
    THREAD_WAIT = 8
    # Only coroutines can be in these, which are told by their workers:
    LOOP_WAIT = 9
    TASK_WAIT = 10
    EXECUTOR_WAIT = 11

    @property
    def word(self) -> str:
        """For people, for example "waiting for the GIL"."""
        return _WORDS[self]

    @property
    def short(self) -> str:
        """For people in a hurry, for example "GIL"."""
        return _SHORT[self]

    @property
    def key(self) -> str:
        """For programs: the name of a field in seconds, for example "gil_wait_s"."""
        return f"{self.name.lower()}_s"


_WORDS = {
    State.RUNNING: "running",
    State.CORE_WAIT: "waiting for a core",
    State.GIL_WAIT: "waiting for the GIL",
    State.LOCK: "lock",
    State.IO: "I/O",
    State.SLEEP: "sleep",
    State.OTHER: "blocked, other",
    State.UNKNOWN: "blocked, not seen",
    State.THREAD_WAIT: "waiting for another thread",
    State.LOOP_WAIT: "waiting for the event loop",
    State.TASK_WAIT: "waiting for a task, event or queue",
    State.EXECUTOR_WAIT: "waiting for an executor",
}
_SHORT = {
    State.RUNNING: "run",
    State.CORE_WAIT: "core",
    State.GIL_WAIT: "GIL",
    State.LOCK: "lock",
    State.IO: "I/O",
    State.SLEEP: "sleep",
    State.OTHER: "other",
    State.UNKNOWN: "not seen",
    State.THREAD_WAIT: "thread",
    State.LOOP_WAIT: "loop",
    State.TASK_WAIT: "task",
    State.EXECUTOR_WAIT: "executor",
}

OF_THREADS = tuple(state for state in State if state <= State.THREAD_WAIT)
"""What a thread can be seen in."""

Spent = list[int]
"""Nanoseconds in each state, by its value."""


def nothing() -> Spent:
    """No time in any state."""
    return [0] * len(State)


def dominant(spent: Sequence[int]) -> State:
    """The state that took most of the time; of several, the first."""
    return State(max(range(len(State)), key=spent.__getitem__))


class States:
    """Cumulative nanoseconds in each state at the times of the samples of one thread.

    Between two samples the states are taken to be mixed evenly: how long each took is measured,
    in which order is not. Time before the first and after the last sample is not covered.
    """

    def __init__(self) -> None:
        self.times = array("q")
        self.seen = bytearray()
        """``seen[k]``: the state at the moment ``times[k]`` itself."""
        self.firsts = array("q")
        """``firsts[k]``: since when it is known to have been in that state until ``times[k]``.

        Samples that tell the same are kept as one; this is the time of the first of them.
        """
        self.step = 0
        """How long the time is that the latest sample tells of."""
        self._sums = [array("q") for _ in State]
        self.version = 0
        """Grows with every sample."""

    def __len__(self) -> int:
        return len(self.times)

    def add(self, since: int, until: int, spent: Sequence[int], seen: State) -> bool:
        """Take in a sample: what the thread did since the one before.

        False, and nothing happens, when that time has been told already.
        """
        if until <= since or (self.times and since < self.times[-1]):
            return False
        self.step = until - since
        if not self.times:
            self._point(since, nothing(), seen)
        elif since > self.times[-1]:
            missed = nothing()
            missed[State.UNKNOWN] = since - self.times[-1]
            self._point(since, missed, State.UNKNOWN)
        if len(self) > 1 and self._goes_on(since, until, spent, seen):
            self.times[-1] = until
            self._sums[seen][-1] += until - since
        else:
            self._point(until, spent, seen)
        self.version += 1
        if len(self) > MOST:
            self._thin_out()
        return True

    def _goes_on(self, since: int, until: int, spent: Sequence[int], seen: State) -> bool:
        """Whether the thread did one thing all the time, and the same before."""
        sums = self._sums[seen]
        return (
            spent[seen] == until - since
            and self.seen[-1] == seen
            and sums[-1] - sums[-2] == self.times[-1] - self.times[-2]
        )

    def _point(self, time: int, spent: Sequence[int], seen: State) -> None:
        self.times.append(time)
        self.firsts.append(time)
        self.seen.append(seen)
        for sums, more in zip(self._sums, spent, strict=True):
            sums.append((sums[-1] if sums else 0) + more)

    def _thin_out(self) -> None:
        """Half of the samples: as the sums are cumulative, no time is lost, only when it was."""
        last = len(self) - 1
        keep = [k for k in range(len(self)) if k % 2 == 0 or k == last]
        self.times = array("q", [self.times[k] for k in keep])
        self.firsts = array("q", [self.firsts[k] for k in keep])
        self.seen = bytearray(self.seen[k] for k in keep)
        self._sums = [array("q", [sums[k] for k in keep]) for sums in self._sums]

    @property
    def begin(self) -> int:
        """Where the first sample begins. There must be one."""
        return self.times[0]

    @property
    def end(self) -> int:
        """Where the last sample ends. There must be one."""
        return self.times[-1]

    def between(self, begin: int, end: int) -> Spent:
        """Time in each state between two times, as far as samples cover it."""
        if not self.times or end <= begin:
            return nothing()
        before, after = self._at(begin), self._at(end)
        return [b - a for a, b in zip(before, after, strict=True)]

    def interval(self, k: int) -> Spent:
        """Time in each state between the samples ``k - 1`` and ``k``."""
        return [sums[k] - sums[k - 1] for sums in self._sums]

    def inside(self, begin: int, end: int) -> range:
        """Indices of those of which a sample was taken after one time and not after another."""
        # (the first of all only says where the next one begins)
        return range(max(1, bisect_right(self.times, begin)), bisect_right(self.firsts, end))

    def nearest(self, time: int) -> int:
        """Index of the sample that tells of a time: the first one not before it, or the last."""
        return max(1, min(bisect_left(self.times, time), len(self) - 1))

    def _at(self, time: int) -> Spent:
        times = self.times
        k = bisect_right(times, time)
        if k == 0:
            return nothing()
        if k == len(times):
            return [sums[-1] for sums in self._sums]
        t0, t1 = times[k - 1], times[k]
        if time == t0:
            return [sums[k - 1] for sums in self._sums]
        return [s[k - 1] + (s[k] - s[k - 1]) * (time - t0) // (t1 - t0) for s in self._sums]


def total(parts: Iterable[Sequence[int]]) -> Spent:
    """The sum of several."""
    return [sum(column) for column in zip(*parts, strict=True)] or nothing()
