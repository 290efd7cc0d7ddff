"""A recording that comes through a pipe, perhaps from a run that is under way elsewhere."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
import weakref

from concviz.sources.inbox import Inbox
from concviz.sources.lateness import Lateness
from concviz.sources.spool import Spool
from concviz.trace.message import Message
from concviz.trace.reader import Reader, RecordingError

ROOM = 50_000
"""Messages that wait here at most, whoever drains them: what is faster waits in the pipe."""


class PipeReading:
    """Reads a pipe, or anything else that is no file, in a thread of its own."""

    progress: float | None = None

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._woken, self._wake = os.pipe()
        weakref.finalize(self, _close, fd, self._woken, self._wake)
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)
        self._poll_both = select.poll()
        for each in (fd, self._woken):
            self._poll_both.register(each, select.POLLIN)
        self._stopped = self._reading = False
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
        while not self._stopped:
            self._reading = False
            self._poll_both.poll()
            self._reading = True
            if self._stopped:
                break
            with contextlib.suppress(BlockingIOError):  # somebody made it so
                return os.read(self._fd, most)
        raise _Stopped

    def _read(self) -> None:
        try:
            while not self.reader.ended:
                try:
                    messages = self.reader.read()
                except _Stopped:
                    messages = self.reader.stop()
                arrived = time.monotonic_ns()
                if self.reader.latest:
                    ahead = arrived - self.reader.latest
                    self._ahead = ahead if self._ahead is None else min(ahead, self._ahead)
                    self._late.note(messages, arrived - self._ahead)
                self._inbox.wait_for_room()
                self._inbox.put(messages)
        except RecordingError as error:
            self.error = error
        self._reading = False

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
        on_its_way = not self.finished and (bool(self._poll.poll(0)) or self._reading)
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
        """Read no further."""
        self._stopped = True
        self._inbox.open()
        os.write(self._wake, b"!")


class _Stopped(Exception):  # noqa: N818 - no error
    """Somebody wants no more of it."""


def _close(*fds: int) -> None:
    for fd in fds:
        os.close(fd)
