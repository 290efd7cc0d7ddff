"""Waits of different lengths: the longest is ten times the shortest."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from concviz.workloads import Arguments, Preparation, Workload


def uneven(i: int, low: float, high: float) -> str:
    """Wait for a time of the task's own, the same in every run."""
    seconds = random.Random(i).uniform(low, high)
    time.sleep(seconds)
    return f"{seconds:.3f} s"


async def uneven_async(i: int, low: float, high: float) -> str:
    """Wait for a time of the task's own without blocking the event loop."""
    import asyncio

    seconds = random.Random(i).uniform(low, high)
    await asyncio.sleep(seconds)
    return f"{seconds:.3f} s"


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """Bounds for ``uniform`` with which these tasks last the duration on average, and 1 : 10."""
    yield bounds(preparation.tasks, preparation.duration_s)


def bounds(tasks: int, mean: float, ratio: float = 10) -> tuple[float, float]:
    """The bounds that give the tasks' times exactly this mean and this longest to shortest.

    ``uniform(low, high)`` is low + (high - low) * draw, and the draw of each task is known, so two
    linear equations have low and high as their solution. With a few tasks low may be below zero,
    because no draw comes near it; a time never is.
    """
    if tasks < 2:
        return mean, mean
    draws = [random.Random(i).random() for i in range(tasks)]
    least, most, middle = min(draws), max(draws), sum(draws) / tasks
    offset = (most - ratio * least) / (ratio - 1)
    width = mean / (middle + offset)
    return width * offset, width * (offset + 1)


WORKLOAD = Workload(
    summary="Waits of different lengths, from 1 to 10.",
    function=uneven,
    coroutine=uneven_async,
    prepare=prepare,
    cores=0.0,
)
