"""An I/O operation that is only a wait, with a result that tells its task."""

import time

from concviz.workloads import Workload


def number(i: int, seconds: float) -> str:
    """Wait, then return the number of the task."""
    time.sleep(seconds)
    return f"Number: {i}"


async def number_async(i: int, seconds: float) -> str:
    """Wait without blocking the event loop, then return the number of the task."""
    import asyncio

    await asyncio.sleep(seconds)
    return f"Number: {i}"


WORKLOAD = Workload(
    summary="Waits, then returns its number.",
    function=number,
    coroutine=number_async,
    cores=0.0,
    exact=True,
)
