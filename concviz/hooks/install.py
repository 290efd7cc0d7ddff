"""Putting the hooks in place, once in a process and before the program's own code."""

from __future__ import annotations

import os
import sys

from . import tell
from .tell import lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def hooks() -> list[Callable[[], None]]:
    """What puts each kind of hook in place, mostly by ``when_imported``."""
    return []


def install(folder: str, made: str) -> None:
    """Tell into the folder from now on what this process does, which was made so."""
    tell.begin(folder)
    for put_in_place in hooks():
        try:
            put_in_place()
        except Exception as error:
            lost(f"A part of what happens cannot be seen here ({type(error).__name__}: {error}).")
    os.register_at_fork(after_in_child=_in_child)
    _announce(made)


def _in_child() -> None:
    tell.forget_parent()
    _announce("fork")


def _announce(made: str) -> None:
    tell.tell(
        f'["process",{tell.now()},{os.getpid()},{os.getppid()},"{made}",'
        f"{tell.quoted(_name())},{tell.quoted(sys.version.split()[0])}]"
    )


def _name() -> str:
    argv = sys.orig_argv
    return argv[-1] if argv else "python"
