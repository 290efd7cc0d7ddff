"""A run of a plan on this machine: its lines are read, its workers looked at, its end awaited."""

from __future__ import annotations

import errno
import os
import select
import selectors
import threading
import time
from contextlib import ExitStack
from typing import BinaryIO

from concviz.observer.proc import Proc
from concviz.observer.rate import SAMPLE_HZ
from concviz.sources.lateness import Lateness
from concviz.sources.observation import ENDS, Observation
from concviz.sources.on_this_machine import OnThisMachine
from concviz.sources.outlet import Outlet
from concviz.sources.printed import outputs
from concviz.sources.splitter import Splitter
from concviz.sources.supervised import Supervised
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.trace.reader import messages_of
from concviz.trace.recorder import Recorder

PIECE = 1 << 16
RAW_TOTAL = 1 << 20
"""Bytes written below Python's ``print`` (C code, crash reports) that are passed on."""
CLOSE_S = 5.0
LOOK_S = 0.5
"""How often a silent run's supervisor is looked after."""


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
        self._stopping = self._headed = self._exited = False
        self._reading = False
        """Whether something that was read is not in the inbox yet."""
        self._run = Supervised(plan)
        with ExitStack() as undo:  # a start that fails leaves nothing
            undo.callback(self._run.abandon)
            self._pipe = select.poll()
            self._pipe.register(self._run.events, select.POLLIN)
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
        on_its_way = not self.finished and (bool(self._pipe.poll(0)) or self._reading)
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
        told, printed = Splitter(), Splitter()
        printed_left = RAW_TOTAL
        with (
            open(self._run.events, "rb", buffering=0) as pipe,  # noqa: PTH123
            self._run.printed as raw,
            selectors.DefaultSelector() as selector,
        ):
            selector.register(pipe, selectors.EVENT_READ)
            selector.register(raw, selectors.EVENT_READ)
            orphaned = False
            while selector.get_map():
                ready = selector.select(LOOK_S)
                if not self._exited and self._run.ended and not (orphaned and ready):
                    # Or that is about to be read: then there is nothing left to end. Again and
                    # again: a process shows no environment while it becomes another program.
                    orphaned = True
                    self._run.end_orphans()
                if ready:
                    self._inbox.wait_for_room()
                    self._reading = True
                for key, _ in ready:
                    piece = os.read(key.fd, PIECE)
                    if not piece:
                        selector.unregister(key.fileobj)
                    if key.fileobj is pipe:
                        self._receive(told.feed(piece))
                    elif printed_left > 0 or not piece:
                        printed_left -= len(piece)
                        self._add(outputs(printed.feed(piece)))
                    else:
                        self._add([events.LeftOut(time.monotonic_ns(), None, len(piece))])
                self._reading = False
        self._observation.end()
        status = self._run.join()
        if not self._exited:
            # The supervisor itself was killed: nobody else can end the rest, and say so.
            self._run.clear()
            self._add([events.RunnerExited(time.monotonic_ns(), status or -9)])

    def _receive(self, lines: list[bytes]) -> None:
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
        self._exited = self._exited or any(
            isinstance(message, events.RunnerExited) for message in messages[end:]
        )

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
