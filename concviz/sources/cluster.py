"""What others run on a cluster: it is told of by a process that is connected, until it is let go.

To stop and to close it is to let go: the cluster and all who use it go on as before.
"""

from __future__ import annotations

import errno
import threading
import time
from typing import BinaryIO

from concviz.runner.attachment import FAREWELL_S
from concviz.sources.cluster_connection import BROKEN_OFF, ClusterConnection
from concviz.sources.lateness import Lateness
from concviz.sources.on_this_machine import OnThisMachine
from concviz.sources.outlet import Outlet
from concviz.sources.supervised_reading import SupervisedReading
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.trace.reader import messages_of
from concviz.trace.recorder import Recorder

CLOSE_S = 2.0
LET_GO = "it was let go, and runs on"


class AttachedCluster(OnThisMachine):
    """A cluster that others use, as a connection that has been answered tells of it; a Source.

    Its last message is a CutOff. The rest is as in ``LocalRun``. Raises OSError where there can be
    no more threads.
    """

    plan: Plan | None = None

    def __init__(
        self,
        connection: ClusterConnection,
        record: BinaryIO | None = None,
        *,
        keep: bool = False,
    ) -> None:
        self.address = connection.address
        self._begun = connection.begun
        self._outlet = Outlet(record, keep=keep)
        self._inbox = self._outlet.inbox
        self._late = Lateness()
        self._headed = self._cut_off = self._stopping = False
        self._run = connection.run
        self._reading = SupervisedReading(self._run, self._inbox, self._receive, self._add)
        self._reader = threading.Thread(target=self._read, name="concviz-read", daemon=True)
        try:
            self._reader.start()
        except RuntimeError as error:  # no more threads
            connection.close()
            raise OSError(errno.EAGAIN, str(error)) from error

    # -- what a source is --

    @property
    def behind(self) -> bool:
        """Whether anything has come from the cluster that has not been drained."""
        # In the order of its way, so that nothing slips by.
        on_its_way = not self.finished and self._reading.on_its_way
        return on_its_way or self.waiting

    def stop(self) -> None:
        """Let go of it: it runs on. Returns at once."""
        self._inbox.open()
        if not self._stopping:
            self._stopping = True
            self._run.stop()

    def close(self) -> None:
        """Let go of it, and wait until nothing of ours is left there; any thread, and again."""
        self.stop()
        if not self.wait(FAREWELL_S + CLOSE_S):
            self._run.kill()
            self.wait(CLOSE_S)
        self._run.let_go()

    def leave(self, record: Recorder) -> bool:
        """Nobody drains it any more: all that was kept, and all that comes, goes there alone.

        False where that is not possible; then nothing has changed.
        """
        return self._outlet.leave(record)

    # -- in the reader's thread --

    def _read(self) -> None:
        if self._reading.read(self._begun) is not None:
            self._end(time.monotonic_ns())

    def _receive(self, lines: list[bytes]) -> bool:
        """Take them in. Whether the process is over."""
        messages: list[Message] = []
        if not self._headed and lines:
            self._headed = True
            messages.append(Header.decode(lines[0]))
        messages += messages_of(b"\n".join(lines[len(messages) :]))
        self._late.note(messages, time.monotonic_ns())
        self._cut_off = self._cut_off or any(isinstance(m, events.CutOff) for m in messages)
        for at, end in enumerate(messages):
            if isinstance(end, events.RunnerExited):
                self._outlet.put(messages[:at], lines[:at])
                self._end(end.t_ns)
                return True
        self._outlet.put(messages, lines)
        return False

    def _end(self, t_ns: int) -> None:
        """The process has ended; if it did not say why, it was let go, or killed."""
        if not self._cut_off:
            self._cut_off = True
            self._outlet.put([events.CutOff(t_ns, LET_GO if self._stopping else BROKEN_OFF)])

    def _add(self, added: list[events.AnyEvent]) -> None:
        """What the process printed."""
        if added:
            self._outlet.put(list(added))
