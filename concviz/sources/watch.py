"""A program that runs under watch: its rings are read, its threads looked at, its end awaited."""

from __future__ import annotations

import errno
import os
import platform
import select
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO

import msgspec

from concviz.observer.probe import probe
from concviz.observer.program import ProgramObserver
from concviz.observer.rate import SAMPLE_HZ
from concviz.runner.environment import describe
from concviz.runner.program import STOP_S
from concviz.sources.lanes import Lanes
from concviz.sources.lateness import Lateness
from concviz.sources.on_this_machine import OnThisMachine
from concviz.sources.outlet import Outlet
from concviz.sources.outsiders import name_of
from concviz.sources.printed import Printed
from concviz.sources.process_ends import ProcessEnds
from concviz.sources.rings import Rings
from concviz.sources.script_text import script_text
from concviz.sources.sightings import Sightings
from concviz.sources.splitter import Splitter
from concviz.sources.supervised_program import SupervisedProgram
from concviz.sources.translation import Translation
from concviz.trace import events
from concviz.trace.header import Header, Program
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.trace.recorder import Recorder
from concviz.trace.worker_kind import WorkerKind

READ_S = 0.02
"""How often rings are read."""
LOOK_S = 0.5
"""So long after a program should have been killed it must have ended."""
CLOSE_S = 5.0
LEFT_S = 0.1
"""So long may take what ends by itself after the program has ended."""
ROUNDS = 64
"""Pieces of each ring that are read at once, before who waits for what they tell has his turn."""
PIECE = 1 << 16


