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
from typing import IO

import msgspec

from concviz.runner.interpreter_flags import python
from concviz.runner.remains import RUN, Remains
from concviz.trace.plan import Plan

FOLDER_CHARACTERS = 50
"""Longest name of a place for temporary folders in which sockets still have room for theirs."""
START = "import sys; sys.path[:] = {path!r}; from concviz.runner.supervisor import main; main()"
"""What a supervisor's Python runs."""


class Supervised:
    """A run's supervisor, alive until the run is over and nothing is left of it.

    Raises OSError where it cannot be started, and has left nothing then.
    """

    def __init__(self, plan: Plan) -> None:
        self._id = uuid.uuid4().hex
        self._folder = _folder(self._id)
        with ExitStack() as undo:
            self.events, writes = os.pipe()
            """Where the lines of the run can be read. Whoever reads them closes it."""
            undo.callback(os.close, self.events)
            try:
                self._process = subprocess.Popen(
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
            undo.pop_all()
        self._tell(msgspec.json.encode(plan) + b"\n")

    @property
    def pid(self) -> int:
        """Of the supervisor: all of the run is below it."""
        return self._process.pid

    @property
    def printed(self) -> IO[bytes]:
        """What the run writes below Python's ``print``. Whoever reads it closes it."""
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def ended(self) -> bool:
        """Whether the supervisor is no more."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """Ask it to end the run after the events under way have left."""
        self._tell(b"stop\n")

    def let_go(self) -> None:
        """Ask it to end the run at once, if there still is one: without its lifeline it does."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.close()

    def kill(self) -> None:
        """End the supervisor itself; what is left of the run is then up to ``clear``."""
        self._process.kill()

    def end_orphans(self) -> None:
        """End what is left of the run, where the supervisor was killed and cannot."""
        Remains(self._id).end()

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
        with self._process:  # without its lifeline it ends
            pass
        os.close(self.events)

    def _tell(self, words: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # it is no more
            self._process.stdin.write(words)
            self._process.stdin.flush()


def _folder(run: str) -> str:
    """Where the run's temporary files are to be: a name that nobody else has."""
    # The Manager has a socket in there, and the name of a socket must be short.
    place = tempfile.gettempdir()
    roomy = len(place) <= FOLDER_CHARACTERS
    return str(Path(place if roomy else "/tmp", f"concviz-{run[:8]}"))
