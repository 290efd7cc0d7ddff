"""What a session has in each worker process: it prepares for its tasks, and tells what happens."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from time import monotonic_ns, thread_time_ns
from typing import Any, NamedTuple

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from concviz.cluster.call import sessions, task_of
from concviz.cluster.lines import Place
from concviz.cluster.machine import this_machine
from concviz.cluster.outbox import Outbox
from concviz.cluster.task_output import capture, release
from concviz.worker.references import function_of
from concviz.worker.sent import Sent
from concviz.worker.tracing import State, end_output


class Settings(NamedTuple):
    """What the plugins of a session need to know."""

    session: str
    topic: str
    """Under which lines are sent."""
    client: str
    """The cluster's name for whom they are sent to."""
    task: str
    """What does a task, for ``function_of``."""
    arguments: bytes
    """Pickled: what all tasks work on."""
    own: bool
    """Whether the cluster was started for this session alone."""


class TracingPlugin(WorkerPlugin):
    """Prepares a worker process for the tasks of a session, and undoes that."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._outbox: Outbox | None = None

    def setup(self, worker: Worker) -> None:
        """Raises what importing the function of a task may raise: the session is told."""
        session, topic = self.settings.session, self.settings.topic
        self._outbox = outbox = Outbox(lambda packed: worker.log_event(topic, packed))
        now = monotonic_ns()
        threads = worker.state.nthreads
        here = (os.getpid(), this_machine(), worker.address, str(worker.name), threads)
        outbox.put(("here", now, Place("worker", *here)))
        self._threads = _Threads(outbox)
        self._threads.announce_known(worker)
        state = State()
        state.function = function_of(self.settings.task)
        state.arguments = pickle.loads(self.settings.arguments)
        state.sends_back = Sent
        state.identify = self._threads.identify
        state.emit = outbox.put
        sessions[session] = state
        capture()
        if self.settings.own:
            for _ in range(threads):  # so that they are seen before they have something to do
                worker.executors["default"].submit(self._threads.identify)

    def teardown(self, worker: Worker) -> None:
        """Leave the process as it was."""
        if (state := sessions.pop(self.settings.session, None)) is not None:
            end_output(state)
            state.emit = None
            release()
        if self._outbox is not None:
            self._outbox.close(("bye", monotonic_ns()))

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        """The worker's own view of a task changes."""
        if finish == "waiting" and self._outbox is not None:
            task = task_of(key, self.settings.session)
            if task is not None:
                self._outbox.put(("arrived", monotonic_ns(), task))


class _Threads:
    """Those of a worker process that do tasks."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._known: set[int] = set()

    def announce_known(self, worker: Worker) -> None:
        """Those that are there already."""
        for thread in getattr(worker.executors["default"], "_threads", ()):
            if (tid := thread.native_id) is not None and tid not in self._known:
                self._known.add(tid)
                self._outbox.put(("thread", monotonic_ns(), tid, thread.name, None, None))

    def identify(self) -> int:
        """Which thread this is; it is announced first, if it has not been."""
        tid = threading.get_native_id()
        if tid not in self._known:
            self._known.add(tid)
            name = threading.current_thread().name
            times = thread_time_ns(), _waited()
            self._outbox.put(("thread", monotonic_ns(), tid, name, *times))
        return tid


def _waited() -> int | None:
    """How long this thread has been ready to run without a core; None: the system does not tell."""
    if sys.platform != "linux":
        return None
    try:
        with open("/proc/thread-self/schedstat", "rb") as counts:  # noqa: PTH123
            return int(counts.read(64).split()[1])
    except (OSError, ValueError, IndexError):
        return None
