"""Does tasks in a sub-interpreter, which shares no objects with the runner.

Standard library only, and none of multiprocessing: not every module loads in a sub-interpreter.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading

from concviz.worker import tracing as worker
from concviz.worker.given import Given
from concviz.worker.pieces import send
from concviz.worker.references import CALL, function_of
from concviz.worker.sent import Sent

SETTINGS = "CONCVIZ_INTERPRETER"
"""Environment variable: pickled (file descriptor for events, what does a task, its arguments, the
runner's module path)."""


def call(item: int | Given) -> object:
    """Do one task; before the first one, which nobody could come before, attach to the run."""
    if not worker.attached():
        attach()
    return worker.call(item)


def attach() -> None:
    """Do as the runner says in the environment. Raises KeyError when there is no such run."""
    fd, task, arguments, path = pickle.loads(bytes.fromhex(os.environ[SETTINGS]))
    if task.startswith(CALL):  # an interpreter begins with a path of its own
        sys.path[:] = path
    function = function_of(task)

    def emit(event: worker.Wire) -> None:
        send(fd, threading.get_native_id(), event)

    announced: set[int] = set()

    def identify() -> int:
        # Of what belongs to a thread nothing survives the end of a call: threading.local is empty.
        thread = threading.get_native_id()
        if thread not in announced:
            announced.add(thread)
            emit(worker.runs(thread))
        return thread

    worker.attach(emit, function, arguments, sends_back=Sent, identify=identify)
    worker.capture_output()
