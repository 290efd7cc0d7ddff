"""Whether a recording is still being written: its writer holds a lock on the file.

The lock is advisory (``flock``): it keeps nobody from anything, goes with the writer in whatever
way that ends, and can be seen by whoever may read the file.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time

TRIES, PAUSE_S = 50, 0.001
"""Who looks holds a lock of his own meanwhile, for microseconds: so it is tried again."""


def hold(fd: int) -> None:
    """Lock a file that is about to be written; where there are no locks it goes without."""
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        return
    for _ in range(TRIES):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE_S)
        except OSError:
            return
        else:
            return


def let_go(fd: int) -> None:
    """Nothing more will be written, also where other processes have inherited the file."""
    with contextlib.suppress(OSError):
        fcntl.flock(fd, fcntl.LOCK_UN)


def is_held(fd: int) -> bool | None:
    """Whether somebody writes that file; None where that cannot be told."""
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    let_go(fd)
    return False
