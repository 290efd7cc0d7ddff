"""A recording in a file that is still being written, followed to its end."""

from __future__ import annotations

import os
import select
import time

from concviz.sources.pipe_reading import PipeReading
from concviz.trace.blocks import BLOCK
from concviz.trace.message import Message
from concviz.trace.under_way import is_held

LOOK_S = 0.05
"""How often it is looked whether more has been written: a file tells nobody."""


class GrowingReading(PipeReading):
    """Reads a regular file, which is then its own, like a pipe: its end is not that of the run.

    It is over when there is no more of it and nobody writes it any more; where that cannot be told,
    when the run has ended.
    """

    _caught_up = False
    """Whether all has been read that was there at first."""

    def _piece(self, most: int, left_s: float) -> bytes | None:
        self._reading = True
        if piece := os.read(self._fd, most):
            return piece
        if self._is_over():
            return os.read(self._fd, most)  # it may have been written between the two looks
        self._reading, self._caught_up = False, True
        if select.select([self._woken], [], [], min(LOOK_S, left_s))[0]:
            os.read(self._woken, BLOCK)
        return None

    def _is_over(self) -> bool:
        held = is_held(self._fd)
        return self.reader.exited if held is None else not held

    def _is_there(self) -> bool:
        return os.fstat(self._fd).st_size > self.reader.taken

    def _note(self, messages: list[Message], arrived: int) -> None:
        if self._caught_up:
            super()._note(messages, arrived)
            return
        # What was there before came when the file was last written, and not from afar.
        age = max(0, time.time_ns() - os.fstat(self._fd).st_mtime_ns)
        self._ahead = arrived - age - self.reader.latest
