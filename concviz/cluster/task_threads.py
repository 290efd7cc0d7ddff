"""The threads of a worker process that do tasks: each is told of before anything that it does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from time import monotonic_ns, thread_time_ns
from typing import Any

from concviz.cluster.lines import Line
from concviz.cluster.parent import Parent


class TaskThreads:
    """Of one worker process, for one session."""

    def __init__(self, put: Callable[[Line], object], parent: Parent) -> None:
        """``parent`` looks at them."""
        self._put = put
        self._parent = parent
        self._known: set[int] = set()

    def announce_known(self, worker: Any) -> None:
        """Those that are there already."""
        for thread in list(getattr(worker.executors["default"], "_threads", ())):
            self._tell(thread, None, None)

    def identify(self) -> int:
        """Which thread this is."""
        tid = threading.get_native_id()
        if tid not in self._known:
            self._tell(threading.current_thread(), thread_time_ns(), times_of(tid)[1])
        return tid

    def identify_other(self, ident: int) -> int | None:
        """The thread that has that number in Python; None: it is no more."""
        for thread in threading.enumerate():
            if thread.ident == ident:
                self._tell(thread, None, None)
                return thread.native_id
        return None

    def _tell(self, thread: threading.Thread, run_ns: int | None, wait_ns: int | None) -> None:
        tid = thread.native_id
        if tid is not None and tid not in self._known:
            self._known.add(tid)
            now = monotonic_ns()
            self._put(("thread", now, tid, thread.name, run_ns, wait_ns))
            self._parent.thread_started(now, tid, run_ns, wait_ns)


def times_of(tid: int) -> tuple[int | None, int | None]:
    """How long a thread of this process has been on a core, and ready to run without one.

    In nanoseconds; None: the system does not tell.
    """
    if sys.platform != "linux":
        return None, None
    try:
        with open(f"/proc/self/task/{tid}/schedstat", "rb") as counts:  # noqa: PTH123
            run_ns, wait_ns, *_ = map(int, counts.read(64).split())
            return run_ns, wait_ns
    except (OSError, ValueError):
        return None, None
