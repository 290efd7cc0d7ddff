"""How the monotonic clocks of a cluster's machines stand to the one of the stream. Pure.

Everybody asks the scheduler what time it is there, and so do we (``clock_keeping``). An answer that
was asked for at ``asked_ns`` and had come at ``came_ns`` was given in between: so the asker's clock
is ahead of the scheduler's by ``asked_ns - there_ns`` at least and by ``came_ns - there_ns`` at
most. That holds whatever took the time on the way, and of several answers all hold: what is left
is at most as wide as the fastest of them took, and the truth is in it. The middle is wrong by half
of that at most. Clocks drift apart, so a bound gets looser with time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from concviz.cluster.machine import Machine
from concviz.trace import events

DRIFT = 1e-4
"""By so much two clocks may run apart: an oscillator is wrong by 50 millionths at most, as sold."""
REPEAT_NS = 2_000_000_000
"""So often the clocks are compared again."""
BETTER = 0.5
"""A clock is set right once that makes the error smaller than this share of what it was."""
SLACK = 1.25
"""More than can be wrong is told by so much, so that it need not be told again all the time."""
SLOW = 2
"""A clock that must go back does so by running so many times slower for a while, never backward."""


class Exchange(NamedTuple):
    """Somebody asked the scheduler for its time, and had it."""

    asked_ns: int
    """By the asker's clock."""
    there_ns: int
    """By the scheduler's clock."""
    came_ns: int
    """By the asker's clock again."""

    @property
    def took_ns(self) -> int:
        """There and back."""
        return self.came_ns - self.asked_ns


class Bounds(NamedTuple):
    """A clock is ahead of another by so much at least and at most, at a time of that one."""

    low: int
    high: int
    at: int

    @classmethod
    def of(cls, exchange: Exchange) -> Bounds:
        """What one answer says."""
        asked, there, came = exchange
        return cls(asked - there, came - there, there)

    def later(self, at: int) -> Bounds:
        """What is left of it at another time."""
        loose = int(abs(at - self.at) * DRIFT) + 1 if at != self.at else 0
        return Bounds(self.low - loose, self.high + loose, at)

    def within(self, newer: Bounds) -> Bounds:
        """What both say. If they contradict each other, a clock stood still: the newer one's."""
        older = self.later(newer.at)
        low, high = max(older.low, newer.low), min(older.high, newer.high)
        return Bounds(low, high, newer.at) if low <= high else newer


def bounds_of(exchanges: Iterable[Exchange]) -> Bounds | None:
    """What all of them say together; None: there are none."""
    found: Bounds | None = None
    for exchange in exchanges:
        bounds = Bounds.of(exchange)
        found = bounds if found is None else found.within(bounds)
    return found


class _Turn(NamedTuple):
    """From that time of a host on its clock is taken to have shown that time of the stream."""

    since: int
    stream: int
    slow: int
    """So many times slower than the stream's it is taken to run."""


class _Clock:
    """The clock of one host: which times of the stream its times are. It never goes backward."""

    def __init__(self, offset: int, error: int) -> None:
        self.offset, self.error = offset, error
        self._turns = [_Turn(0, -offset, 1)]
        self._latest = 0

    def to_stream(self, t_ns: int) -> int:
        self._latest = max(self._latest, t_ns)
        number = bisect_right(self._turns, t_ns, key=lambda turn: turn.since)
        since, stream, slow = self._turns[max(number - 1, 0)]
        return stream + (t_ns - since) // slow

    def set(self, offset: int, error: int, t_ns: int) -> None:
        """From that time of the host on, or from the latest of which somebody has asked."""
        since = max(t_ns, self._latest)
        before, right = self.to_stream(since), since - offset
        while self._turns[-1].since > since:
            self._turns.pop()
        if right >= before:
            self._turns.append(_Turn(since, right, 1))
        else:  # back is only by waiting until it is right
            length = (before - right) * SLOW // (SLOW - 1)
            self._turns.append(_Turn(since, before, SLOW))
            self._turns.append(_Turn(since + length, since + length - offset, 1))
        self.offset, self.error = offset, error


