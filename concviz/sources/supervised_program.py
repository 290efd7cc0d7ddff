"""The process of a watched program as the lab holds it: started under its supervisor, and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import concviz
from concviz.runner.program import WATCH, Order
from concviz.runner.remains import Remains, table
from concviz.sources.forked import fork
from concviz.sources.held import Held, Process
from concviz.sources.outsiders import flags, helper_of

SHARED_MEMORY = Path("/dev/shm")
ROOM = 1 << 28
"""Bytes that must be free there for rings, else they are files like any others."""
START = "import sys; sys.path[:] = {path!r}; from concviz.runner.program import main; main()"
HOOKS = Path(concviz.__file__).parent / "hooks" / "site"
"""What a Python that is to tell finds first on its path."""


class Streams(NamedTuple):
    """Descriptors of what a program has as its standard streams."""

    input: int
    output: int
    error: int


class SupervisedProgram(Held):
    """A program's supervisor. Raises OSError where it cannot be started, and has left nothing then.

    ``arguments`` are those of a Python like this one. With ``streams`` it has those, and a session
    of its own; without, it has ours, and belongs to our process group, as if it were we.
    ``blocked`` are the signals that are blocked when it begins.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        streams: Streams | None = None,
        blocked: Collection[int] = (),
    ) -> None:
        folder = new_folder()
        with ExitStack() as undo, ExitStack() as given:
            undo.callback(Path(folder).rmdir)
            lifeline, told = os.pipe()
            given.callback(os.close, lifeline)
            lives = undo.enter_context(open(told, "wb", buffering=0))  # noqa: PTH123
            tells, writes = os.pipe()
            given.callback(os.close, writes)
            undo.callback(os.close, tells)
            order = Order(
                command=[sys.executable, *flags(sys.orig_argv), *arguments],
                folder=folder,
                tells=writes,
                lifeline=lifeline,
                blocked=sorted(blocked),
                group=0 if streams is not None else os.getpgrp(),
                streams=list(streams or ()),
            )
            start = fork if threading.active_count() == 1 else _started
            process: Process = start(order, environment(os.environ, folder))
            undo.pop_all()
        super().__init__(process, lives, tells, Remains(f"{WATCH}={folder}"), folder)
        self.arguments = list(arguments)

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

    # Without site: it needs the standard library only, and the program waits for it.
    command = [sys.executable, "-I", "-S", "-c", START.format(path=sys.path)]
    ours = order.tells, order.lifeline, *order.streams
    nothing = subprocess.DEVNULL if order.streams else None
    for fd in ours:
        os.set_inheritable(fd, True)
    try:
        return subprocess.Popen(
            [*command, json.dumps(order)],
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


def environment(ours: Mapping[str, str], folder: str) -> dict[str, str]:
    """The one of a program: ours, and what the hooks need."""
    path = os.pathsep.join(filter(None, (str(HOOKS), ours.get("PYTHONPATH", ""))))
    return {**ours, "PYTHONPATH": path, WATCH: folder}


def new_folder() -> str:
    """A new one for rings: in memory, where there is room for some; nobody else may look into it.

    On a disk, pages that are written again and again are written out again and again, too.
    """
    name = f"concviz-{os.urandom(4).hex()}"
    with contextlib.suppress(OSError):
        free = os.statvfs(SHARED_MEMORY)
        if free.f_bavail * free.f_frsize >= ROOM:
            (SHARED_MEMORY / name).mkdir(mode=0o700)
            return str(SHARED_MEMORY / name)
    import tempfile

    return tempfile.mkdtemp(prefix="concviz-")
