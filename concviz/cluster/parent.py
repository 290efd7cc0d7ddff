"""The nanny that has started a worker process, as that process knows it. No more than it needs."""

from __future__ import annotations

import contextlib
import os
from time import monotonic_ns
from typing import Any

import msgspec

from concviz.cluster.lines import Line
from concviz.trace.environment import PARTS, Observer

NO_NANNY = "its workers have no nanny"


def observer_handler(session: str) -> str:
    """What a nanny's handler is called to which a worker tells its threads."""
    return f"concviz_thread_{session}"


def unseen(hz: float) -> Line:
    """What is told of a worker process without one: nobody looks at its threads."""
    seen = Observer(
        hz=hz, cpu=False, blocking=False, gil=False, missing=dict.fromkeys(PARTS, NO_NANNY)
    )
    return "observed", monotonic_ns(), msgspec.to_builtins(seen)


class Parent:
    """Is told which threads do tasks, so that it looks at those."""

    def __init__(self, worker: Any, session: str) -> None:
        """``worker``: Dask's, in whose process this is."""
        self._worker = worker
        self._handler = observer_handler(session)

    @property
    def is_there(self) -> bool:
        """Whether there is one: a worker may have been started without."""
        return bool(self._worker.nanny)

    def thread_started(self, t_ns: int, tid: int, run_ns: int | None, wait_ns: int | None) -> None:
        """From any thread. What the system had counted of that one by then, if it tells."""
        if self.is_there:
            thread = {"tid": tid, "t_ns": t_ns, "run_ns": run_ns, "wait_ns": wait_ns}
            self._worker.loop.add_callback(self._tell, thread)

    async def _tell(self, thread: dict[str, int | None]) -> None:
        # Whatever goes wrong: what it cannot be told is not seen, and nobody says that it is.
        with contextlib.suppress(Exception):
            async with self._worker.rpc(self._worker.nanny) as nanny:
                await getattr(nanny, self._handler)(pid=os.getpid(), **thread)
