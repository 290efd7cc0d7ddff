"""What the scheduler knows of the memory of its workers, now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from time import monotonic_ns
from typing import Any

from concviz.cluster.lines import Line

EVERY_S = 0.5
"""So often a worker tells the scheduler, where there are up to ten; less often among more."""


def memory_lines(scheduler: Any) -> Iterator[Line]:
    """``("holds", t, address, held, managed, spilled, limit)`` of each worker that has told it."""
    now = monotonic_ns()
    for address, worker in scheduler.workers.items():
        if "memory" not in worker.metrics:
            continue
        memory, limit = worker.memory, worker.memory_limit or None
        sizes = memory.process, memory.managed, memory.spilled, limit
        yield "holds", now, address, *sizes


async def keep_telling(scheduler: Any, put: Callable[[Line], object]) -> None:
    """Of what has changed, until it is cancelled."""
    before: dict[str, Line] = {}
    while True:
        await asyncio.sleep(EVERY_S)
        for line in memory_lines(scheduler):
            address = line[2]
            if before.get(address, ())[3:] != line[3:]:
                before[address] = line
                put(line)
