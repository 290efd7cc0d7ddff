"""Shared memory or not: tasks that add to a global variable."""

import os
import time

from concviz.workloads import Workload

total = 0


def counter(i: int, seconds: float) -> tuple[int, int]:
    """Wait, then add one to the global total; return it and the process that it lives in."""
    global total
    time.sleep(seconds)
    total += 1
    return os.getpid(), total


async def counter_async(i: int, seconds: float) -> tuple[int, int]:
    """Do the same without blocking the event loop."""
    import asyncio

    global total
    await asyncio.sleep(seconds)
    total += 1
    return os.getpid(), total


WORKLOAD = Workload(
    summary="Adds to a global: shared by threads, not by processes.",
    function=counter,
    coroutine=counter_async,
    cores=0.0,
    exact=True,
)
