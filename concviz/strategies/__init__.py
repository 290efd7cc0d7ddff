"""Strategies: each file holds the few lines that a Python programmer would write.

A strategy is a generator function. It gets ``call`` (does one task, in whatever worker it is called
in), ``items`` (the tasks, sized and iterable) and those of these options that it names as
parameters: ``workers`` (int), ``context`` (a multiprocessing context), ``chunksize`` (int) and
``scheduler`` (the address of a cluster's, or ""). It yields every item whose task it has collected,
when it has. A task counts as submitted when its item is taken for the first time. Measuring lives
in ``call``, in ``items`` and in the context, so that what is read here is what runs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from concviz.worker.registry import Registry

Run = Callable[..., Iterator[int]]


def always() -> str | None:
    """For strategies that every supported Python has."""
    return None


@dataclass(frozen=True)
class Strategy:
    """A way to run tasks at once (or not)."""

    summary: str
    """One line for the person who chooses."""
    kind: str
    """What a worker is: "main", "thread", "process", "coroutine", "interpreter" or "cluster"."""
    run: Run
    unavailable: Callable[[], str | None] = always
    """Says why it cannot run on this Python, None where it can."""

    @property
    def options(self) -> frozenset[str]:
        """The options of a plan that it uses, read off its parameters."""
        names = set(inspect.signature(self.run).parameters)
        options = names & {"workers", "chunksize", "scheduler"}
        return frozenset(options | ({"start_method"} if "context" in names else set()))


STRATEGIES: Registry[Strategy] = Registry(
    "concviz.strategies",
    {
        "sequential": "concviz.strategies.sequential:STRATEGY",
        "threads": "concviz.strategies.threads:STRATEGY",
        "thread-pool": "concviz.strategies.thread_pool:STRATEGY",
        "processes": "concviz.strategies.processes:STRATEGY",
        "process-pool": "concviz.strategies.process_pool:STRATEGY",
        "asyncio": "concviz.strategies.coroutines:STRATEGY",
        "interpreters": "concviz.strategies.interpreters:STRATEGY",
        "dask": "concviz.strategies.dask:STRATEGY",
    },
)
