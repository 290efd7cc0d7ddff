"""The lab's side of a run: starts the guard, reads the lines, stops the run."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from concviz.observer.memory import Memory
from concviz.observer.probe import of_interpreters, probe
from concviz.observer.proc import Proc
from concviz.observer.sampler import Sampler
from concviz.runner.interpreter_flags import python
from concviz.runner.remains import RUN, Remains
from concviz.sources.inbox import Inbox
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.worker.describe import cut

PIECE = 1 << 16
RAW_LINE = 4_000
RAW_TOTAL = 1 << 20
"""Bytes written below Python's ``print`` (C code, crash reports) that are passed on."""
SAMPLE_HZ = 50.0
"""How often every worker's thread is looked at by default."""
CLOSE_S = 5.0
GUARD_S = 0.5
"""How often a silent run's guard is looked after."""
FOLDER_CHARACTERS = 50
"""Longest name of a place for temporary folders in which sockets still have room for theirs."""
START = "import sys; sys.path[:] = {path!r}; from concviz.runner.supervisor import main; main()"
"""What a guard's Python runs."""

Message = Header | events.AnyEvent | bytes
"""What comes out of a session: the header first; bytes are a line that could not be read."""


_ENDS = events.RunFinished, events.RunnerExited
_OF_TASKS = (
    events.TaskSubmitted,
    events.TaskStarted,
    events.TaskFinished,
    events.TaskFailed,
    events.TaskCollected,
)


