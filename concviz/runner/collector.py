"""Takes the events of a run off its queue and writes them, as lines, to the pipe."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic_ns
from typing import Any

from concviz.trace import events
from concviz.worker.tracing import Wire

COLLECT_S = 0.008
"""How long the collector sleeps between looks: each look takes the GIL from the tasks."""
MANY = 200
MANY_COLLECT_S = 0.025
"""The same when so many events came at once: tasks are short then, and a look costs many."""
BATCH = 2_000


class Collector:
    """A thread. When events come faster than it reads, it says with each batch how many wait.

    ``last_word``: where it is asked to come to an end although more will follow, because all is
    about to be killed, and where it says that it has. Then it reads one more batch, and says how
    many events it leaves: nobody will read them.
    """

    def __init__(self, fd: int, last_word: tuple[int, int]) -> None:
        self._queue: SimpleQueue[Any] = SimpleQueue()
        self.emit: Callable[[Wire], None] = self._queue.put
        self._fd = fd
        self._asked, self._answer = last_word
        self._leaving = False
        self._closing = threading.Event()
        self.elsewhere = 0
        """Events that wait elsewhere, on their way to the queue: whoever passes them on knows."""
        self._thread = threading.Thread(target=self._collect, name="concviz-collect", daemon=True)

    @property
    def waiting(self) -> int:
        """Events that have not been written yet."""
        return self._queue.qsize()

    def start(self) -> None:
        """Begin; until then events wait."""
        self._thread.start()
        threading.Thread(target=self._leave, name="concviz-last-word", daemon=True).start()

    def close(self) -> None:
        """Write what is still there, and end."""
        self._queue.put(None)
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _leave(self) -> None:
        os.read(self._asked, 1)
        self._queue.put(None)  # it may be waiting for an event
        self._leaving = True
        self._closing.set()

    def _collect(self) -> None:
        get, waiting = self._queue.get, self._queue.qsize
        said = 0
        while True:
            batch = [get()]
            batch += [get() for _ in range(min(waiting(), BATCH))]  # nobody else takes from it
            ended = None in batch
            if ended:
                batch.remove(None)
            leaving = self._leaving
            full = len(batch) > BATCH
            left = waiting() - (leaving and not ended) if full or leaving else 0
            left += self.elsewhere
            if left or said:
                said = left
                batch.append(("unread", monotonic_ns(), left))
            self._write(events.encode_lines(batch))
            if ended or leaving:
                os.write(self._answer, b".")
                return
            if len(batch) < BATCH:
                self._closing.wait(COLLECT_S if len(batch) < MANY else MANY_COLLECT_S)

    def _write(self, lines: bytes) -> None:
        view = memoryview(lines)
        while view:
            view = view[os.write(self._fd, view) :]
