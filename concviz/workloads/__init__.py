"""Workloads: each file holds a function that does one task, as people would write it.

``function(i, *arguments)`` does task ``i``; ``coroutine`` is its natural form under asyncio, if it
has one. The arguments are the same for every task: ``prepare`` makes them before the run (and
tidies up after it) in the runner. By default they are the asked duration in seconds, alone.
This package is imported inside every worker: the standard library only, and little of it.
"""

from __future__ import annotations

from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from contextlib import AbstractContextManager
    from multiprocessing.context import BaseContext
    from pathlib import Path
    from typing import Any

    Arguments = tuple[Any, ...]
else:
    Arguments = tuple


class Preparation:
    """What a workload may need to know and use to make its arguments."""

    def __init__(
        self,
        *,
        duration_s: float,
        tasks: int,
        kind: str,
        context: BaseContext | None,
        folder: Path,
        rounds: Callable[[Callable[[int], object]], int],
        say: Callable[[str], None],
    ) -> None:
        self.duration_s = duration_s
        """The time that one task should last when nothing is in its way."""
        self.tasks = tasks
        self.kind = kind
        """What a worker is: "main", "thread", "process", "coroutine" or "interpreter"."""
        self.context = context
        """The multiprocessing context of the workers, where they are processes."""
        self.folder = folder
        """A temporary folder, removed with everything in it after the run, however it ends."""
        self.rounds = rounds
        """``rounds(work)``: how many make ``work(rounds)`` last the duration alone on a core."""
        self.say = say
        """Tells the person who waits what is being prepared."""


@contextmanager
def duration(preparation: Preparation) -> Iterator[Arguments]:
    """The arguments of most workloads: how long to last, in seconds."""
    yield (preparation.duration_s,)


class Workload:
    """A kind of task."""

    def __init__(
        self,
        summary: str,
        function: Callable[..., object],
        coroutine: Callable[..., Coroutine[Any, Any, object]] | None = None,
        prepare: Callable[[Preparation], AbstractContextManager[Arguments]] = duration,
        interdependent: bool = False,
        cores: float | None = None,
        holds_gil: bool = False,
        exact: bool = False,
    ) -> None:
        self.summary = summary
        """One line for the person who chooses."""
        self.function = function
        self.coroutine = coroutine
        self.prepare = prepare
        self.interdependent = interdependent
        """Tasks wait for one another, so their times say nothing of how long they last alone."""
        self.cores = cores
        """The share of a task's duration for which it needs a core; None: not known."""
        self.holds_gil = holds_gil
        """It computes with the GIL held, so that threads of one interpreter take turns."""
        self.exact = exact
        """A task is a wait of the asked duration and nothing else, so what a run takes is known."""
