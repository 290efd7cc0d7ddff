"""A program that runs already: it is looked at from outside until it ends or it is let go."""

from __future__ import annotations

import errno
import os
import threading
import time
from typing import BinaryIO

from msgspec.structs import replace

from concviz.observer.gil import NO_GIL
from concviz.observer.probe import probe_running
from concviz.observer.proc import Proc
from concviz.observer.process import Process
from concviz.observer.program import ProgramObserver
from concviz.observer.pythons import Pythons
from concviz.observer.rate import SAMPLE_HZ
from concviz.runner.environment import describe
from concviz.sources.asked_hooks import AskedHooks
from concviz.sources.lanes import Lanes
from concviz.sources.lateness import Lateness
from concviz.sources.on_this_machine import OnThisMachine
from concviz.sources.outlet import Outlet
from concviz.sources.process_ends import exitcode_of
from concviz.sources.rings import Rings
from concviz.sources.sightings import Sightings
from concviz.sources.translation import Translation
from concviz.trace import events
from concviz.trace.header import Header, Program
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.trace.recorder import Recorder
from concviz.trace.worker_kind import WorkerKind

READ_S = 0.02
"""How often is told what was seen."""
CLOSE_S = 5.0
SILENT_NS = 1_000_000_000
"""A program that was asked to tell, and has not begun by then, is said to be silent."""
LET_GO = "it was let go, and runs on"
TASKS = "Its tasks are not seen: nothing in the program tells of them."
NOT_YET = (
    "It was asked to tell of its tasks, and has not begun: it will when its main thread executes "
    "Python again."
)
TELLS = (
    "Tasks that were under way, event loops and pools of processes that were there already, and "
    "processes that it starts anew are not told of."
)


