"""How much memory the processes of a run hold together: the runner and all that it started."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic_ns, thread_time

import psutil

from concviz.trace import events

FIRST_S = 0.05
AT_MOST = 1 / 100
"""Share of a core that looking may take: it walks through the pages of every process."""

Tell = Callable[[list[events.AnyEvent]], None]


class Memory:
    """Looks at all descendants of a process until it is stopped.

    Linux only: elsewhere pages that processes share cannot be told without privileges, and counting
    them once for each would be wrong. Peaks between two looks are not seen.
    """

    def __init__(self, pid: int, tell: Tell) -> None:
        self._pid = pid
        self._tell = tell
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="concviz-memory", daemon=True)

    def start(self) -> None:
        """Begin."""
        if psutil.LINUX and self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when it is so."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = FIRST_S
        while not self._stopped.wait(pause):
            begun = thread_time()
            held = held_bytes(self._pid)
            if held is not None and not self._stopped.is_set():
                self._tell([events.MemorySampled(monotonic_ns(), held)])
            pause = max(FIRST_S, (thread_time() - begun) / AT_MOST)


def held_bytes(pid: int) -> int | None:
    """What the descendants of a process hold: a page shared by n processes counts 1/n in each.

    None when none of them may be looked at.
    """
    held = seen = 0
    try:
        below = psutil.Process(pid).children(recursive=True)
    except psutil.Error:  # gone
        return None
    for process in below:
        try:
            held += process.memory_full_info().pss
            seen += 1
        except (psutil.Error, OSError):  # gone, or not ours to look at
            continue
    return held if seen else None
