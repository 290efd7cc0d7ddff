"""What Linux offers a process that looks after others. Standard library only."""

from __future__ import annotations

import sys

PR_SET_PDEATHSIG = 1
"""Asks for a signal when the parent is gone."""
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> bool:
    """Have orphans of the run become children of this process. False where that cannot be had."""
    return prctl(PR_SET_CHILD_SUBREAPER, 1)


def prctl(option: int, value: int) -> bool:
    """Linux only. Whether it was done."""
    if sys.platform == "linux":
        import ctypes

        try:
            done: int = ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
            return done == 0
        except (OSError, AttributeError):
            pass
    return False
