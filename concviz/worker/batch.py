"""Carries the events of a worker process to the Manager queue, few puts for many events."""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from concviz.worker.tracing import Wire

INTERVAL_S = 0.020
"""One put costs 65 µs: events wait this long for company."""


class Batch:
    """Collects events and sends them a moment later; the start of a task among long ones, at once.

    So a long task is seen as soon as it starts, even if it takes its process down with it. Short
    ones, of which many start in a moment, never wait until something is sent.
    """

    def __init__(self, send: Callable[[list[Wire]], None]) -> None:
        """``send`` puts a batch where it goes."""
        self._send = send
        self._events: deque[Wire] = deque()
        self._lock = threading.Lock()  # held while sending: batches leave in order
        self._started = 0.0
        """When the latest task did."""
        self._waiting = threading.Event()
        threading.Thread(target=self._flush_late, name="concviz-flush", daemon=True).start()

    def put(self, event: Wire) -> None:
        """Add an event."""
        self._events.append(event)
        if event[0] == "started":
            before, self._started = self._started, monotonic()
            if self._started - before > INTERVAL_S:
                self.flush()
                return
        if not self._waiting.is_set():
            self._waiting.set()

    def flush(self) -> None:
        """Send what there is, now."""
        with self._lock:
            events = [self._events.popleft() for _ in range(len(self._events))]
            if events:
                self._send(events)

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
