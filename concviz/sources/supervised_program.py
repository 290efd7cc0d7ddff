"""The process of a watched program as the lab holds it: started under its supervisor, and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from concviz.runner.program import WATCH, Order
from concviz.runner.remains import Remains, table
from concviz.sources.forked import fork
from concviz.sources.held import Held, Process
from concviz.sources.outsiders import helper_of
from concviz.sources.starting import Started, start

START = "import sys; sys.path[:] = {path!r}; from concviz.runner.program import main; main()"


class Streams(NamedTuple):
    """Descriptors of what a program has as its standard streams."""

    input: int
    output: int
    error: int


class SupervisedProgram(Held):
    """A program's supervisor."""

    def __init__(self, started: Started) -> None:
        """Takes over a program that has just been started."""
        folder = started.folder
        lifeline = open(started.lifeline, "wb", buffering=0)  # noqa: PTH123, SIM115
        remains = Remains(f"{WATCH}={folder}")
        super().__init__(started.process, lifeline, started.tells, remains, folder)
        self.arguments = started.arguments

    @classmethod
    def begin(
        cls,
        arguments: Sequence[str],
        streams: Streams | None = None,
        blocked: Collection[int] = (),
    ) -> SupervisedProgram:
        """Start one, as ``start`` does. Raises OSError where that cannot be; nothing is left."""
        by = fork if threading.active_count() == 1 else _started
        return cls(start(arguments, streams or (), blocked, by))

    @property
    def folder(self) -> Path:
        """Where the rings of its processes are."""
        return Path(self._folder)

    @property
    def mark(self) -> str:
        """What its processes have in their environment."""
        return f"{WATCH}={self._folder}"

    def left(self) -> list[int]:
        """Processes of it that are still there; not those that end once all others have."""
        here = table()
        seen = here.processes()
        found = {self.pid}
        while more := {pid for pid, each in seen.items() if each.parent in found} - found:
            found |= more
        found.discard(self.pid)
        alive = (pid for pid in found if not seen[pid].ended)
        return [pid for pid in alive if not (here.is_tracker(pid) or _is_helper(pid))]

    def send(self, number: signal.Signals | int) -> None:
        """Pass a signal on to the program."""
        self._tell(b"signal %d\n" % number)

    def leave(self) -> None:
        """Let go of it; what it has left behind goes on, as it would without us."""
        self._tell(b"leave\n")
        self.let_go()

    def abandon(self) -> None:
        """Undo the start: nothing was read of it."""
        self.let_go()
        self.join()
        os.close(self.events)


def _started(order: Order, environment: Mapping[str, str]) -> Process:
    """A supervisor in a Python of its own."""
    import json
    import subprocess

    # Without site: it needs the standard library only, and the program waits for it.
    command = [sys.executable, "-I", "-S", "-c", START.format(path=sys.path)]
    ours = order.tells, order.lifeline, *order.streams
    nothing = subprocess.DEVNULL if order.streams else None
    for fd in ours:
        os.set_inheritable(fd, True)
    try:
        return subprocess.Popen(
            [*command, json.dumps(vars(order))],
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            close_fds=False,  # what else was opened for the program is for it to have
            env=environment,
        )
    finally:
        for fd in ours:
            os.set_inheritable(fd, False)


def _is_helper(pid: int) -> bool:
    """Whether it is one of multiprocessing's own, which ends once nobody needs it any more."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        return helper_of(words.rstrip("\0").split("\0")) is not None
    return False
