"""What a session has in each worker process: it prepares for its tasks, and tells what happens."""

from __future__ import annotations

import os
import pickle
from time import monotonic_ns
from typing import Any, NamedTuple

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from concviz.cluster.call import sessions, task_of
from concviz.cluster.guarded import Guarded
from concviz.cluster.lines import Place
from concviz.cluster.machine import this_machine
from concviz.cluster.outbox import Outbox
from concviz.cluster.parent import Parent, Watch
from concviz.cluster.task_function import load, unload
from concviz.cluster.task_output import capture, release
from concviz.cluster.task_threads import TaskThreads, times_of
from concviz.worker.sent import Sent
from concviz.worker.tracing import State, end_output


class Settings(NamedTuple):
    """What the plugins of a session need to know."""

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
    watch: Watch


class TracingPlugin(Guarded, WorkerPlugin):
    """Prepares a worker process for the tasks of a session, and undoes that."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._outbox: Outbox | None = None

    def setup(self, worker: Worker) -> None:
        """Raises what importing the function of a task may raise: the session is told."""
        session, topic = self.settings.watch.session, self.settings.topic
        self._outbox = outbox = Outbox(lambda packed: worker.log_event(topic, packed))
        now = monotonic_ns()
        threads = worker.state.nthreads
        here = (os.getpid(), this_machine(), worker.address, str(worker.name), threads)
        outbox.put(("here", now, Place("worker", *here)))
        if self.settings.own:
            outbox.put(("ready", now, *times_of(os.getpid())))
        self._parent = Parent(worker, self.settings.watch, outbox.put)
        self._threads = TaskThreads(outbox.put, self._parent)
        self._threads.announce_known(worker)
        state = State()
        state.arguments = pickle.loads(self.settings.arguments)
        state.function = load(self.settings.task)
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
        if (state := sessions.pop(self.settings.watch.session, None)) is not None:
            end_output(state)
            state.emit = None
            release()
            unload(self.settings.task)
        if self._outbox is not None:
            self._parent.close()
            self._outbox.close(("bye", monotonic_ns()))

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        """The worker's own view of a task changes."""
        if finish == "waiting" and self._outbox is not None:
            task = task_of(key, self.settings.watch.session)
            if task is not None:
                self._outbox.put(("arrived", monotonic_ns(), task))
