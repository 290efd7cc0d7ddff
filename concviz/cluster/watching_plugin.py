"""What an attachment has in each worker process: it tells of everybody's tasks there.

A task is told by the number that the scheduler gave to this run of it, which the attachment's
plugin in the scheduler tells, too.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from time import monotonic_ns, thread_time_ns
from typing import Any

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from concviz.cluster import active_threads
from concviz.cluster.guarded import Guarded
from concviz.cluster.lines import Line, Place
from concviz.cluster.machine import this_machine
from concviz.cluster.outbox import Outbox
from concviz.cluster.parent import Parent, Watch
from concviz.cluster.task_names import bounded
from concviz.cluster.task_threads import TaskThreads
from concviz.worker.describe import RESULT, TRACEBACK

MOST_FETCHING = 10_000
"""Transfers that are remembered as long as they have not ended."""


class WatchingPlugin(Guarded, WorkerPlugin):
    """Of one attachment. All but ``began`` and ``ended`` are called in the worker's event loop."""

    def __init__(self, watch: Watch, topic: str) -> None:
        self._watch = watch
        self._topic = topic
        self._outbox: Outbox | None = None

    def setup(self, worker: Worker) -> None:
        """Begin to tell."""
        self._worker = worker
        self._outbox = Outbox(lambda packed: worker.log_event(self._topic, packed))
        here = (os.getpid(), this_machine(), worker.address, str(worker.name))
        self._put(("here", monotonic_ns(), Place("worker", *here, worker.state.nthreads)))
        self._parent = Parent(worker, self._watch, self._put)
        self._threads = TaskThreads(self._put, self._parent)
        self._threads.announce_known(worker)
        self._begun: dict[int, tuple[int, int | None]] = {}
        """By Python's number of a thread: the run, and the thread's CPU time at its begin."""
        self._ended: dict[Any, tuple[int, int, int | None]] = {}
        """By key: run, when, and CPU time, of those whose result the loop has not taken yet."""
        self._calls = 0
        """Of actors: they are no tasks of the scheduler's, and have no number of its."""
        self._fetching: OrderedDict[Any, tuple[int, str]] = OrderedDict()
        """By key: since when, and from which worker."""
        for ident, key in active_threads.listen(worker, self):
            self.began(ident, key)

    def teardown(self, worker: Worker) -> None:
        """Leave the worker as it was."""
        active_threads.leave(worker, self)
        if self._outbox is not None:
            self._parent.close()
            self._outbox.close(("bye", monotonic_ns()))

    # -- in the threads of tasks; of tasks that had begun before, in the loop --

    def began(self, ident: int, key: Any) -> None:
        """A thread begins a task."""
        run, name = self._run(key)
        if ident == threading.get_ident():
            tid: int | None = self._threads.identify()
            self._begun[ident] = run, thread_time_ns()
        else:
            tid = self._threads.identify_other(ident)
            self._begun[ident] = run, None
        if tid is not None:
            self._put(("began", monotonic_ns(), run, tid, name))

    def ended(self, ident: int, key: Any) -> None:
        """A thread has ended it. What came of it is known when the loop has its result."""
        now = monotonic_ns()
        if (begun := self._begun.pop(ident, None)) is None:
            return
        run, cpu_ns = begun
        if cpu_ns is not None:
            cpu_ns = thread_time_ns() - cpu_ns
        if run < 0:
            self._put(("finished", now, run, cpu_ns, None))
        else:
            self._ended[key] = run, now, cpu_ns

    # -- in the loop --

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        """The worker's own view of a task changes."""
        active_threads.follow(self._worker)
        if (end := self._ended.pop(key, None)) is not None:
            self._tell_end(key, finish, *end)
        elif finish == "waiting" and start != "cancelled":
            self._put(("arrived", monotonic_ns(), self._run(key)[0]))
        elif finish == "flight":
            state = self._worker.state.tasks.get(key)
            self._fetching[key] = monotonic_ns(), str(getattr(state, "coming_from", None) or "")
            if len(self._fetching) > MOST_FETCHING:
                self._fetching.popitem(last=False)
        elif (begun := self._fetching.pop(key, None)) is not None and finish == "memory":
            self._tell_fetched(key, *begun)

    def _tell_end(self, key: Any, finish: str, run: int, now: int, cpu_ns: int | None) -> None:
        state = self._worker.state.tasks.get(key)
        if finish == "error" and state is not None:
            error = bounded(str(state.exception_text or "an error"), RESULT)
            text = str(state.traceback_text or "")
            self._put(("failed", now, run, cpu_ns, error, bounded(text[-TRACEBACK:], TRACEBACK)))
        else:
            self._put(("finished", now, run, cpu_ns, None))

    def _tell_fetched(self, key: Any, since_ns: int, address: str) -> None:
        """Of those that need it, the one that is to run first is what it was fetched for."""
        state = self._worker.state.tasks.get(key)
        if state is None:
            return
        waiting = [task for task in state.dependents if task.state in ("waiting", "ready")]
        if waiting:
            first = min(waiting, key=lambda task: task.priority or ())
            size = state.nbytes or 0
            self._put(("fetched", monotonic_ns(), first.run_id, since_ns, size, address))

    def _run(self, key: Any) -> tuple[int, str]:
        """The number of this run of a task; and what it is called, if the scheduler knows none."""
        state = self._worker.state.tasks.get(key)
        if state is not None:
            return state.run_id, ""
        self._calls += 1
        return -self._calls, bounded(str(key))

    def _put(self, line: Line) -> None:
        if self._outbox is not None:
            self._outbox.put(line)
