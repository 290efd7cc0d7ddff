"""Carries the events of a worker process to the Manager queue, few puts for many events."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Protocol

from concviz.engine.worker import Wire

INTERVAL_S = 0.010
"""One put costs 65 µs: after a put, events wait this long for company."""


class Queue(Protocol):
    """What is needed of a Manager's queue."""

    def put(self, batch: list[Wire], /) -> None:
        """Send a batch."""


class Batch:
    """Collects events; sends at once what comes after a pause, the rest a moment later."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._events: list[Wire] = []
        self._lock = threading.Lock()  # held while sending: batches leave in order
        self._last = 0.0
        self._waiting = threading.Event()
        threading.Thread(target=self._flush_late, name="concviz-flush", daemon=True).start()

    def put(self, event: Wire) -> None:
        """Add an event."""
        self._events.append(event)
        if monotonic() - self._last > INTERVAL_S:
            self.flush()
        elif not self._waiting.is_set():
            self._waiting.set()

    def flush(self) -> None:
        """Send what there is, now."""
        with self._lock:
            events, self._events = self._events, []
            if events:
                self._queue.put(events)
                self._last = monotonic()

    def _flush_late(self) -> None:
        pause = threading.Event()
        while True:
            self._waiting.wait()
            pause.wait(INTERVAL_S)
            self._waiting.clear()
            try:
                self.flush()
            except (OSError, EOFError):
                return  # the run is being torn down: nobody listens any more