class Watch(OnThisMachine):
    """A program under way; a Source. Its last message is a RunnerExited.

    ``program`` has been started. ``printed`` is where what it prints can be read, if that is to be
    told; ``leave``: what it leaves behind when it ends by itself goes on, as it would without us;
    else all of it ends with it. The rest is as in ``LocalRun``. Raises OSError, and has ended the
    program then, where there can be no more threads.
    """

    plan: Plan | None = None

    def __init__(
        self,
        program: SupervisedProgram,
        record: BinaryIO | None = None,
        sample_hz: float = SAMPLE_HZ,
        *,
        printed: int | None = None,
        leave: bool = False,
        keep: bool = False,
    ) -> None:
        self._program = program
        self._leaves = leave
        self._hz = sample_hz
        self._outlet = Outlet(record, keep=keep)
        self._inbox = self._outlet.inbox
        self._late = Lateness()
        self._rings = Rings(program.folder)
        self._printed = None if printed is None else Printed(printed)
        self._using = threading.Lock()
        """Of the lanes."""
        self._lanes: Lanes | None = None
        self._translation: Translation | None = None
        self._sightings: Sightings | None = None
        self._observer: ProgramObserver | None = None
        self._ready = select.poll()
        self._ends = ProcessEnds(self._ready)
        self._first = 0
        """The program's own process."""
        self._left = True
        """Whether something of the program may go on after its end."""
        self._stopping = self._exited = False
        self._more = False
        """Whether a program had told more, at the latest look, than there was room for."""
        self._reader = threading.Thread(target=self._read, name="concviz-read", daemon=True)
        with ExitStack() as undo:
            undo.callback(program.abandon)
            try:
                self._reader.start()
            except RuntimeError as error:  # no more threads
                raise OSError(errno.EAGAIN, str(error)) from error
            undo.pop_all()

    # -- what a source is --

    @property
    def behind(self) -> bool:
        """Whether the program has told anything that has not been drained."""
        return self.waiting or self._more

    def stop(self) -> None:
        """Ask the program to end; if it does not, it is killed, and so is what it leaves."""
        if self._stopping or self.finished:
            return
        self._stopping = True
        self._inbox.open()
        self._outlet.put([events.StopRequested(time.monotonic_ns())])
        self._program.stop()

    def close(self) -> None:
        """End the program, if it still runs, and wait until nothing of it is left."""
        self._inbox.open()
        self.stop()
        if not self.wait(STOP_S + LOOK_S):
            self._program.let_go()
        if not self.wait(CLOSE_S):
            self._program.kill()
            self.wait(CLOSE_S)

    def leave(self, record: Recorder) -> bool:
        """Nobody drains it any more: all that was kept, and all that comes, goes there alone.

        False where that is not possible; then nothing has changed.
        """
        return self._outlet.leave(record)

    # -- in the reader's thread --

    def _read(self) -> None:
        pipe, told, ready = self._program.events, Splitter(), self._ready
        ready.register(pipe, select.POLLIN)
        if self._printed is not None:
            ready.register(self._printed.fd, select.POLLIN)
        exitcode: int | None = None
        due = 0.0
        while exitcode is None and not self._exited:
            for fd, _ in ready.poll(READ_S * 1_000):
                if (gone := self._ends.ended(fd)) is not None:
                    self._see_end_of(gone)
                    continue
                if fd != pipe:
                    self._print()
                    if self._printed is None or not self._printed.open:
                        ready.unregister(fd)
                    continue
                piece = os.read(pipe, PIECE)
                self._exited = not piece
                for line in told.feed(piece):
                    ended = self._hear(line)
                    exitcode = ended if ended is not None else exitcode
            if time.monotonic() >= due:
                self._more = self._inbox.full and self._rings.waiting
                if not self._more:
                    self._pass()
                due = time.monotonic() + READ_S
        self._end(exitcode)
        self._ends.close()
        os.close(pipe)

    def _see_end_of(self, pid: int) -> None:
        now = time.monotonic_ns()
        with self._using:
            if self._sightings is not None:
                self._sightings.ended(pid, now)

    def _hear(self, line: bytes) -> int | None:
        """What the supervisor says; the program's exit status, once that is known."""
        said: list[Any] = msgspec.json.decode(line) if line else ["nothing"]
        if said[0] == "started":
            _, begun, pid = said
            self._begin(begun, pid)
        elif said[0] == "failed":
            self._outlet.put([events.Preparing(time.monotonic_ns(), os.strerror(said[1]))])
        elif said[0] == "ended":
            _, _, pid, exitcode, left = said
            with self._using:
                if self._lanes is not None:
                    self._lanes.exited(pid, exitcode)
            if pid == self._first:
                self._left = bool(left)
                return int(exitcode)
        return None

    def _begin(self, begun: int, pid: int) -> None:
        self._first = pid
        sees = probe(self._program.pid, self._hz)
        self._lanes = lanes = Lanes(pid)
        sightings = Sightings(lanes, self._using, self._program.mark, begun)
        self._observer = ProgramObserver(
            self._program.pid,
            sees,
            sightings,
            sightings.tell,
            with_root=False,
            since_ns=begun,
        )
        argv = self._program.arguments
        lanes.process_seen(begun, pid, None, name_of(["python", *argv], ""), expected=True)
        self._observer.start()  # first of all: what it sees is told when all else is there
        header = Header(
            program=Program(
                argv=argv,
                python=platform.python_version(),
                pid=pid,
                source=script_text(argv),
            ),
            environment=msgspec.structs.replace(describe(), observer=sees),
            worker_kind=WorkerKind.THREAD,
        )
        self._outlet.put([header, events.RunStarted(begun, pid)], None)
        self._translation, self._sightings = Translation(lanes, begun), sightings

    def _pass(self, *, last: bool = False, gone: Sequence[int] = ()) -> None:
        """Tell what has come since the pass before; at the last one, all that there is.

        ``gone``: processes that are known to be no more.
        """
        if self._lanes is None or self._translation is None or self._sightings is None:
            return
        translation, lanes, sightings = self._translation, self._lanes, self._sightings
        with self._using:
            seen = sightings.take()
        read = 0
        while read < ROUNDS and self._pass_on_rings(translation):
            read += 1
        now = time.monotonic_ns()
        with self._using:
            for pid in self._ends.ask(lanes.alive) if not last else ():
                sightings.ended(pid, now)
            ended = sightings.take_gone(self._rings.tells)
            for pid in gone:
                lanes.process_gone(now, pid)
            lanes.settle(now, at_once=last, tells=self._rings.tells)
            messages: list[Message] = [*lanes.take(), *seen]
            for sentence in sightings.not_seen():
                messages += translation.not_seen(now, sentence)
        self._outlet.put(messages)
        for pid in ended:
            self._rings.gone(pid)

    def _pass_on_rings(self, translation: Translation) -> bool:
        """Whether there was anything to read."""
        found = self._rings.read()
        for told in found:
            now = time.monotonic_ns()
            with self._using:
                messages = translation.translate(told.ring, told.pid, told.lines, now)
            messages += translation.left_out(told.left_out, now)
            self._late.note(messages, now)
            self._outlet.put(messages)
        return bool(found)

    def _print(self) -> bool:
        """Tell what was printed. Whether more may come."""
        assert self._printed is not None
        told, more = self._printed.read()
        self._outlet.put([*told])
        return more

    def _end(self, exitcode: int | None) -> None:
        """The program has ended, or nobody knows what it does any more."""
        ended = time.monotonic_ns()
        if self._observer is not None:
            self._observer.stop()
        by_itself = exitcode is not None and exitcode >= 0 and not self._stopping
        if by_itself and self._leaves:
            if self._left:
                self._say_what_goes_on()
            self._pass(last=True, gone=[self._first])
            self._program.leave()
            status = self._program.join()
        else:
            self._program.let_go()
            status = self._program.join()
            self._pass(last=True, gone=self._lanes.alive if self._lanes is not None else [])
            if exitcode is None:
                # The supervisor was killed, or asked to end everything at once.
                self._program.clear()
        self._rings.close()
        if self._printed is not None:
            while self._print():
                pass
            self._printed.close()
        last: list[Message] = []
        if exitcode is not None and not self._stopping:
            last.append(events.RunFinished(ended, None))
        last.append(events.RunnerExited(ended, exitcode if exitcode is not None else status or -9))
        self._outlet.put(last)

    def _say_what_goes_on(self) -> None:
        """Who is still there, and is not looked at any longer."""
        assert self._translation is not None
        deadline = time.monotonic() + LEFT_S
        while (left := self._program.left()) and time.monotonic() < deadline:
            time.sleep(READ_S / 4)
        if left:
            number = "one process" if len(left) == 1 else f"{len(left)} processes"
            said = f"After the program had ended, {number} of it went on: that is not seen here."
            self._outlet.put(self._translation.not_seen(time.monotonic_ns(), said))
