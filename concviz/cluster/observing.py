"""Looking at the threads of worker processes, from the process that has started them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic_ns
from typing import Any

import msgspec

from concviz.cluster.lines import Line
from concviz.observer.probe import probe
from concviz.observer.sampler import Sampler
from concviz.trace import events

KIND = "cluster"
Tell = Callable[[Line], object]


class Observing:
    """One for all worker processes that a process has started: one thread looks at all of them.

    A worker is called "<pid>:<tid>" here: on which host that is, who listens knows.
    """

    def __init__(self, hz: float) -> None:
        self._hz = hz
        self._tell: dict[int, Tell] = {}
        self._workers: dict[int, list[str]] = {}
        """Those of each process that are looked at, or were until they ended."""
        self._sampler: Sampler | None = None
        self._beginning = threading.Lock()
        self._sees: Any = None
        """What can be seen of them, as lines have it; they all run the same Python."""

    def begin(self, pid: int, tell: Tell) -> None:
        """Find out what can be seen of that process, a child, and tell it there. Takes a while."""
        with self._beginning:
            if self._sees is None:
                sees = probe(pid, self._hz)
                if sees.cpu or sees.blocking:
                    self._sampler = Sampler(self._told, beside=False)
                    self._sampler.start(sees, KIND)
                self._sees = msgspec.to_builtins(sees)
        self._tell[pid] = tell
        tell(("observed", monotonic_ns(), self._sees))

    def thread_started(self, started: events.WorkerStarted) -> None:
        """A thread of such a process begins to do tasks: look at it until it is gone."""
        if self._sampler is not None and started.pid in self._tell:
            self._workers.setdefault(started.pid, []).append(started.worker)
            self._sampler.watch(started)

    def leave(self, pid: int) -> None:
        """That process is of no interest any more."""
        self._tell.pop(pid, None)
        for worker in self._workers.pop(pid, ()):
            if self._sampler is not None:
                self._sampler.forget(worker)

    def end(self) -> None:
        """Look no more; returns when it is so."""
        if self._sampler is not None:
            self._sampler.stop()

    def _told(self, told: list[events.AnyEvent]) -> None:
        for event in told:
            of = event.worker if isinstance(event, events.Sampled) else getattr(event, "lock", "")
            pid = of.partition(":")[0]
            tell = self._tell.get(int(pid)) if pid.isdecimal() else None
            if tell is None:  # a lock that processes share has a number of a file
                tell = next(iter(self._tell.values()), None)
            if tell is not None:
                tell(tuple(msgspec.to_builtins(event)))
