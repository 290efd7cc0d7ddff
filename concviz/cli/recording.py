"""Where a run is recorded: a file, or standard output, which is then for nothing else."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from concviz.cli.exporting import writable
from concviz.cli.options import STANDARD, Refused
from concviz.cli.streams import give_up

if TYPE_CHECKING:
    from concviz.trace.recorder import PipeRecorder, Recorder

FAILED, SIGNALLED = 1, 128


def opened(path: str, *, force: bool) -> Recorder | PipeRecorder:
    """What the recording goes to. Refuses what cannot be written, or is there already."""
    from concviz.sources.saving import takes_all
    from concviz.trace.recorder import PipeRecorder, Recorder

    if path == STANDARD:
        if os.isatty(1):
            raise Refused(
                "the recording would go to the terminal: pipe it into `concviz replay -`, or name "
                "a file."
            )
        fd = os.dup(1)
        give_up(1)  # so that nothing else is in it
        return PipeRecorder(fd)
    with writable(path):
        return Recorder(path, replace=force or takes_all(Path(path)))


def alone(path: str | None, *options: str) -> bool:
    """Whether the recording goes to standard output. Refuses what would print there, too."""
    if path != STANDARD:
        return False
    if options:
        raise Refused(
            f"standard output is taken by the recording (--record -), so {options[0]} has no place "
            "to print to: record into a file."
        )
    return True


def status_of(recorder: Recorder | PipeRecorder) -> int:
    """The exit status that a closed recording asks for; says why, unless its reader is gone."""
    error = recorder.error
    if error is None:
        return 0
    if isinstance(error, BrokenPipeError):
        return SIGNALLED + signal.SIGPIPE
    click.echo(f"Error: the recording is not complete: {error.strerror}.", err=True)
    return FAILED
