"""The start of a program under watch: its folder, its environment, the pipes of its supervisor.

The program waits for all that is loaded before, so here is little, and from the standard library.
"""

from __future__ import annotations

import os
import sys

import concviz
from concviz.runner.program import WATCH, Order, remove
from concviz.runner.python_words import flags
from concviz.sources.bytecode import NAME as BYTECODE
from concviz.sources.forked import fork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from concviz.sources.held import Process

SHARED_MEMORY = "/dev/shm"
ROOM = 1 << 28
"""Bytes that must be free there for rings, else they are files like any others."""
HOOKS = f"{concviz.__path__[0]}/hooks/site"
"""What a Python that is to tell finds first on its path."""


class Started:
    """A program that has been started, and not been looked at yet."""

    def __init__(
        self, process: Process, lifeline: int, tells: int, folder: str, arguments: Sequence[str]
    ) -> None:
        self.process = process
        self.lifeline = lifeline
        """To its supervisor. File descriptors are for who takes it over to close."""
        self.tells = tells
        self.folder = folder
        self.arguments = list(arguments)


def start(
    arguments: Sequence[str],
    streams: Sequence[int] = (),
    blocked: Collection[int] = (),
    by: Callable[[Order, Mapping[str, str]], Process] = fork,
    bytecode: str | None = None,
) -> Started:
    """Start a program: ``arguments`` are those of a Python like this one.

    With ``streams`` it has those, and a session of its own; without, it has ours, and belongs to
    our process group, as if it were we. ``blocked`` are the signals that are blocked when it
    begins; ``by`` makes the supervisor; ``bytecode`` is where that of hooks is kept, if it is not
    beside them. Raises OSError where it cannot be started, and has left
    nothing then.
    """
    folder = new_folder()
    opened: list[int] = []
    try:
        if bytecode is not None:
            os.symlink(bytecode, f"{folder}/{BYTECODE}")  # noqa: PTH211
        lifeline, lives = os.pipe()
        opened += lifeline, lives
        tells, writes = os.pipe()
        opened += tells, writes
        order = Order(
            command=[sys.executable, *flags(sys.orig_argv), *arguments],
            folder=folder,
            tells=writes,
            lifeline=lifeline,
            blocked=sorted(blocked),
            group=0 if streams else os.getpgrp(),
            streams=list(streams),
        )
        process = by(order, environment(os.environ, folder))
    except BaseException:
        for fd in opened:
            os.close(fd)
        remove(folder)
        raise
    os.close(lifeline)
    os.close(writes)
    return Started(process, lives, tells, folder, arguments)


def environment(ours: Mapping[str, str], folder: str) -> dict[str, str]:
    """The one of a program: ours, and what the hooks need."""
    path = os.pathsep.join(filter(None, (HOOKS, ours.get("PYTHONPATH", ""))))
    return {**ours, "PYTHONPATH": path, WATCH: folder}


def new_folder() -> str:
    """A new one for rings: in memory, where there is room for some; nobody else may look into it.

    On a disk, pages that are written again and again are written out again and again, too.
    """
    folder = f"{SHARED_MEMORY}/concviz-{os.urandom(4).hex()}"
    try:
        free = os.statvfs(SHARED_MEMORY)
        if free.f_bavail * free.f_frsize >= ROOM:
            os.mkdir(folder, 0o700)  # noqa: PTH102
            return folder
    except OSError:
        pass
    import tempfile

    return tempfile.mkdtemp(prefix="concviz-")
