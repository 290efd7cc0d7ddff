"""What a worker's thread was doing: its states over time, in running sums."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from concviz.trace.states import STATES, Spent, State, nothing

MOST = 1 << 16
"""Samples of one thread that are kept; beyond, every second one goes, and none of the time."""
ROOM = 16 << 20
"""Numbers of eight bytes that the samples of all threads of a run may take: 128 MB."""
LEFT = 0.75
"""So much of the room is taken when some have been let go."""


class Room:
    """What the samples of several threads may take together: where it is full, the largest go."""

    def __init__(self, limit: int = ROOM) -> None:
        self._limit = limit
        self.taken = 0
        self._all: list[States] = []

    def enter(self, states: States) -> None:
        """These share it from now on."""
        self._all.append(states)

    def take(self, words: int) -> None:
        """So many numbers more; of the largest every second sample goes if that is too much."""
        self.taken += words
        if self.taken <= self._limit:
            return
        by_size = sorted(self._all, key=lambda states: -states.words)
        while self.taken > LEFT * self._limit and by_size[0].words > _SMALL:
            # Those that are at least half as large as the largest, so that all keep alike.
            largest = by_size[0].words
            for states in by_size:
                if 2 * states.words < largest or self.taken <= LEFT * self._limit:
                    break
                states.thin_out()
            by_size.sort(key=lambda states: -states.words)


_SMALL = 64
"""Numbers that are left to everybody."""


class States:
    """Cumulative nanoseconds in each state at the times of the samples of one thread.

    Between two samples the states are taken to be mixed evenly: how long each took is measured,
    in which order is not. Time before the first and after the last sample is not covered.
    """

    def __init__(self, room: Room | None = None) -> None:
        self.times = array("q")
        self.seen = bytearray()
        """``seen[k]``: the state at the moment ``times[k]`` itself."""
        self.firsts = array("q")
        """``firsts[k]``: since when it is known to have been in that state until ``times[k]``.

        Samples that tell the same are kept as one; this is the time of the first of them.
        """
        self.ticks = array("q")
        """When the samples were taken, also those that are kept as one with others."""
        self.step = 0
        """How long the time is that the latest sample tells of."""
        self.sums: dict[int, array[int]] = {}
        """Of the states that took any time."""
        self.version = 0
        """Grows with every sample."""
        self.thinned = 0
        """How often every second one has gone."""
        self.words = 0
        """Numbers of eight bytes that they take, about."""
        self._room = room or Room()
        self._room.enter(self)

    def __len__(self) -> int:
        return len(self.times)

    def add(self, since: int, until: int, spent: Sequence[int], seen: State) -> bool:
        """Take in a sample: what the thread did since the one before, as times in all states.

        False, and nothing happens, when that time has been told already.
        """
        return self.take(since, until, {k: part for k, part in enumerate(spent) if part}, seen)

    def take(self, since: int, until: int, spent: Mapping[int, int], seen: State) -> bool:
        """The same; of those states only that took any time."""
        times, words = self.times, self.words
        if until <= since or (times and since < times[-1]):
            return False
        self.step = window = until - since
        if (whole := sum(spent.values())) > window:  # that cannot be
            spent = {state: part * window // whole for state, part in spent.items()}
        if not times:
            self._point(since, {}, seen)
        elif since > times[-1]:
            self._point(since, {State.UNKNOWN: since - times[-1]}, State.UNKNOWN)
        if len(times) > 1 and self._goes_on(since, until, spent, seen):
            times[-1] = until
            self.sums[seen][-1] += until - since
        else:
            self._point(until, spent, seen)
        self.ticks.append(until)
        self.words += 1
        self.version += 1
        if len(times) > MOST or len(self.ticks) > 4 * MOST:
            self._thin_out()
        self._room.take(self.words - words)  # which may thin out these, too
        return True

    def _goes_on(self, since: int, until: int, spent: Mapping[int, int], seen: State) -> bool:
        """Whether the thread did one thing all the time, and the same before."""
        if spent.get(seen) != until - since or self.seen[-1] != seen:
            return False
        if self.times[-1] != self.ticks[-1]:  # what was missed is no sample
            return False
        sums = self.sums.get(seen)
        return sums is not None and sums[-1] - sums[-2] == self.times[-1] - self.times[-2]

    def _point(self, time: int, spent: Mapping[int, int], seen: State) -> None:
        for state in spent:
            if state not in self.sums:
                self.sums[state] = array("q", bytes(8 * len(self.times)))
                self.words += len(self.times)
        self.times.append(time)
        self.firsts.append(time)
        self.seen.append(seen)
        for state, sums in self.sums.items():
            sums.append((sums[-1] if sums else 0) + spent.get(state, 0))
        self.words += 2 + len(self.sums)

    def thin_out(self) -> None:
        """Half of the samples: as the sums are cumulative, no time is lost, only when it was."""
        words = self.words
        self._thin_out()
        self._room.taken += self.words - words

    def _thin_out(self) -> None:
        self.thinned += 1
        self.times, self.firsts = _half(self.times), _half(self.firsts)
        self.ticks = _half(self.ticks)
        odd = bool(self.seen) and len(self.seen) % 2 == 0
        self.seen = self.seen[::2] + (self.seen[-1:] if odd else b"")
        self.sums = {state: _half(sums) for state, sums in self.sums.items()}
        self.words = len(self.times) * (2 + len(self.sums)) + len(self.ticks)

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
        spent = nothing()
        times = self.times
        if not times or end <= begin:
            return spent
        first, last = bisect_right(times, begin), bisect_right(times, end)
        # Between two samples a part of the second one's counts.
        part = whole = more = most = 0
        if 0 < first < len(times) and (part := begin - times[first - 1]):
            whole = times[first] - times[first - 1]
        if 0 < last < len(times) and (more := end - times[last - 1]):
            most = times[last] - times[last - 1]
        for state, sums in self.sums.items():
            time = sums[last - 1] if last else 0
            if more:
                time += (sums[last] - sums[last - 1]) * more // most
            if first:
                time -= sums[first - 1]
                if part:
                    time -= (sums[first] - sums[first - 1]) * part // whole
            spent[state] = time
        return spent

    def most(self, begin: int, end: int) -> State:
        """The state that took most of the time between two times; of several, the first.

        The same as is dominant in ``between``, which a picture asks for each of its cells.
        """
        times = self.times
        first, last = bisect_right(times, begin), bisect_right(times, end)
        if end <= begin or not last:
            return STATES[0]
        part = whole = more = most = 0
        if 0 < first < len(times) and (part := begin - times[first - 1]):
            whole = times[first] - times[first - 1]
        if last < len(times) and (more := end - times[last - 1]):
            most = times[last] - times[last - 1]
        longest = found = 0
        for state, sums in self.sums.items():
            time = sums[last - 1]
            if more:
                time += (sums[last] - time) * more // most
            if first:
                before = sums[first - 1]
                time -= before
                if part:
                    time -= (sums[first] - before) * part // whole
            if time > longest or (time == longest and state < found):
                longest, found = time, state
        return STATES[found]

    def interval(self, k: int) -> Spent:
        """Time in each state between the samples ``k - 1`` and ``k``."""
        spent = nothing()
        for state, sums in self.sums.items():
            spent[state] = sums[k] - sums[k - 1]
        return spent

    def inside(self, begin: int, end: int) -> range:
        """Indices of those of which a sample was taken after one time and not after another."""
        # (the first of all only says where the next one begins)
        return range(max(1, bisect_right(self.times, begin)), bisect_right(self.firsts, end))

    def nearest(self, time: int) -> int:
        """Index of the sample that tells of a time: the first one not before it, or the last."""
        return max(1, min(bisect_left(self.times, time), len(self) - 1))


def _at(times: array[int], sums: array[int], k: int, time: int) -> int:
    """The sum at a time before which ``k`` samples were taken."""
    if k == 0:
        return 0
    if k == len(times):
        return sums[-1]
    t0 = times[k - 1]
    if time == t0:
        return sums[k - 1]
    return sums[k - 1] + (sums[k] - sums[k - 1]) * (time - t0) // (times[k] - t0)


def _half(numbers: array[int]) -> array[int]:
    """Every second one, and the last."""
    return numbers[::2] + (numbers[-1:] if numbers and len(numbers) % 2 == 0 else array("q"))


def as_of(states: States, t_ns: int, final: bool = False) -> States:
    """The samples that had been taken by that time; copied when they are first asked for.

    ``final``: nothing will be added to them, so that they may stand for themselves.
    """
    if final and (not states.ticks or states.ticks[-1] <= t_ns):
        return states
    return _StatesAsOf(states, t_ns)


class _StatesAsOf(States):
    def __init__(self, states: States, t_ns: int) -> None:
        self._states, self._t_ns = states, t_ns

    if not TYPE_CHECKING:  # for which every attribute is there

        def __getattr__(self, name: str) -> object:
            if name.startswith("__") or "times" in self.__dict__:
                raise AttributeError(name)
            self._take()
            return self.__dict__[name]

    def _take(self) -> None:
        states = self._states
        count = bisect_right(states.ticks, self._t_ns)
        self.version, self.thinned = states.version, states.thinned
        self.ticks = states.ticks[:count]
        last = self.ticks[-1] if count else -1
        points = bisect_right(states.times, last)
        self.seen, self.firsts = states.seen[:points], states.firsts[:points]
        self.sums = {state: sums[:points] for state, sums in states.sums.items()}
        times = states.times[:points]
        if points and times[-1] < last:  # a sample that is kept as one with later ones
            for state, sums in states.sums.items():
                self.sums[state].append(_at(states.times, sums, points, last))
            times.append(last)
            self.firsts.append(min(last, states.firsts[points]))
            self.seen.append(states.seen[points])
        self.sums = {state: sums for state, sums in self.sums.items() if sums and sums[-1]}
        before = times[-2] if len(times) > 1 else 0
        self.step = last - max([before, *self.ticks[-2:-1]]) if count else 0
        self.times = times
