"""Lanes of coroutines: those that take turns in a thread each have a slot while they last.

Of thousands at once, each sample of their thread would be one of thousands of lanes: so a loop has
a limited number of slots, and where there are more coroutines several share one. Pure.
"""

from __future__ import annotations

import heapq

from concviz.sources.lanes import Lane
from concviz.trace import events
from concviz.trace.worker_kind import WorkerKind

MOST = 256
"""Slots of a loop: as many as threads that are looked at."""


class Slots:
    """Of all loops; a slot is used again once its coroutine has ended."""

    def __init__(self) -> None:
        self._free: dict[tuple[str, int], list[int]] = {}
        self._most: dict[tuple[str, int], int] = {}
        """How many a loop has, by its lane and group."""
        self._taken: dict[int, tuple[tuple[str, int], int]] = {}
        self._more: dict[int, tuple[tuple[str, int], int]] = {}
        """Of those that have a slot together with others."""
        self._shared: set[tuple[str, int]] = set()

    def begin(
        self, t_ns: int, lane: Lane, group: int, task: int
    ) -> tuple[str, list[events.AnyEvent]]:
        """A task of that loop begins: the key of its slot, and what is to be told of a new one."""
        loop = lane.key, group
        free = self._free.setdefault(loop, [])
        told: list[events.AnyEvent] = []
        if (known := self._taken.get(task) or self._more.get(task)) is not None:
            return _key(loop, known[1]), told
        if free:
            slot = heapq.heappop(free)
        elif self._most.get(loop, 0) == MOST:
            slot = task % MOST + 1
            if loop not in self._shared:
                self._shared.add(loop)
                what = f"More than {MOST} coroutines of a loop at once share rows of each other."
                told = [events.NotSeen(t_ns, what)]
            self._more[task] = loop, slot
            return _key(loop, slot), told
        else:
            slot = self._most[loop] = self._most.get(loop, 0) + 1
            key = _key(loop, slot)
            whose = lane.shown.label if lane.shown is not None else lane.name
            label = f"{whose} · slot {slot}"
            told = [
                events.WorkerTold(t_ns, key, WorkerKind.COROUTINE, group, label),
                events.WorkerStarted(t_ns, key, lane.pid, lane.tid),
            ]
        self._taken[task] = loop, slot
        return _key(loop, slot), told

    def end(self, task: int) -> None:
        """The task has ended: its slot is free."""
        self._more.pop(task, None)
        if (taken := self._taken.pop(task, None)) is not None:
            loop, slot = taken
            heapq.heappush(self._free[loop], slot)


def _key(loop: tuple[str, int], slot: int) -> str:
    lane, group = loop
    return f"{lane}/{group}:{slot}"
