"""Half I/O, half CPU work, as most programs are."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from concviz.engine.workloads import Arguments, Preparation, Workload
from concviz.engine.workloads.cpu import cpu


def mixed(i: int, seconds: float, rounds: int) -> int:
    """Wait, as for the data, then compute in pure Python."""
    time.sleep(seconds)
    return cpu(i, rounds)


async def mixed_async(i: int, seconds: float, rounds: int) -> int:
    """Wait without blocking the event loop, then block it by computing."""
    import asyncio

    await asyncio.sleep(seconds)
    return cpu(i, rounds)


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """Half the duration to wait, and work for the other half."""
    rounds = preparation.rounds(lambda rounds: cpu(0, rounds))
    yield preparation.duration_s / 2, rounds // 2


WORKLOAD = Workload(
    summary="Waits half of its time, then computes with the GIL.",
    function=mixed,
    coroutine=mixed_async,
    prepare=prepare,
)
