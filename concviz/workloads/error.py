"""Tasks of which some raise an exception."""

import time

from concviz.workloads import Workload


def error(i: int, seconds: float) -> str:
    """Wait, then raise an exception in every third task."""
    time.sleep(seconds)
    if i % 3 == 2:
        raise ValueError(f"Task {i} raises this, as every third task does")
    return f"Task {i} succeeded"


async def error_async(i: int, seconds: float) -> str:
    """Wait without blocking the event loop, then raise an exception in every third task."""
    import asyncio

    await asyncio.sleep(seconds)
    if i % 3 == 2:
        raise ValueError(f"Task {i} raises this, as every third task does")
    return f"Task {i} succeeded"


WORKLOAD = Workload(
    summary="Every third task raises an exception.",
    function=error,
    coroutine=error_async,
    cores=0.0,
    exact=True,
)
