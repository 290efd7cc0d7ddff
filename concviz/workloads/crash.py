"""Tasks of which one kills the process that it runs in."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from concviz.workloads import Arguments, Preparation, Workload


def crash(i: int, seconds: float) -> str:
    """Wait; task 2 reads from address 0 halfway, which kills its process with all that is in it."""
    import ctypes

    if i == 2:
        time.sleep(seconds / 2)
        ctypes.string_at(0)
    time.sleep(seconds)
    return f"Task {i} survived"


async def crash_async(i: int, seconds: float) -> str:
    """Do the same without blocking the event loop."""
    import asyncio
    import ctypes

    if i == 2:
        await asyncio.sleep(seconds / 2)
        ctypes.string_at(0)
    await asyncio.sleep(seconds)
    return f"Task {i} survived"


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """The duration; and no core file, because this crash is meant."""
    from concviz.workloads.limits import no_core_files

    with no_core_files():
        yield (preparation.duration_s,)


WORKLOAD = Workload(
    summary="Task 2 dies of a segmentation fault, with its process.",
    function=crash,
    coroutine=crash_async,
    prepare=prepare,
)
