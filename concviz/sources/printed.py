"""What a program prints, where it is read for it: as lines, and not without end."""

from __future__ import annotations

import os
import time

from concviz.sources.splitter import Splitter
from concviz.trace import events
from concviz.worker.describe import cut

PIECE = 1 << 16
LONGEST_LINE = 4_000
MOST = 1 << 26
"""Bytes that are passed on; more are counted only."""


class Printed:
    """The end of a pipe or of a pseudo-terminal, which is read and closed here."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._lines = Splitter()
        self._left = MOST
        self._open = True

    def read(self) -> tuple[list[events.AnyEvent], bool]:
        """The next piece, and whether there may be more; waits for it."""
        if not self._open:
            return [], False
        try:
            piece = os.read(self.fd, PIECE)
        except OSError:  # nobody has the other side of the pseudo-terminal any more
            piece = b""
        if not piece:
            self._open = False
            os.close(self.fd)
        if self._left <= 0 and piece:
            return [events.LeftOut(time.monotonic_ns(), None, len(piece))], True
        self._left -= len(piece)
        return outputs(self._lines.feed(piece)), self._open


def outputs(lines: list[bytes]) -> list[events.AnyEvent]:
    """Lines that were printed, by nobody knows whom, until now."""
    now = time.monotonic_ns()
    return [
        events.Output(now, None, cut(line.decode("utf-8", "backslashreplace"), LONGEST_LINE))
        for line in lines
    ]
