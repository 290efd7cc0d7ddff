"""Workloads: each file holds a function that does one task, as people would write it.

``function(i, *arguments)`` does task ``i``; ``coroutine`` is its natural form under asyncio, if it
has one. The arguments are the same for every task: ``prepare`` makes them before the run (and
tidies up after it) in the runner. By default they are the asked duration in seconds, alone.
This package is imported inside every worker: the standard library only, and little of it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from concviz.engine.registry import Registry

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext
    from pathlib import Path


class Preparation(NamedTuple):
    """What a workload may need to know and use to make its arguments."""

    duration_s: float
    """The time that one task should last when nothing is in its way."""
    tasks: int
    kind: str
    """What a worker of the strategy is: "main", "thread", "process", "coroutine", "interpreter"."""
    context: BaseContext | None
    """The multiprocessing context of the workers, where they are processes."""
    folder: Path
    """A temporary folder that is removed with everything in it after the run, however it ends."""
    rounds: Callable[[Callable[[int], object]], int]
    """``rounds(work)``: how many rounds make ``work(rounds)`` last the duration alone on a core."""
    say: Callable[[str], None]
    """Tells the person who waits what is being prepared."""


Arguments = tuple[Any, ...]


@contextmanager
def duration(preparation: Preparation) -> Iterator[Arguments]:
    """The arguments of most workloads: how long to last, in seconds."""
    yield (preparation.duration_s,)


class Workload(NamedTuple):
    """A kind of task."""

    summary: str
    """One line for the person who chooses."""
    function: Callable[..., object]
    coroutine: Callable[..., Coroutine[Any, Any, object]] | None = None
    prepare: Callable[[Preparation], AbstractContextManager[Arguments]] = duration
    interdependent: bool = False
    """Tasks wait for one another, so their times say nothing of how long they last alone."""


WORKLOADS: Registry[Workload] = Registry(
    "concviz.workloads",
    {
        name: f"concviz.engine.workloads.{name}:WORKLOAD"
        for name in (
            "sleep",
            "number",
            "square",
            "cpu",
            "hash",
            "http",
            "disk",
            "mixed",
            "lock",
            "uneven",
            "counter",
            "error",
            "crash",
        )
    },
)
