"""An I/O operation that is only a wait."""

import time

from concviz.workloads import Workload


def sleep(i: int, seconds: float) -> None:
    """Wait, and say so before and after."""
    print(f"Task {i}: Starting I/O operation...")
    time.sleep(seconds)
    print(f"Task {i}: Finished I/O operation.")


async def sleep_async(i: int, seconds: float) -> None:
    """Wait without blocking the event loop."""
    import asyncio

    print(f"Task {i}: Starting I/O operation...")
    await asyncio.sleep(seconds)
    print(f"Task {i}: Finished I/O operation.")


WORKLOAD = Workload(
    summary="Waits, as for I/O; prints before and after.",
    function=sleep,
    coroutine=sleep_async,
    cores=0.0,
    exact=True,
)
