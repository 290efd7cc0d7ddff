"""What all sources have in common that a thread of theirs reads on this machine."""

from __future__ import annotations

import threading
import time

from concviz.sources.inbox import Inbox
from concviz.sources.lateness import Lateness
from concviz.sources.outlet import Outlet
from concviz.sources.source import UNLIMITED
from concviz.sources.spool import Spool
from concviz.trace.message import Message


class OnThisMachine:
    """Its clock, and an outlet whose inbox is drained. Whoever extends it makes all of these."""

    _outlet: Outlet
    _inbox: Inbox[Message]
    _late: Lateness
    _reader: threading.Thread

    @property
    def lines(self) -> Spool | None:
        """The lines so far, where they are kept."""
        return self._outlet.lines

    @property
    def record_error(self) -> OSError | None:
        """What ended the recording before its end, such as a full disk; all else goes on."""
        return self._outlet.record_error

    @property
    def finished(self) -> bool:
        """Whether all is over, and was read."""
        return not self._reader.is_alive()

    @property
    def waiting(self) -> bool:
        """Whether there are messages to drain."""
        return self._inbox.waiting

    def now(self) -> int:
        """This machine's monotonic clock."""
        return time.monotonic_ns()

    def late_ns(self, now: int) -> int:
        """For how long the next events may be on their way."""
        return self._late.at(now)

    def drain(self, budget_s: float = float("inf"), most: int = UNLIMITED) -> list[Message]:
        """Messages that have arrived, at most about so many, without waiting."""
        return self._inbox.take(budget_s, most)

    def give_room(self, messages: int | None) -> None:
        """With so many to drain, no more are read until some are; None: all that there is."""
        self._inbox.room = messages

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all is over. False when the time ran out before."""
        self._reader.join(timeout)
        return self.finished
