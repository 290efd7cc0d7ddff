"""Asking the scheduler for its time, from a client, a worker or a nanny."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic_ns

from concviz.cluster.clocks import REPEAT_NS, Exchange
from concviz.cluster.lines import Line

FIRST = 12
"""So often is asked at first: the fastest answer of several counts, and the first are slow."""
MOST = 5
"""And at most so often each time later,"""
FAST = 1.5
"""until an answer takes no longer than so many times what the fastest of all took."""

Ask = Callable[[], Awaitable[int]]


def handler_of(session: str) -> str:
    """What the scheduler's handler is called that answers ``tell_time``: as an attribute may be."""
    return f"concviz_clock_{session}"


def tell_time() -> int:
    """What the scheduler answers."""
    return monotonic_ns()


async def ask(there: Ask) -> Exchange:
    """Ask once. Raises what asking raises."""
    asked = monotonic_ns()
    answer = await there()
    return Exchange(asked, answer, monotonic_ns())


async def keep_asking(there: Ask, put: Callable[[Line], object]) -> None:
    """Ask again and again, and tell the answers as a line, until it is cancelled."""
    fastest: int | None = None
    while True:
        try:
            answers = await _ask_some(there, fastest)
        except (OSError, ValueError, TypeError):  # out of reach for now, or no such handler yet
            pass
        else:
            took = min(answer.took_ns for answer in answers)
            fastest = took if fastest is None else min(took, fastest)
            put(("asked", monotonic_ns(), answers))
        await asyncio.sleep(REPEAT_NS / 1e9)


async def _ask_some(there: Ask, fastest: int | None) -> list[Exchange]:
    answers = [await ask(there)]
    while len(answers) < (FIRST if fastest is None else MOST):
        if fastest is not None and answers[-1].took_ns <= fastest * FAST:
            break
        answers.append(await ask(there))
    return answers
