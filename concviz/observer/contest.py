"""A contest for the GIL in this process, to see where the loser waits.

The one who looks must hold the GIL while it looks, or there would be nobody to wait: so it reads
the kernel's file by a call that, unlike ``os.pread``, does not let go of it.
The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Container
from time import monotonic, process_time

from concviz.observer.proc import LONGEST, Proc
from concviz.observer.syscalls import classifier
from concviz.trace.states import State

SIGHTINGS = 3
TURN_S = 0.0005
"""The winner has the GIL for so long, and several times: with the usual 5 ms that would take 20."""
PATIENCE_S = 0.5
"""Of CPU time: it takes a moment of that, however long the machine is busy with other things."""
LONGEST_S = 10.0
"""On the clock."""


def seen_waiting(gil: Container[int]) -> bool:
    """Whether a thread that waits for the GIL is seen at these addresses. Raises OSError."""
    import ctypes

    classify = classifier()
    if classify is None:
        return False
    read = ctypes.PyDLL(None).pread
    read.argtypes = ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_long
    read.restype = ctypes.c_ssize_t
    line = ctypes.create_string_buffer(LONGEST)
    over: list[bool] = []

    def contend() -> None:
        while not over:
            pass

    thread = threading.Thread(target=contend, name="concviz-contend", daemon=True)
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_S)
    thread.start()
    try:
        fd = Proc().open(os.getpid(), thread.native_id or 0, "syscall")
        try:
            sightings, enough, deadline = 0, process_time() + PATIENCE_S, monotonic() + LONGEST_S
            while sightings < SIGHTINGS and process_time() < enough and monotonic() < deadline:
                length = read(fd, line, LONGEST, 0)
                sightings += length > 0 and classify(line.raw[:length], gil) is State.GIL_WAIT
            return sightings == SIGHTINGS
        finally:
            os.close(fd)
    finally:
        over.append(True)
        thread.join()
        sys.setswitchinterval(before)
