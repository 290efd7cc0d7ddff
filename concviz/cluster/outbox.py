"""Carries lines from the threads of a process to its event loop, and from there in batches."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from uuid import uuid4

from concviz.cluster.lines import Line, pack

INTERVAL_S = 0.02
MOST = 50_000
"""Lines that wait. What comes beyond is counted."""


class Outbox:
    """Made in the event loop; lines may be put in from any thread."""

    def __init__(self, send: Callable[[bytes], object]) -> None:
        """``send`` is called in the loop, with a batch as it travels."""
        self._loop = asyncio.get_running_loop()
        self._send = send
        self._source = uuid4().hex[:12]
        self._lines: deque[Line] = deque()
        self._left_out = 0
        self._counting = threading.Lock()
        self.interval_s = INTERVAL_S
        """Lines wait so long for company, if something was sent just before."""
        self._asked = self._closed = False
        self._sent = 0.0

    def put(self, line: Line) -> None:
        """Add a line; it leaves at once, or a moment later."""
        if self._closed:
            return
        if len(self._lines) >= MOST:
            with self._counting:
                self._left_out += 1
            return
        self._lines.append(line)
        if not self._asked:
            self._asked = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends
                self._loop.call_soon_threadsafe(self._soon)

    def flush(self) -> None:
        """Send what there is, now. In the loop."""
        self._asked = False
        self._sent = self._loop.time()
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        with self._counting:
            left_out, self._left_out = self._left_out, 0
        if lines or left_out:
            self._send(pack(self._source, left_out, lines))

    def close(self, last: Line) -> None:
        """Send what there is, and that line as the last. In the loop."""
        self._lines.append(last)
        self._closed = True
        self.flush()

    def _soon(self) -> None:
        wait = self._sent + self.interval_s - self._loop.time()
        if wait > 0:
            self._loop.call_later(wait, self.flush)
        else:
            self.flush()
