"""What a program prints, where it is read for it: as lines, and not without end."""

from __future__ import annotations

import os
import re
import select
import time

from concviz.trace import events
from concviz.worker.describe import cut

PIECE = 1 << 16
LONGEST_LINE = 4_000
MOST = 1 << 26
"""Bytes that are passed on; more are counted only."""
_FOR_A_TERMINAL = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, the cursor
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles, links
    rb"|\x1b[ -/]*[0-Z\\^-~]"
)


class Lines:
    """Cuts what is written to a terminal into the lines that it would show, without colours."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that the piece completes; an empty piece is the end and completes the rest."""
        *lines, rest = (self._rest + piece).split(b"\n") if piece else [self._rest, b""]
        if b"\r" in rest[:-1]:  # written over what was there
            rest = rest[rest.rindex(b"\r", 0, -1) + 1 :]
        if len(rest) > PIECE:
            lines.append(rest)
            rest = b""
        self._rest = rest
        shown = (_FOR_A_TERMINAL.sub(b"", line).rstrip(b"\r") for line in lines)
        return [line.rpartition(b"\r")[2] for line in shown if line]


class Printed:
    """The side of a pseudo-terminal on which is read what was printed; it is closed here."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._lines = Lines()
        self._left = MOST
        self.open = True
        self._ready = select.poll()
        self._ready.register(fd, select.POLLIN)

    def read(self) -> tuple[list[events.AnyEvent], bool]:
        """What was printed, a piece at most, and whether there may be more; without waiting."""
        if not self.open or not self._ready.poll(0):
            return [], False
        try:
            piece = os.read(self.fd, PIECE)
        except OSError:  # nobody has the other side any more
            piece = b""
        if not piece:
            self.close()
        if self._left <= 0 and piece:
            return [events.LeftOut(time.monotonic_ns(), None, len(piece))], True
        self._left -= len(piece)
        return outputs(self._lines.feed(piece)), bool(piece)

    def close(self) -> None:
        """Nobody reads it any more."""
        if self.open:
            self.open = False
            os.close(self.fd)


def outputs(lines: list[bytes]) -> list[events.AnyEvent]:
    """Lines that were printed, by nobody knows whom, until now."""
    now = time.monotonic_ns()
    return [
        events.Output(now, None, cut(line.decode("utf-8", "backslashreplace"), LONGEST_LINE))
        for line in lines
    ]
