"""A run of a plan on this machine: its lines are read, its workers looked at, its end awaited."""

from __future__ import annotations

import errno
import threading
import time
from contextlib import ExitStack
from typing import BinaryIO

import msgspec

from concviz.observer.proc import Proc
from concviz.observer.rate import SAMPLE_HZ
from concviz.runner.order import Order
from concviz.sources.lateness import Lateness
from concviz.sources.observation import ENDS, Observation
from concviz.sources.on_this_machine import OnThisMachine
from concviz.sources.outlet import Outlet
from concviz.sources.supervised import Supervised
from concviz.sources.supervised_reading import SupervisedReading
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.trace.reader import messages_of
from concviz.trace.recorder import Recorder

CLOSE_S = 5.0


class LocalRun(OnThisMachine):
    """One run under way; a Source. Its last message is a RunnerExited.

    ``record`` gets every line as it came, and those that are added here, so that a recording is
    whatever was seen; with ``keep`` they are kept in ``lines``, too. ``sample_hz`` is how often a
    second the workers' threads are looked at (0: not at all); ``memory`` says whether to look at
    the memory of its processes, too. Raises OSError where a run cannot be started.
    """

    def __init__(
        self,
        plan: Plan,
        record: BinaryIO | None = None,
        sample_hz: float = SAMPLE_HZ,
        proc: Proc | None = None,
        memory: bool = False,
        keep: bool = False,
    ) -> None:
        self.plan = plan
        self._outlet = Outlet(record, keep=keep)
        self._inbox = self._outlet.inbox
        self._late = Lateness()
        self._stopping = self._headed = False
        self._run = Supervised(msgspec.json.encode(Order(plan=plan, sample_hz=sample_hz)))
        with ExitStack() as undo:  # a start that fails leaves nothing
            undo.callback(self._run.abandon)
            self._reading = SupervisedReading(self._run, self._inbox, self._receive, self._add)
            self._observation = Observation(self._run.pid, sample_hz, proc, memory, self._add)
            self._reader = threading.Thread(target=self._read, name="concviz-read", daemon=True)
            try:
                self._reader.start()
            except RuntimeError as error:  # no more threads
                raise OSError(errno.EAGAIN, str(error)) from error
            undo.pop_all()

    # -- what a source is --

    @property
    def behind(self) -> bool:
        """Whether anything has come from the run that has not been drained."""
        # In the order of its way, so that nothing slips by.
        on_its_way = not self.finished and self._reading.on_its_way
        return on_its_way or self.waiting

    def stop(self) -> None:
        """Ask for the end of the run, which is then killed.

        Events under way still arrive, if that is soon; the others are counted, and that is told.
        """
        if self._stopping or self.finished:
            return
        self._stopping = True
        self._inbox.open()
        self._add([events.StopRequested(time.monotonic_ns())])
        self._run.stop()

    def close(self) -> None:
        """End the run at once, if it still runs, and wait until nothing of it is left."""
        self._inbox.open()
        self._run.let_go()
        if not self.wait(CLOSE_S):
            self._run.kill()
            self.wait(CLOSE_S)

    def leave(self, record: Recorder) -> bool:
        """Nobody drains it any more: all that was kept, and all that comes, goes there alone.

        False where that is not possible; then nothing has changed.
        """
        return self._outlet.leave(record)

    # -- in the reader's thread --

    def _read(self) -> None:
        status = self._reading.read()
        self._observation.end()
        if status is not None:
            self._add([events.RunnerExited(time.monotonic_ns(), status)])

    def _receive(self, lines: list[bytes]) -> bool:
        """Take them in. Whether the run is over."""
        messages: list[Message] = []
        while not self._headed and len(messages) < len(lines):
            messages.append(self._first(lines, len(messages)))
        messages += messages_of(b"\n".join(lines[len(messages) :]))
        self._late.note(messages, time.monotonic_ns())
        # What was seen of a worker comes after its start, and before the end of the run.
        ends = (k for k, message in enumerate(messages) if isinstance(message, ENDS))
        end = next(ends, len(messages))
        self._outlet.put(messages[:end], lines[:end])
        self._observation.learn(messages)
        self._outlet.put(messages[end:], lines[end:])
        return any(isinstance(message, events.RunnerExited) for message in messages[end:])

    def _first(self, lines: list[bytes], number: int) -> Message:
        """What a line is, as long as there was no header."""
        line = lines[number]
        try:
            header = self._observation.begin(Header.decode(line))
        except ValueError:
            if line.startswith(b'["runner-exited"'):  # before it had a header
                return events.decode(line)
            return line
        self._headed = True
        lines[number] = header.encode()[:-1]
        return header

    def _add(self, added: list[events.AnyEvent]) -> None:
        """Messages of our own."""
        if added:
            self._outlet.put(list(added))
