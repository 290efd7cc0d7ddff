"""The process of a run as the lab holds it: started under its supervisor, asked to stop, ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Protocol

import msgspec

from concviz.runner.interpreter_flags import python
from concviz.runner.remains import RUN, Remains
from concviz.sources import warm_start
from concviz.trace.plan import Plan

FOLDER_CHARACTERS = 50
"""Longest name of a place for temporary folders in which sockets still have room for theirs."""
START = "import sys; sys.path[:] = {path!r}; from concviz.runner.supervisor import main; main()"
"""What a supervisor's Python runs."""


class Process(Protocol):
    """A supervisor, however it was started."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it is alive."""

    def wait(self) -> int:
        """Wait for its end; its exit status."""

    def kill(self) -> None:
        """Kill it, if it is still there."""


class Supervised:
    """A run's supervisor, alive until the run is over and nothing is left of it.

    Raises OSError where it cannot be started, and has left nothing then.
    """

    def __init__(self, plan: Plan) -> None:
        self._id = uuid.uuid4().hex
        self._folder = _folder(self._id)
        self._remains = Remains(self._id)
        with ExitStack() as undo, ExitStack() as given:
            lifeline, told = os.pipe()
            given.callback(os.close, lifeline)
            self._lifeline = undo.enter_context(open(told, "wb", buffering=0))  # noqa: PTH123
            printed, prints = os.pipe()
            given.callback(os.close, prints)
            self.printed: IO[bytes] = undo.enter_context(open(printed, "rb"))  # noqa: PTH123
            """What the run writes below Python's ``print``. Whoever reads it closes it."""
            self.events, writes = os.pipe()
            """Where the lines of the run can be read. Whoever reads them closes it."""
            given.callback(os.close, writes)
            undo.callback(os.close, self.events)
            self._process: Process = warm_start.fork(
                self._id, self._folder, (lifeline, prints, writes)
            ) or subprocess.Popen(
                [*python("-c", START.format(path=sys.path)), str(writes), self._folder],
                stdin=lifeline,
                stdout=prints,
                stderr=prints,
                pass_fds=(writes,),
                start_new_session=True,  # the terminal's Ctrl-C and hang-up are the lab's
                env=os.environ | {RUN: self._id},
            )
            undo.pop_all()
        self._tell(msgspec.json.encode(plan) + b"\n")

    @property
    def pid(self) -> int:
        """Of the supervisor: all of the run is below it."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the supervisor is no more."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """Ask it to end the run after the events under way have left."""
        self._tell(b"stop\n")

    def let_go(self) -> None:
        """Ask it to end the run at once, if there still is one: without its lifeline it does."""
        with contextlib.suppress(OSError):
            self._lifeline.close()

    def kill(self) -> None:
        """End the supervisor itself; what is left of the run is then up to ``clear``."""
        self._process.kill()

    def end_orphans(self) -> None:
        """End what is left of the run, where the supervisor was killed and cannot."""
        self._remains.end()

    def clear(self) -> None:
        """The same, and remove its temporary files."""
        self.end_orphans()
        shutil.rmtree(self._folder, ignore_errors=True)

    def join(self) -> int:
        """Wait until the supervisor is no more; its exit status, negative for a signal."""
        status = self._process.wait()
        self.let_go()
        return status

    def abandon(self) -> None:
        """Undo the start: nothing was read of it."""
        self.let_go()
        self.join()
        self.printed.close()
        os.close(self.events)

    def _tell(self, words: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):  # it is no more
            self._lifeline.write(words)


def _folder(run: str) -> str:
    """Where the run's temporary files are to be: a name that nobody else has."""
    # The Manager has a socket in there, and the name of a socket must be short.
    place = tempfile.gettempdir()
    roomy = len(place) <= FOLDER_CHARACTERS
    return str(Path(place if roomy else "/tmp", f"concviz-{run[:8]}"))
