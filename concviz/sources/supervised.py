"""The process of a run as the lab holds it: started under its supervisor, asked to stop, ended."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from concviz.runner.interpreter_flags import python
from concviz.runner.remains import RUN, Remains
from concviz.sources import warm_start
from concviz.sources.held import Held, Process

FOLDER_CHARACTERS = 50
"""Longest name of a place for temporary folders in which sockets still have room for theirs."""
RUNS_A_PLAN = "supervisor"
"""The module of the runner's that runs plans."""
START = "import sys; sys.path[:] = {path!r}; from concviz.runner.{module} import main; main()"
"""What a supervisor's Python runs."""


class Supervised(Held):
    """A supervisor of a run, or of what is as short-lived as one.

    ``line`` is what to do, for the ``main`` of that module of the runner's. Raises OSError
    where it cannot be started, and has left nothing then.
    """

    def __init__(self, line: bytes, module: str = RUNS_A_PLAN) -> None:
        run = uuid.uuid4().hex
        folder = _folder(run)
        with ExitStack() as undo, ExitStack() as given:
            lifeline, told = os.pipe()
            given.callback(os.close, lifeline)
            lives = undo.enter_context(open(told, "wb", buffering=0))  # noqa: PTH123
            printed, prints = os.pipe()
            given.callback(os.close, prints)
            self.printed: IO[bytes] = undo.enter_context(open(printed, "rb"))  # noqa: PTH123
            """What the run writes below Python's ``print``. Whoever reads it closes it."""
            tells, writes = os.pipe()
            given.callback(os.close, writes)
            undo.callback(os.close, tells)
            forked = None
            if module == RUNS_A_PLAN:
                forked = warm_start.fork(run, folder, (lifeline, prints, writes))
            start = START.format(path=sys.path, module=module)
            process: Process = forked or subprocess.Popen(
                [*python("-c", start), str(writes), folder],
                stdin=lifeline,
                stdout=prints,
                stderr=prints,
                pass_fds=(writes,),
                start_new_session=True,  # the terminal's Ctrl-C and hang-up are the lab's
                env=os.environ | {RUN: run},
            )
            undo.pop_all()
        super().__init__(process, lives, tells, Remains(f"{RUN}={run}"), folder)
        self._tell(line + b"\n")

    def abandon(self) -> None:
        """Undo the start: nothing was read of it."""
        self.let_go()
        self.join()
        self.printed.close()
        os.close(self.events)


def _folder(run: str) -> str:
    """Where the run's temporary files are to be: a name that nobody else has."""
    # The Manager has a socket in there, and the name of a socket must be short.
    place = tempfile.gettempdir()
    roomy = len(place) <= FOLDER_CHARACTERS
    return str(Path(place if roomy else "/tmp", f"concviz-{run[:8]}"))
