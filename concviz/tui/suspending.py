"""Ctrl-Z: the terminal is the shell's again, until ``fg`` brings the lab back.

A run under way is another session's processes, and goes on; what its threads do while nobody looks
is not known, and shown as that.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path


def has_shell() -> bool:
    """Whether somebody would notice that this process stops, and can let it go on.

    The kernel's rule (POSIX: a process group that is not orphaned): a parent of one of the group is
    in the same session and in another group.
    """
    own = os.getpgrp()
    pid = os.getpid()
    while pid > 1 and os.getpgid(pid) == own:
        pid = _parent(pid)
    try:
        return pid > 1 and os.getsid(pid) == os.getsid(0)
    except OSError:
        return False


def stop(terminal: int) -> None:
    """Stop; returns when somebody lets this process go on in the foreground of that terminal.

    All of the group: a shell that waits for the script that started the lab has to see that stop.
    A job that is to go on in the background (``bg``) stops again: it is of no use there.
    """
    os.killpg(os.getpgrp(), signal.SIGSTOP)
    wait_for_foreground(terminal)


def wait_for_foreground(terminal: int) -> None:
    """Stay stopped for as long as that terminal is somebody else's."""
    own = os.getpgrp()
    while os.tcgetpgrp(terminal) != own:
        os.killpg(own, signal.SIGSTOP)


def _parent(pid: int) -> int:
    if pid == os.getpid():
        return os.getppid()
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])
