"""What a cluster tells besides: how tasks and their data move, and what others do there.

All of it is known as of any time: what is told later is of no account then.
"""

from __future__ import annotations

from typing import NamedTuple

from concviz.model.by_task import ByTask
from concviz.model.queue import Queue
from concviz.model.times import Amounts, Latest, Peaks
from concviz.trace import events

ALWAYS = (1 << 62) - 1


class Place(NamedTuple):
    """A process of a host; "" is the host from which the cluster is used."""

    host: str
    pid: int


class Move(NamedTuple):
    """A task came to a process then, or was taken from it."""

    t_ns: int
    place: Place


class Fetch(NamedTuple):
    """Data that a task works on was on its way from that process."""

    until_ns: int
    since_ns: int
    size_bytes: int
    place: Place


class Held(NamedTuple):
    """What the memory of a process was last seen to hold, and the most; None: not told."""

    t_ns: int
    held: int | None
    managed: int | None
    spilled: int | None
    limit: int | None
    peak: int | None
    """The most that it held, as far as it was looked at."""
    most_spilled: int | None


class OnCluster:
    """Of one run; by default all that is known."""

    def __init__(self) -> None:
        self._places: dict[Place, int] = {}
        self._arrivals, self._thefts = ByTask(2), ByTask(2)
        self._fetches = ByTask(4)
        self._sizes, self._lasted = Amounts(), Amounts()
        """Of all fetches."""
        self._stolen = Amounts()
        self._ready = Queue()
        """Tasks that wait in a process: those that have arrived in one, and left that wait."""
        self._memory: dict[Place, _Memory] = {}
        self._others_ended, self._others_under_way = Amounts(), Latest[int]()
        self._until = ALWAYS

    def as_of(self, t_ns: int) -> OnCluster:
        """The same by an earlier time; what comes later is of later times, and does not show."""
        found = OnCluster.__new__(OnCluster)
        found.__dict__.update(self.__dict__)
        found._until = t_ns
        return found

    # -- what the fold tells --

    def _place(self, host: str, pid: int) -> int:
        return self._places.setdefault(Place(host, pid), len(self._places))

    def arrived(self, event: events.TaskArrived) -> bool:
        """False where that was told before; so do the others."""
        return self._arrivals.add(event.task, event.t_ns, self._place(event.host, event.pid))

    def waits(self, t_ns: int, before: int | None, until: int | None) -> None:
        """A task first came to a process then, not at a later time that was told ``before``.

        ``until``: when it began or was called off, if that is known.
        """
        if before is not None:
            self._ready.submits.discard(before)
        self._ready.submits.add(t_ns)
        if until is not None:
            if before is not None:
                self._ready.left.discard(max(before, until))
            self._ready.left.add(max(t_ns, until))

    def waits_no_more(self, task: int, t_ns: int) -> None:
        """It begins, or is called off."""
        if (arrived := self._first_arrival(task)) is not None:
            self._ready.left.add(max(arrived, t_ns))

    def waits_after_all(self, task: int, t_ns: int) -> None:
        """It did not end its wait then: that came late."""
        if (arrived := self._first_arrival(task)) is not None:
            self._ready.left.discard(max(arrived, t_ns))

    def _first_arrival(self, task: int) -> int | None:
        return found[0][0] if (found := self._arrivals.of(task)) else None

    def stolen(self, event: events.TaskStolen) -> bool:
        """A task was taken from a process."""
        new = self._thefts.add(event.task, event.t_ns, self._place(event.host, event.pid))
        if new:
            self._stolen.add(event.t_ns, 1)
        return new

    def fetched(self, event: events.TaskFetched) -> bool:
        """Data for a task came."""
        place = self._place(event.host, event.pid)
        since = min(event.since_ns, event.t_ns)
        new = self._fetches.add(event.task, event.t_ns, since, event.size_bytes, place)
        if new:
            self._sizes.add(event.t_ns, event.size_bytes)
            self._lasted.add(event.t_ns, event.t_ns - since)
        return new

    def memory_told(self, event: events.ProcessMemory) -> None:
        """What a process holds."""
        self._memory.setdefault(Place(event.host, event.pid), _Memory()).tell(event)

    def others_told(self, event: events.OthersTasks) -> None:
        """What other people do."""
        self._others_ended.add(event.t_ns, event.ended)
        self._others_under_way.tell(event.t_ns, event.under_way)

    # -- what is asked --

    def arrived_at(self, task: int) -> int | None:
        """When the task first came to a process; None: not, or not yet."""
        found = self._arrivals.of(task, self._until)
        return found[0][0] if found else None

    def ready(self, t_ns: int) -> int:
        """How many tasks waited in processes then, of those that waited at all."""
        return self._ready.depth(min(t_ns, self._until))

    def arrivals(self, task: int) -> list[Move]:
        """To which processes it was given, in order."""
        return self._moves(self._arrivals, task)

    def thefts(self, task: int) -> list[Move]:
        """From which processes it was taken, in order."""
        return self._moves(self._thefts, task)

    def _moves(self, rows: ByTask, task: int) -> list[Move]:
        if not rows.any(task):
            return []
        places = list(self._places)
        return [Move(t_ns, places[place]) for t_ns, place in rows.of(task, self._until)]

    def fetching(self, task: int) -> tuple[int, int] | None:
        """From when to when data for it was on its way, from the first piece to the last."""
        found = self._fetches.of(task, self._until)
        return (min(row[1] for row in found), found[-1][0]) if found else None

    def fetches(self, task: int) -> list[Fetch]:
        """Each of them, by its end."""
        if not self._fetches.any(task):
            return []
        places, rows = list(self._places), self._fetches.of(task, self._until)
        return [Fetch(until, since, size, places[k]) for until, since, size, k in rows]

    @property
    def transfers(self) -> tuple[int, int, int]:
        """How many there were, of how many bytes together, and how long they lasted together."""
        number, size, _ = self._sizes.until(self._until)
        return number, size, self._lasted.until(self._until)[1]

    @property
    def thefts_in_all(self) -> int:
        """How often a task was taken from one process for another."""
        return self._stolen.until(self._until)[0]

    @property
    def memory(self) -> dict[Place, Held]:
        """What each process holds of which that was told."""
        found = {place: kept.as_of(self._until) for place, kept in self._memory.items()}
        return {place: held for place, held in found.items() if held is not None}

    @property
    def others(self) -> tuple[int, int] | None:
        """Tasks of others that came to their end, and that are under way; None: not told."""
        times, ended, _ = self._others_ended.until(self._until)
        return (ended, self._others_under_way.until(self._until, 0)) if times else None


class _Memory:
    """Of one process."""

    def __init__(self) -> None:
        self._latest: Latest[events.ProcessMemory | None] = Latest()
        self._held, self._spilled = Peaks(), Peaks()

    def tell(self, event: events.ProcessMemory) -> None:
        self._latest.tell(event.t_ns, event)
        if event.held_bytes is not None:
            self._held.tell(event.t_ns, event.held_bytes)
        if event.spilled_bytes is not None:
            self._spilled.tell(event.t_ns, event.spilled_bytes)

    def as_of(self, t_ns: int) -> Held | None:
        last = self._latest.until(t_ns, None)
        if last is None:
            return None
        peak, most = self._held.until(t_ns, -1), self._spilled.until(t_ns, -1)
        return Held(
            *(last.t_ns, last.held_bytes, last.managed_bytes, last.spilled_bytes),
            *(last.limit_bytes, None if peak < 0 else peak, None if most < 0 else most),
        )
