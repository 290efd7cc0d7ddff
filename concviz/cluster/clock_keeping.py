"""Asking the scheduler for its time, from a client, a worker or a nanny. The standard library."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import monotonic_ns

from concviz.cluster.clocks import Exchange

FIRST = 12
"""So often is asked at first: the fastest answer of several counts, and the first are slow."""
AGAIN = 3
"""And each time later."""


def tell_time() -> int:
    """What the scheduler answers: a handler of its server."""
    return monotonic_ns()


async def ask(there: Callable[[], Awaitable[int]], times: int) -> list[Exchange]:
    """Ask so many times, one after the other. Raises what asking raises."""
    found = []
    for _ in range(times):
        asked = monotonic_ns()
        answer = await there()
        found.append(Exchange(asked, answer, monotonic_ns()))
    return found
