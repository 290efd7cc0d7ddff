"""What a worker process tells of itself for those who look at its machine: threads, or that nobody
looks at them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from time import monotonic_ns
from typing import Any, NamedTuple

import msgspec

from concviz.cluster.clock_keeping import Asking, handler_of
from concviz.cluster.lines import Line
from concviz.cluster.machine import Machine, this_machine
from concviz.trace.environment import PARTS, Observer

NO_NANNY = "its workers have no nanny"


class Watch(NamedTuple):
    """How the machines of a cluster are looked at, for all plugins of a session."""

    session: str
    hz: float
    """How often a second threads are looked at; 0: not at all."""
    clocks: tuple[Machine, ...]
    """Machines of whose clocks it is known how they stand to the stream's."""

    def is_known(self, machine: Machine) -> bool:
        """Whether the clock of that machine needs no comparison."""
        return any(machine.same_clock(known) for known in self.clocks)


def observer_handler(session: str) -> str:
    """What a nanny's handler is called to which a worker tells its threads."""
    return f"concviz_thread_{session}"


def unseen(hz: float) -> Line:
    """What is told of a worker process without a nanny: nobody looks at its threads."""
    seen = Observer(
        hz=hz, cpu=False, blocking=False, gil=False, missing=dict.fromkeys(PARTS, NO_NANNY)
    )
    return "observed", monotonic_ns(), msgspec.to_builtins(seen)


class Parent:
    """The nanny that has started this worker process. Made and closed in the worker's loop.

    A worker may have been started without one: then it compares the clocks itself.
    """

    def __init__(self, worker: Any, watch: Watch, put: Callable[[Line], object]) -> None:
        """``worker``: Dask's, in whose process this is."""
        self._worker = worker
        self._handler = observer_handler(watch.session)
        self._asking: Asking | None = None
        if not worker.nanny:
            put(unseen(watch.hz))
            if not watch.is_known(this_machine()):
                there = getattr(worker.scheduler, handler_of(watch.session))
                self._asking = Asking(there, put)

    def thread_started(self, t_ns: int, tid: int, run_ns: int | None, wait_ns: int | None) -> None:
        """That thread does tasks. From any thread.

        With what the system had counted of it by then, if it tells.
        """
        if self._worker.nanny:
            thread = {"tid": tid, "t_ns": t_ns, "run_ns": run_ns, "wait_ns": wait_ns}
            self._worker.loop.add_callback(self._tell, thread)

    def close(self) -> None:
        """Nothing more is to be told."""
        if self._asking is not None:
            self._asking.close()

    async def _tell(self, thread: dict[str, int | None]) -> None:
        # Whatever goes wrong: what it cannot be told is not seen, and nobody says that it is.
        with contextlib.suppress(Exception):
            async with self._worker.rpc(self._worker.nanny) as nanny:
                await getattr(nanny, self._handler)(pid=os.getpid(), **thread)
