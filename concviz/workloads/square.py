"""A wait with a result that had to be computed."""

import time

from concviz.workloads import Workload


def square(i: int, seconds: float) -> str:
    """Wait, then return the square of the task's number."""
    time.sleep(seconds)
    return f"Square: {i * i}"


async def square_async(i: int, seconds: float) -> str:
    """Wait without blocking the event loop, then return the square of the task's number."""
    import asyncio

    await asyncio.sleep(seconds)
    return f"Square: {i * i}"


WORKLOAD = Workload(
    summary="Waits, then returns its number squared.",
    function=square,
    coroutine=square_async,
    cores=0.0,
    exact=True,
)
