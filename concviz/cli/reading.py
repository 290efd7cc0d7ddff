"""Recordings that commands read: opened, read to their end, and what is wrong with them said."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from concviz.cli.options import STANDARD, Refused

if TYPE_CHECKING:
    from concviz.model.run import Run
    from concviz.sources.replay import Replay


def opened(file: str, done: str, *, follow: bool = False) -> Replay:
    """The recording that is to be, for example, "replayed". Refuses what is none.

    ``follow``: to the end of its run, as long as somebody writes it.
    """
    from concviz.sources.replay import Replay
    from concviz.trace.reader import RecordingError

    try:
        if file != STANDARD:
            return Replay(file, follow=follow)
        if sys.stdin is not None and sys.stdin.isatty():
            raise Refused("standard input is a terminal: pipe a recording into it, or name a file.")
        return Replay(os.dup(0))
    except RecordingError as error:
        raise refused("standard input" if file == STANDARD else file, done, error) from error


def refused(name: str, done: str, error: Exception) -> Refused:
    """Why what is no recording cannot be "replayed", for example."""
    from concviz.trace.sanitize import sanitize

    return Refused(f"{sanitize(name)} cannot be {done}: {sanitize(str(error))}.")


def read_wholly(source: Replay, done: str) -> tuple[Run, int | None]:
    """The run of a recording, and the signal that stopped the reading. Says what is wrong with it.

    Refuses what turns out to be none.
    """
    from concviz.cli.live import follow
    from concviz.trace.sanitize import sanitize

    run, stopped_by = follow(lambda _: source)
    if source.error is not None:
        raise refused(source.name, done, source.error)
    if source.remark is not None:
        click.echo(f"Note: {sanitize(source.remark)}.", err=True)
    return run, stopped_by


def path_of(file: str) -> str:
    """Where the recording is that was asked for."""
    return "/dev/stdin" if file == STANDARD else file
