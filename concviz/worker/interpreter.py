"""Does tasks in a sub-interpreter, which shares no objects with the runner.

Standard library only, and none of multiprocessing: not every module loads in a sub-interpreter.
"""

from __future__ import annotations

import os
import pickle
import threading

from concviz.worker import tracing as worker
from concviz.worker.pieces import send
from concviz.worker.references import resolve
from concviz.worker.sent import Sent

SETTINGS = "CONCVIZ_INTERPRETER"
"""Environment variable: pickled (file descriptor for events, workload reference, arguments)."""


def call(task: int) -> object:
    """Do one task; before the first one, which nobody could come before, attach to the run."""
    if not worker.attached():
        attach()
    return worker.call(task)


def attach() -> None:
    """Do as the runner says in the environment. Raises KeyError when there is no such run."""
    fd, reference, arguments = pickle.loads(bytes.fromhex(os.environ[SETTINGS]))
    workload = resolve(reference)

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

    worker.attach(emit, workload.function, arguments, sends_back=Sent, identify=identify)
    worker.capture_output()
