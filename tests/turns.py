"""Tests that run at once take turns with those that must run alone, in several processes.

Whoever runs alone waits until the others have left, and lets nobody in meanwhile: that is the
turnstile's task, without which it might wait for ever.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path, alone: bool) -> Iterator[None]:
    """Within it nothing else runs that has this folder; or only what need not be alone."""
    how = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    with (folder / "turnstile").open("a") as turnstile, (folder / "room").open("a") as room:
        fcntl.flock(turnstile, how)
        fcntl.flock(room, how)
        if not alone:
            fcntl.flock(turnstile, fcntl.LOCK_UN)
        yield


class Turns:
    """The turns of one process, one after the other.

    Those that are alone and follow one another are one turn: else, before each of them, all
    processes would be idle until the last of the others has left.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = ExitStack()
        self._alone = False

    @contextmanager
    def turn(self, alone: bool, next_alone: bool) -> Iterator[None]:
        """One of them, and what the next one will be."""
        if not self._alone:
            self._kept.enter_context(turn(self._folder, alone))
        try:
            yield
        finally:
            self._alone = alone and next_alone
            if not self._alone:
                self._kept.close()
