"""Asking the scheduler for its time, from a client, a worker or a nanny."""

from __future__ import annotations

import asyncio
import contextlib
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


class Asking:
    """Asks again and again, and tells the answers as lines, until it is closed. In a loop."""

    def __init__(self, there: Ask, put: Callable[[Line], object]) -> None:
        self._there = there
        self._put = put
        self._answers: list[Exchange] = []
        self._fastest: int | None = None
        self._told = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def first(self, longest_s: float) -> None:
        """Returns when there are answers, or it takes longer than that."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), longest_s)

    def close(self) -> None:
        """Tell what has come, and ask no more."""
        self._tell()
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            # Else it is out of reach for now, or has no such handler yet.
            with contextlib.suppress(Exception):
                await self._ask_some()
            self._tell()
            await asyncio.sleep(REPEAT_NS / 1e9)

    async def _ask_some(self) -> None:
        for _ in range(FIRST if self._fastest is None else MOST):
            answer = await ask(self._there)
            self._answers.append(answer)
            if self._fastest is not None and answer.took_ns <= self._fastest * FAST:
                return

    def _tell(self) -> None:
        if self._answers:
            took = min(answer.took_ns for answer in self._answers)
            self._fastest = took if self._fastest is None else min(took, self._fastest)
            self._put(("asked", monotonic_ns(), self._answers))
            self._answers = []
            self._told.set()
