"""Runs that outlive their terminal: how to come back to them is said beforehand."""

from __future__ import annotations

import os
import shlex

import click

from concviz.cli.options import STANDARD, Refused

NAMED = 5
"""Recordings that an error names."""
AFTERWARDS = "Should the connection be lost, the run goes on; come back with:"


def need_file(path: str | None) -> None:
    """Refuses to record what is not to end with its terminal anywhere else."""
    from pathlib import Path

    from concviz.sources.saving import takes_all

    if path is None:
        raise Refused(
            "--detach needs a file to come back to: give it as --record FILE, and after a lost "
            "connection concviz replay --follow FILE opens it."
        )
    if path == STANDARD or takes_all(Path(path)):
        raise Refused(
            "--detach needs a file to come back to, and what --record names is none: give the name "
            "of a new file."
        )


def tell_way_back(path: str) -> None:
    """How to come back to the run that is recorded there."""
    from concviz.trace.sanitize import sanitize

    there = sanitize(shlex.quote(os.path.abspath(path)))  # noqa: PTH100 - links stay as they are
    click.echo(f"Recorded in {there}. {AFTERWARDS}\n  concviz replay --follow {there}", err=True)


def newest() -> str:
    """The latest recording that a lab without a terminal made or makes; says which it is."""
    from concviz.sources.detached import recordings, usual_folder
    from concviz.trace.sanitize import sanitize

    folder = usual_folder()
    found = recordings(folder)
    if not found:
        raise Refused(
            f"no run was left behind in {sanitize(str(folder))}, as concviz --detach does when its "
            "connection is lost; of any other recording give the FILE."
        )
    others = f"; there are {len(found) - 1} more in {folder}" if len(found) > 1 else ""
    click.echo(sanitize(f"Note: this is {found[0].name}{others}."), err=True)
    return str(found[0])


def need_recording(path: str) -> None:
    """Refuses to follow what is not there, and names what could be followed instead."""
    from concviz.sources.detached import recordings, usual_folder
    from concviz.trace.sanitize import sanitize

    if path == STANDARD or os.path.lexists(path):
        return
    said = f"{path} cannot be followed: there is no such file."
    folder = usual_folder()
    if found := recordings(folder):
        names = ", ".join(each.name for each in found[:NAMED])
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        said += f" Labs have left behind: {names}{more}, in {folder}; without FILE it is the first."
    raise Refused(sanitize(said))