class Attached(OnThisMachine):
    """A process that runs, and all that descends from it; a Source.

    To stop and to close it is to let go: nothing in it was stopped, or is changed by that. Its last
    message is a CutOff, or a RunnerExited where it is known how the process ended.
    ``hooks`` are asked for: then it tells of its tasks, too. The rest is as in ``LocalRun``.
    Raises OSError where the process is gone, or there can be no more threads.
    """

    plan: Plan | None = None

    def __init__(
        self,
        pid: int,
        record: BinaryIO | None = None,
        sample_hz: float = SAMPLE_HZ,
        *,
        hooks: AskedHooks | None = None,
        proc: Proc | None = None,
        keep: bool = False,
    ) -> None:
        self.pid = pid
        self._proc = proc or Proc()
        self._hooks = hooks
        self._outlet = Outlet(record, keep=keep)
        self._inbox = self._outlet.inbox
        self._late = Lateness()
        self._using = threading.Lock()
        """Of the lanes."""
        header = self._header(sample_hz)
        self._begun = time.monotonic_ns()
        if hooks is not None:
            hooks.ask()
        self._rings = None if hooks is None else Rings(hooks.folder)
        self._lanes = Lanes(pid)
        self._translation = Translation(self._lanes, self._begun, meanwhile=True)
        self._sightings = Sightings(self._lanes, self._using, None, self._begun)
        self._told = False
        """Whether the program has told anything."""
        self._let_go = threading.Event()
        self._observer = ProgramObserver(
            pid,
            header.environment.observer or probe_running(pid, sample_hz, self._proc),
            self._sightings,
            self._sightings.tell,
            self._proc,
            without=[os.getpid()],
        )
        self._outlet.put([header, events.RunStarted(self._begun, pid)])
        self._reader = threading.Thread(target=self._read, name="concviz-read", daemon=True)
        try:
            self._reader.start()
        except RuntimeError as error:  # no more threads
            if hooks is not None:
                hooks.let_go()
            raise OSError(errno.EAGAIN, str(error)) from error

    # -- what a source is --

    @property
    def behind(self) -> bool:
        """Whether the program has told anything that has not been drained."""
        more = self._rings is not None and not self.finished and self._rings.waiting
        return self.waiting or more

    def stop(self) -> None:
        """Let go of it: it runs on. Returns at once."""
        self._inbox.open()
        self._let_go.set()

    def close(self) -> None:
        """Let go of it, and wait until that is done; from any thread, and again."""
        self.stop()
        self.wait(CLOSE_S)

    def leave(self, record: Recorder) -> bool:
        """Nobody drains it any more: all that was kept, and all that comes, goes there alone.

        False where that is not possible; then nothing has changed.
        """
        return self._outlet.leave(record)

    # -- in the reader's thread --

    def _header(self, hz: float) -> Header:
        process = Process(self.pid, self._proc, Pythons(self._proc), gil=True, locks=True)
        process.close()
        python = process.python
        version = "" if python is None else python.text
        seen = probe_running(self.pid, hz, self._proc)
        environment = replace(describe(), observer=seen)
        if python is not None:
            environment = replace(
                environment, python=version, gil=python.gils is not NO_GIL, implementation="CPython"
            )
        argv = self._proc.argv(self.pid)
        return Header(
            program=Program(argv=argv, how="attached", python=version, pid=self.pid),
            environment=environment,
            worker_kind=WorkerKind.THREAD,
        )

    def _read(self) -> None:
        self._observer.start()
        silent_at = self._begun + SILENT_NS
        if self._hooks is None:
            self._say(TASKS)
        while not self._let_go.wait(READ_S):
            if not self._inbox.full:
                self._pass()
            if self._observer.over.is_set():
                break
            if self._hooks is not None and not self._told and time.monotonic_ns() > silent_at:
                self._say(NOT_YET)
                silent_at = 1 << 62
        self._end()

    def _pass(self, *, last: bool = False) -> None:
        """Tell what has come since the pass before."""
        with self._using:
            seen = self._sightings.take()
        more = self._pass_on_rings()
        while last and more:
            more = self._pass_on_rings()
        now = time.monotonic_ns()
        tells = (lambda pid: False) if self._rings is None else self._rings.tells
        with self._using:
            gone = self._sightings.take_gone(tells)
            # Without hooks nobody else has anything to say of a thread.
            self._lanes.settle(now, at_once=last or self._hooks is None)
            messages: list[Message] = [*self._lanes.take(), *seen]
            for sentence in self._sightings.not_seen():
                messages += self._translation.not_seen(now, sentence)
        self._outlet.put(messages)
        if self._rings is not None:
            for pid in gone:
                self._rings.gone(pid)

    def _pass_on_rings(self) -> bool:
        """Whether the program has told anything."""
        found = [] if self._rings is None else self._rings.read()
        for told in found:
            now = time.monotonic_ns()
            with self._using:
                messages = self._translation.translate(told.ring, told.pid, told.lines, now)
            messages += self._translation.left_out(told.left_out, now)
            self._late.note(messages, now)
            self._outlet.put(messages)
        if found and not self._told:
            self._told = True
            self._say(TELLS)
        return bool(found)

    def _say(self, sentence: str) -> None:
        self._outlet.put(self._translation.not_seen(time.monotonic_ns(), sentence))

    def _end(self) -> None:
        ended = self._observer.over.is_set()
        exitcode = exitcode_of(self.pid) if ended else None
        self._observer.stop()
        now = time.monotonic_ns()
        with self._using:
            if exitcode is not None:
                self._lanes.exited(self.pid, exitcode)
        self._pass(last=True)
        if self._rings is not None:
            self._rings.close()
        if self._hooks is not None:
            self._hooks.let_go()
        if not ended:
            self._outlet.put([events.CutOff(now, LET_GO)])
        elif exitcode is None:
            how = "it has ended; the system tells only its parent how"
            self._outlet.put([events.RunFinished(now, None), events.CutOff(now, how)])
        else:
            self._outlet.put([events.RunFinished(now, None), events.RunnerExited(now, exitcode)])