class Clocks:
    """Those of all hosts. Times are nanoseconds; a host is called as ``Hosts`` calls it."""

    def __init__(self, here: Machine, scheduler: Machine) -> None:
        """``here``: where the stream's times are told; ``scheduler``: whom everybody asks."""
        self._here = here
        self._scheduler = scheduler
        self._machines: dict[str, Machine] = {}
        self._ours: Bounds | None = Bounds(0, 0, 0) if here.same_clock(scheduler) else None
        """Of the stream's clock, ahead of the scheduler's."""
        self._theirs: dict[str, Bounds] = {}
        self._clocks: dict[str, _Clock] = {"": _Clock(0, 0)}
        self._told: list[events.Host] = []

    def to_stream(self, host: str, t_ns: int) -> int | None:
        """That time of a host, as the stream's clock showed it; None: that is not known yet.

        Of the times of a host the order is kept, also if its clock is found to have been wrong.
        """
        clock = self._clocks.get(host)
        return None if clock is None else max(0, clock.to_stream(t_ns))

    def error_ns(self, host: str) -> int | None:
        """By so much its times may be wrong; None: nothing is known of them yet."""
        clock = self._clocks.get(host)
        return None if clock is None else clock.error

    def met(self, host: str, machine: Machine, now: int) -> None:
        """There is such a host, on that machine; ``now``: what the stream's clock shows."""
        if host in self._machines:
            return
        self._machines[host] = machine
        if host == "":
            self._told.append(events.Host(now, ""))
        self._set(host, now)

    def asked_here(self, exchanges: Sequence[Exchange], now: int) -> None:
        """We have asked the scheduler for its time."""
        found = bounds_of(exchanges)
        if found is None or self._here.same_clock(self._scheduler):
            return
        self._ours = found if self._ours is None else self._ours.within(found)
        for host in self._machines:
            self._set(host, now)

    def asked_there(self, host: str, exchanges: Sequence[Exchange], now: int) -> None:
        """Somebody on that host has."""
        found = bounds_of(exchanges)
        if found is None:
            return
        before = self._theirs.get(host)
        self._theirs[host] = found if before is None else before.within(found)
        self._set(host, now)

    def take(self) -> list[events.Host]:
        """What there is to tell of hosts since it was asked before."""
        told, self._told = self._told, []
        return told

    def _set(self, host: str, now: int) -> None:
        """Work out how its clock stands to the stream's, and tell that if it is new or better."""
        machine = self._machines.get(host)
        if machine is None or host == "":
            return
        if machine.same_clock(self._here):
            self._begin(host, 0, 0, now)
            return
        bounds = self._bounds(host, machine)
        if bounds is None:
            return
        low, high = bounds
        middle = (low + high) // 2
        error = int((high - middle) * SLACK)
        clock = self._clocks.get(host)
        if clock is None:
            self._begin(host, middle, error, now)
            return
        as_it_is = max(high - clock.offset, clock.offset - low)
        if as_it_is > clock.error or error < as_it_is * BETTER:
            # While it is set right it is as wrong as it was.
            clock.set(middle, max(int(as_it_is * SLACK), error), now + middle)
        elif as_it_is * SLACK < clock.error * BETTER:
            clock.error = int(as_it_is * SLACK)
        else:
            return
        self._told.append(events.Host(now, host, clock.offset, clock.error))

    def _begin(self, host: str, offset: int, error: int, now: int) -> None:
        if host not in self._clocks:
            self._clocks[host] = _Clock(offset, error)
            self._told.append(events.Host(now, host, offset, error))

    def _bounds(self, host: str, machine: Machine) -> tuple[int, int] | None:
        """Its clock ahead of the stream's, at least and at most, until it is looked at again."""
        theirs = Bounds(0, 0, 0) if machine.same_clock(self._scheduler) else self._theirs.get(host)
        ours = self._ours
        if theirs is None or ours is None:
            return None
        if machine.same_clock(self._scheduler):
            theirs = theirs._replace(at=ours.at)
        elif self._here.same_clock(self._scheduler):
            ours = ours._replace(at=theirs.at)
        at = max(theirs.at, ours.at)
        theirs, ours = theirs.later(at), ours.later(at)
        ahead = int(REPEAT_NS * DRIFT)
        return theirs.low - ours.high - ahead, theirs.high - ours.low + ahead
