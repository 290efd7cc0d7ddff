"""A recording that comes through a pipe, perhaps from a run that is under way elsewhere."""

from __future__ import annotations

import contextlib
import math
import os
import select
import threading
import time
import weakref

from concviz.sources.inbox import Inbox
from concviz.sources.lateness import Lateness
from concviz.sources.spool import Spool
from concviz.trace.blocks import BLOCK
from concviz.trace.message import Message
from concviz.trace.reader import Reader, RecordingError

STOP_S = 1.0
"""As Ctrl-C goes to all programs of a pipeline."""
ROOM = 50_000
"""Messages that wait here at most, whoever drains them: what is faster waits in the pipe."""


class PipeReading:
    """Reads a pipe, or anything else that is no file, in a thread of its own."""

    progress: float | None = None

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        weakref.finalize(self, _close, fd, self._woken, self._wake)
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)
        self._poll_both = select.poll()
        for each in (fd, self._woken):
            self._poll_both.register(each, select.POLLIN)
        self._patience = math.inf
        """Until when to read on, on the monotonic clock."""
        self._reading = False
        self._ahead: int | None = None
        """How far this machine's clock is ahead of the one that ran, the way here included."""
        self._late = Lateness()
        self._inbox: Inbox[Message] = Inbox()
        self._inbox.room = ROOM
        self.error: RecordingError | None = None
        self.lines = Spool.if_possible()
        self.reader = Reader(self, self.lines.write if self.lines is not None else None)
        self._thread = threading.Thread(target=self._read, name="concviz-replay", daemon=True)
        self._thread.start()

    def read(self, most: int, /) -> bytes:
        """What comes next, in the reader's thread."""
        while (left_s := self._patience - time.monotonic()) > 0:
            if (piece := self._piece(most, left_s)) is not None:
                return piece
        raise _Stopped

    def _piece(self, most: int, left_s: float) -> bytes | None:
        """The same within that time; None when nothing comes, or somebody wakes it."""
        self._reading = False
        ready = dict(self._poll_both.poll(None if left_s == math.inf else left_s * 1_000))
        self._reading = True
        if self._woken in ready:
            os.read(self._woken, BLOCK)
        elif self._fd in ready:
            with contextlib.suppress(BlockingIOError):  # somebody made it so
                return os.read(self._fd, most)
        return None

    def _is_there(self) -> bool:
        """Whether there is something to read."""
        return bool(self._poll.poll(0))

    def _read(self) -> None:
        try:
            while not self.reader.ended:
                try:
                    messages = self.reader.read()
                except _Stopped:
                    messages = self.reader.stop()
                if self.reader.latest:
                    self._note(messages, time.monotonic_ns())
                self._inbox.wait_for_room()
                self._inbox.put(messages)
        except RecordingError as error:
            self.error = error
        self._reading = False

    def _note(self, messages: list[Message], arrived: int) -> None:
        """They have arrived: that tells of the clock where they happened, and of their way here."""
        ahead = arrived - self.reader.latest
        self._ahead = ahead if self._ahead is None else min(ahead, self._ahead)
        self._late.note(messages, arrived - self._ahead)

    @property
    def finished(self) -> bool:
        """Whether it was read to its end."""
        return not self._thread.is_alive()

    @property
    def waiting(self) -> bool:
        """Whether there are messages to drain."""
        return self._inbox.waiting

    @property
    def behind(self) -> bool:
        """Whether anything has come that has not been drained."""
        on_its_way = not self.finished and (self._is_there() or self._reading)
        return on_its_way or self.waiting

    def now(self) -> int:
        """The quickest event that came was on its way for no time, as far as can be told."""
        return 0 if self._ahead is None else time.monotonic_ns() - self._ahead

    def late_ns(self, now: int) -> int:
        """For how long the next events may be on their way, beyond the quickest one."""
        return self._late.at(now)

    def drain(self, budget_s: float, most: int) -> list[Message]:
        """What has come, within that time."""
        return self._inbox.take(budget_s, most)

    def give_room(self, messages: int | None) -> None:
        """No more wait here than so many, and than fit."""
        self._inbox.room = ROOM if messages is None else min(ROOM, messages)

    def wait(self, timeout: float | None) -> bool:
        """Wait for its end, but no longer than that."""
        self._thread.join(timeout)
        return self.finished

    def stop(self) -> None:
        """Read on for a moment: whoever writes may have been asked to end, too, and say so."""
        self._end(STOP_S)

    def close(self) -> None:
        """Read no further; returns when it is so."""
        self._end(0)
        self._thread.join()

    def _end(self, patience_s: float) -> None:
        self._patience = min(self._patience, time.monotonic() + patience_s)
        self._inbox.open()
        with contextlib.suppress(BlockingIOError):  # it has been told often enough
            os.write(self._wake, b"!")


class _Stopped(Exception):  # noqa: N818 - no error
    """Somebody wants no more of it."""


def _close(*fds: int) -> None:
    for fd in fds:
        os.close(fd)
