"""What a worker's thread was doing: its states over time, in running sums."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

MOST = 1 << 16
"""Samples of one thread that are kept; beyond, every second one goes, and none of the time."""


class _Row(NamedTuple):
    """All that is said and drawn of a state."""

    word: str
    """For people, for example "waiting for the GIL"."""
    short: str
    """For people in a hurry, for example "GIL"."""
    glyph: str
    """One cell, no other sign's: colour is never the only cue."""
    ascii: str
    """The same where there is no Unicode."""
    colour: str
    """The name of a role of ``view.roles``; states that are rarely seen together may share one."""
    waits_for: str = ""
    """Behind "waiting for"; empty where the thread does not wait, or it is not known for what."""
    competes: bool = False
    """Whether a task would not be in it if it were alone."""
    of_coroutines: bool = False
    """Whether only coroutines can be in it: it is told by their workers, never seen."""
    of_a_coroutine: str = ""
    """The word for it where a coroutine is in it, if that is another."""


class State(IntEnum):
    """What a thread does at a moment: one row each, and a new one needs nothing else.

    The value is the place of its time in ``Spent``. What a thread can be seen in stands first.
    """

    RUNNING = _Row("running", "run", "▇", "#", "running")
    CORE_WAIT = _Row("waiting for a core", "core", "▄", ";", "core_wait", "a core", competes=True)
    GIL_WAIT = _Row("waiting for the GIL", "GIL", "≡", "=", "gil_wait", "the GIL", competes=True)
    LOCK = _Row(
        "lock",
        "lock",
        "╪",
        "+",
        "lock",
        "a lock",
        competes=True,
        of_a_coroutine="waiting for a lock",
    )
    IO = _Row("I/O", "I/O", "≈", "~", "io", "I/O")
    SLEEP = _Row("sleep", "sleep", "─", "-", "sleep", "sleep")
    OTHER = _Row(
        "blocked, other",
        "other",
        "▪",
        "&",
        "other",
        of_a_coroutine="waiting for something else",
    )
    UNKNOWN = _Row("blocked, not seen", "not seen", "▫", '"', "other")
    THREAD_WAIT = _Row(
        "waiting for another thread",
        "thread",
        "┆",
        "{",
        "thread_wait",
        "other threads or processes",
    )
    LOOP_WAIT = _Row(
        "waiting for the event loop",
        "loop",
        "∞",
        "(",
        "core_wait",
        "the event loop",
        competes=True,
        of_coroutines=True,
    )
    TASK_WAIT = _Row(
        "waiting for a task, event or queue",
        "task",
        "╫",
        "$",
        "other",
        "other tasks",
        of_coroutines=True,
    )
    EXECUTOR_WAIT = _Row(
        "waiting for an executor",
        "executor",
        "║",
        "[",
        "other",
        "an executor",
        of_coroutines=True,
    )

    word: str
    short: str
    glyph: str
    ascii: str
    colour: str
    waits_for: str
    competes: bool
    of_coroutines: bool
    of_a_coroutine: str

    def __new__(cls, *row: object) -> State:
        """With the fields of the row as its own."""
        state = int.__new__(cls, len(cls.__members__))
        state._value_ = len(cls.__members__)
        for name, value in zip(_Row._fields, row, strict=True):
            setattr(state, name, value)
        return state

    @property
    def key(self) -> str:
        """For programs: the name of a field in seconds, for example "gil_wait_s"."""
        return f"{self.name.lower()}_s"


OF_THREADS = tuple(state for state in State if not state.of_coroutines)
"""What a thread can be seen in."""
COMPETING = tuple(state for state in State if state.competes)
"""What a task would not have to wait for if it were alone."""
QUIET = tuple(state for state in State if state.waits_for and not state.competes)
"""What tasks can wait for side by side."""

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
