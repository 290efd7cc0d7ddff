"""How whoever has joined a cluster leaves it: all is taken off, and the last lines are awaited."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

import distributed

from concviz.cluster.scheduler_plugin import take_off, take_off_workers

LAST_S = 1.0
"""So long, at most, is waited for the last lines of all workers."""


class Told(Protocol):
    """What is told of a cluster."""

    @property
    def open(self) -> int:
        """How many there have not said goodbye yet."""


async def farewell(
    client: distributed.Client, session: str, topic: str, told: Told, changed: asyncio.Event
) -> None:
    """Take off what a session has there; ``changed`` is set when more has been told."""

    async def all_said() -> None:
        while told.open:
            changed.clear()
            await changed.wait()

    with contextlib.suppress(Exception):
        await client.run_on_scheduler(take_off_workers, session=session)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(all_said(), LAST_S)
        await client.run_on_scheduler(take_off, session=session, topic=topic)
