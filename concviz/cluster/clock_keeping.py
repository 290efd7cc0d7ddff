"""Asking the scheduler for its time, from a client, a worker or a nanny."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic_ns

from concviz.cluster.clocks import REPEAT_NS, Exchange
from concviz.cluster.lines import Line

FIRST = 12
"""So often is asked at first: the fastest answer of several counts, and the first are slow."""
AGAIN = 3
"""And each time later."""

Ask = Callable[[], Awaitable[int]]


def handler_of(session: str) -> str:
    """What the scheduler's handler is called that answers ``tell_time``: as an attribute may be."""
    return f"concviz_clock_{session}"


def tell_time() -> int:
    """What the scheduler answers."""
    return monotonic_ns()


async def ask(there: Ask, times: int) -> list[Exchange]:
    """Ask so many times, one after the other. Raises what asking raises."""
    found = []
    for _ in range(times):
        asked = monotonic_ns()
        answer = await there()
        found.append(Exchange(asked, answer, monotonic_ns()))
    return found


async def keep_asking(there: Ask, put: Callable[[Line], object]) -> None:
    """Ask again and again, and tell the answers as a line, until it is cancelled."""
    times = FIRST
    while True:
        try:
            answers = await ask(there, times)
            put(("asked", monotonic_ns(), answers))
            times = AGAIN
        except (OSError, ValueError, TypeError):  # out of reach for now, or no such handler yet
            pass
        await asyncio.sleep(REPEAT_NS / 1e9)