class Session:
    """One run under way. Iterate with ``drain``; the last message is a RunnerExited.

    ``record`` gets every line as it came, and those that the lab adds, so that a recording is
    whatever the lab saw. ``sample_hz`` is how often a second the workers' threads are looked at
    (0: not at all); ``memory`` says whether to look at the memory of its processes, too.
    """

    def __init__(
        self,
        plan: Plan,
        record: BinaryIO | None = None,
        sample_hz: float = SAMPLE_HZ,
        proc: Proc | None = None,
        memory: bool = False,
    ) -> None:
        self.plan = plan
        self._inbox: Inbox[Message] = Inbox()
        self._late = 0, 0
        """For how long the latest events were on their way, and until when that counts."""
        self._record = record
        self._writing = threading.Lock()
        self._stopping = False
        self._id = uuid.uuid4().hex
        self.record_error: OSError | None = None
        """What ended the recording before its end, such as a full disk; the run goes on."""
        self.on_messages: Callable[[], None] | None = None
        """Called in the reader's thread after messages have arrived."""
        self._folder = _folder(self._id)
        with ExitStack() as undo:  # a start that fails leaves nothing
            reads, writes = os.pipe()
            undo.callback(os.close, reads)
            self._pipe = select.poll()
            self._pipe.register(reads, select.POLLIN)
            self._reading = False
            """Whether something that was read is not in the inbox yet."""
            try:
                self._guard = subprocess.Popen(
                    [*python("-c", START.format(path=sys.path)), str(writes), self._folder],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    pass_fds=(writes,),
                    start_new_session=True,  # the terminal's Ctrl-C and hang-up are the lab's
                    env=os.environ | {RUN: self._id},
                )
            finally:
                os.close(writes)
            undo.enter_context(self._guard)  # without its lifeline it ends
            assert self._guard.stdin is not None
            with contextlib.suppress(OSError):
                self._guard.stdin.write(msgspec.json.encode(plan) + b"\n")
                self._guard.stdin.flush()
            self._sees = probe(self._guard.pid, sample_hz, proc)
            self._proc = proc
            self._sampler = Sampler(self._add, proc) if self._sees.hz else None
            self._memory = Memory(self._guard.pid, self._add) if memory else None
            self._reader = threading.Thread(
                target=self._read, args=(reads,), name="concviz-read", daemon=True
            )
            try:
                self._reader.start()
            except RuntimeError as error:  # no more threads
                raise OSError(errno.EAGAIN, str(error)) from error
            undo.pop_all()

    @property
    def finished(self) -> bool:
        """Whether all is over: the run, its processes and its temporary files are gone."""
        return not self._reader.is_alive()

    def drain(self, budget_s: float = float("inf"), most: int = 1_000_000) -> list[Message]:
        """Messages that have arrived, at most about so many, without waiting."""
        return self._inbox.take(budget_s, most)

    def give_room(self, messages: int | None) -> None:
        """With so many to drain, no more are read until some are; None: all that there is."""
        self._inbox.room = messages

    @property
    def waiting(self) -> bool:
        """Whether there are messages to drain."""
        return self._inbox.waiting

    @property
    def behind(self) -> bool:
        """Whether anything has come from the run that has not been drained."""
        # In the order of its way, so that nothing slips by.
        on_its_way = not self.finished and (bool(self._pipe.poll(0)) or self._reading)
        return on_its_way or self.waiting

    def late_ns(self, now: int) -> int:
        """For how long the next events may be on their way: as long as the latest were.

        When none comes for that long, nothing is.
        """
        late, until = self._late
        return late if now < until else 0

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all is over. False when the time ran out before."""
        self._reader.join(timeout)
        return self.finished

    def stop(self) -> None:
        """Ask for the end of the run, which is then killed.

        Events under way still arrive, if that is soon; the others are counted, and that is told.
        """
        if self._stopping or self.finished:
            return
        self._stopping = True
        self._inbox.open()
        self._add([events.StopRequested(time.monotonic_ns())])
        assert self._guard.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._guard.stdin.write(b"stop\n")
            self._guard.stdin.flush()

    def close(self) -> None:
        """End the run at once, if it still runs, and wait until nothing of it is left."""
        self._inbox.open()
        assert self._guard.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._guard.stdin.close()
        if not self.wait(CLOSE_S):
            self._guard.kill()
            self.wait(CLOSE_S)

    def _read(self, reads: int) -> None:
        raw = self._guard.stdout
        assert raw is not None
        lines, printed = _Lines(), _Lines()
        raw_left = RAW_TOTAL
        headed = False
        with open(reads, "rb", buffering=0), raw, selectors.DefaultSelector() as selector:
            selector.register(reads, selectors.EVENT_READ)
            selector.register(raw, selectors.EVENT_READ)
            orphaned = False
            while selector.get_map():
                ready = selector.select(GUARD_S)
                if not orphaned and not lines.exited and self._guard.poll() is not None:
                    orphaned = True  # or about to be read: then there is nothing left to end
                    Remains(self._id).end()
                if ready:
                    self._inbox.wait_for_room()
                    self._reading = True
                for key, _ in ready:
                    piece = os.read(key.fd, PIECE)
                    if not piece:
                        selector.unregister(key.fileobj)
                    if key.fd == reads:
                        headed = self._receive(lines.feed(piece), headed)
                    elif raw_left > 0 or not piece:
                        raw_left -= len(piece)
                        self._add(_outputs(printed.feed(piece)))
                    elif piece:
                        self._add([events.LeftOut(time.monotonic_ns(), None, len(piece))])
                self._reading = False
        self._observe([events.RunnerExited(0, 0)])
        self._guard.wait()
        assert self._guard.stdin is not None
        with contextlib.suppress(OSError):
            self._guard.stdin.close()
        if not lines.exited:
            # The guard itself was killed: nobody else can end the rest, and say so.
            Remains(self._id).end()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._add([events.RunnerExited(time.monotonic_ns(), self._guard.returncode or -9)])

    def _receive(self, lines: list[bytes], headed: bool) -> bool:
        if headed:
            try:
                decoded = events.decode_lines(b"\n".join(lines))  # as below, but all in one go
            except ValueError:
                pass
            else:
                self._note_lateness(decoded)
                self._take_in([*decoded], lines)
                return headed
        messages: list[Message] = []
        for number, line in enumerate(lines):
            try:
                if headed:
                    messages.append(events.decode(line))
                else:
                    header = self._with_observer(Header.decode(line))
                    messages.append(header)
                    lines[number] = header.encode()[:-1]
                headed = True
            except ValueError:  # msgspec's errors are ValueErrors
                if line.startswith(b'["runner-exited"'):  # exited before it had a header
                    messages.append(events.decode(line))
                else:
                    messages.append(line)
        self._take_in(messages, lines)
        return headed

    def _take_in(self, messages: list[Message], lines: list[bytes]) -> None:
        """Pass on, and look at those that are told of.

        What was seen of a worker comes after its start, and before the end of the run.
        """
        ends = (k for k, message in enumerate(messages) if isinstance(message, _ENDS))
        end = next(ends, len(messages))
        self._pass_on(messages[:end], lines[:end])
        self._observe(messages)
        self._pass_on(messages[end:], lines[end:])

    def _with_observer(self, header: Header) -> Header:
        """The runner's header, and what can be seen of the workers from here."""
        sees = self._sees
        if header.worker_kind == "interpreter":
            sees = of_interpreters(sees, self._guard.pid, self._proc)
        if self._sampler is not None:
            self._sampler.start(sees, header.worker_kind)
        return replace(header, environment=replace(header.environment, observer=sees))

    def _note_lateness(self, told: list[events.AnyEvent]) -> None:
        first = next((event for event in told if isinstance(event, _OF_TASKS)), None)
        if first is not None:
            now = time.monotonic_ns()
            # What had to wait in the runner is told: it says nothing of what comes after it.
            waited = any(isinstance(event, events.Unread) for event in told)
            late = 0 if waited else max(0, now - first.t_ns)
            self._late = late, now + late

    def _observe(self, told: list[Message]) -> None:
        """Look at workers from their start to their end."""
        for event in told:
            if self._memory is not None:
                if isinstance(event, events.RunStarted):
                    self._memory.start()
                elif isinstance(event, _ENDS):
                    self._memory.stop()
            if self._sampler is None:
                continue
            match event:
                case events.RunStarted() | events.WorkerStarted():
                    self._sampler.watch(event)
                case events.WorkerStopped() | events.WorkerDied():
                    self._sampler.forget(event.worker)
                case events.RunFinished() | events.RunnerExited():
                    self._sampler.stop()

    def _add(self, added: list[events.AnyEvent]) -> None:
        """Messages of the lab's own."""
        if added:
            self._pass_on(list(added), None)

    def _pass_on(self, messages: list[Message], lines: list[bytes] | None) -> None:
        """Into the inbox and the recording: as these lines, or else as the messages are encoded."""
        if not messages:
            return
        with self._writing:
            self._inbox.put(messages)
            if self._record is not None and not self._record.closed:
                try:
                    if lines is None:
                        self._record.write(events.encode_lines(messages))
                    else:
                        self._record.write(b"".join(line + b"\n" for line in lines))
                except OSError as error:
                    self._record, self.record_error = None, error
        if self.on_messages is not None:
            self.on_messages()


def _folder(run: str) -> str:
    """Where the run's temporary files are to be: a name that nobody else has."""
    # The Manager has a socket in there, and the name of a socket must be short.
    place = tempfile.gettempdir()
    roomy = len(place) <= FOLDER_CHARACTERS
    return str(Path(place if roomy else "/tmp", f"concviz-{run[:8]}"))


class _Lines:
    """Cuts a stream of bytes into lines; empty ones are dropped."""

    def __init__(self) -> None:
        self._rest = b""
        self.exited = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that the piece completes; an empty piece is the end and completes the rest."""
        *lines, self._rest = (self._rest + piece).split(b"\n") if piece else [self._rest, b""]
        lines = [line for line in lines if line]
        self.exited = self.exited or any(line.startswith(b'["runner-exited"') for line in lines)
        return lines


def _outputs(lines: list[bytes]) -> list[events.AnyEvent]:
    now = time.monotonic_ns()
    return [
        events.Output(now, None, cut(line.decode("utf-8", "backslashreplace"), RAW_LINE))
        for line in lines
    ]
