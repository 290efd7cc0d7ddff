"""Attaches a sub-interpreter, which shares no objects with the runner, at its first task.

Standard library only, and none of multiprocessing: not every module loads in a sub-interpreter.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import threading

from concviz.engine import worker
from concviz.engine.registry import resolve
from concviz.engine.sent import Sent
from concviz.engine.workloads import Workload

SETTINGS = "CONCVIZ_INTERPRETER"
"""Environment variable: pickled (file descriptor for events, workload reference, arguments)."""


def attach_interpreter() -> None:
    """Do as the runner says in the environment. Raises KeyError when there is no such run."""
    fd, reference, arguments = pickle.loads(base64.b64decode(os.environ[SETTINGS]))
    workload = resolve(reference)
    assert isinstance(workload, Workload)

    # Interpreters write at the same time: only so much is sure to stay in one piece.
    most = os.fpathconf(fd, "PC_PIPE_BUF") - 32

    def emit(event: worker.Wire) -> None:
        line, writer = json.dumps(event).encode(), threading.get_native_id()
        for begin in range(0, len(line), most):
            more = begin + most < len(line)
            os.write(fd, b"%d %d %b\n" % (writer, more, line[begin : begin + most]))

    worker.attach(emit, workload.function, arguments, sends_back=Sent)
    worker.name_thread(threading.get_native_id())
    worker.capture_output()
