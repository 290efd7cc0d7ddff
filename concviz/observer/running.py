"""Pythons that run on this machine, and why one of them cannot be looked at.

The standard library only.
"""

from __future__ import annotations

import errno
import os
import pwd
import re
import sys
from contextlib import suppress
from pathlib import PurePath
from typing import NamedTuple

from concviz.observer.proc import Proc, read
from concviz.observer.pythons import Pythons

_PYTHON = re.compile(r"(python|pypy)\d*(\.\d+)*t?", re.ASCII)


class Running(NamedTuple):
    """A process that runs Python."""

    pid: int
    uid: int
    argv: list[str]
    version: str
    """For example "3.14.10" or "3.14"; "" where it does not show."""
    begun_ns: int
    """On the monotonic clock."""

    @property
    def mine(self) -> bool:
        """Whether it is of who asks."""
        return self.uid == os.geteuid()

    @property
    def owner(self) -> str:
        """The name of the user whose it is."""
        return owner_of(self.uid)


def running(proc: Proc | None = None) -> list[Running]:
    """All that there are, but this process and those that started it: theirs first, then newest.

    Of a process of somebody else only its name may show.
    """
    proc = proc or Proc()
    pythons, ours = Pythons(proc), ancestors(os.getpid(), proc)
    found = [_running(pid, proc, pythons) for pid in proc.processes() if pid not in ours]
    known = [one for one in found if one is not None]
    return sorted(known, key=lambda one: (not one.mine, -one.begun_ns))


def _running(pid: int, proc: Proc, pythons: Pythons) -> Running | None:
    argv, uid, begun = proc.argv(pid), proc.uid(pid), proc.begun_ns(pid, pid)
    if not argv or uid is None or begun is None or not proc.alive(pid):  # a thread of the kernel
        return None
    try:
        python = pythons.of(pid, None)
    except OSError:
        return Running(pid, uid, argv, "", begun) if is_called_python(argv[0]) else None
    return None if python is None else Running(pid, uid, argv, python.text, begun)


def is_called_python(file: str) -> bool:
    """Whether a file has the name of a Python."""
    return _PYTHON.fullmatch(PurePath(file).name) is not None


def ancestors(pid: int, proc: Proc) -> set[int]:
    """A process and those from which it descends."""
    found: set[int] = set()
    while pid and pid not in found:
        found.add(pid)
        pid = proc.parent(pid) or 0
    return found


def why_not(pid: int, proc: Proc | None = None, command: str = "concviz attach") -> str | None:
    """Why that process cannot be looked at, and what to do, in a sentence; None: it can be.

    ``command`` is what one would type again with more rights.
    """
    proc = proc or Proc()
    if sys.platform != "linux":
        return "only Linux shows what another process does: attach needs its /proc."
    if pid == os.getpid():
        return f"{pid} is this concviz: choose another process."
    if not proc.alive(pid):
        return f"there is no process {pid}: it has ended, or is in another container."
    if _is_forbidden(pid, proc):
        return _what_to_do(pid, proc, f"sudo {command} {pid}")
    with suppress(OSError):
        if Pythons(proc).of(pid, None) is not None:
            return None
    name = proc.name(pid, pid)
    return f"{pid} ({name}) is no Python: no CPython of 3.10 or later was found in it."


def _is_forbidden(pid: int, proc: Proc) -> bool:
    """The kernel asks the same of all that shows what a process does: may it be traced?"""
    try:
        fd = proc.open(pid, pid, "syscall")
        try:
            read(fd)
        finally:
            os.close(fd)
        proc.maps(pid)
    except OSError as error:  # else a kernel without that file, or it ends just now
        return error.errno in (errno.EPERM, errno.EACCES)
    return False


def _what_to_do(pid: int, proc: Proc, command: str) -> str:
    uid, me, scope = proc.uid(pid), os.geteuid(), proc.ptrace_scope()
    if uid is not None and me not in (0, uid):
        return f"{pid} belongs to {owner_of(uid)}: {command}"
    if scope == NOBODY:
        return (
            f"Yama lets nobody look at other processes (kernel.yama.ptrace_scope = {NOBODY}): "
            "that can be changed only where it is set, for the next start of the machine."
        )
    if me == 0 and not proc.may_trace():
        return (
            f"this container may not look at {pid}: start it with --cap-add=SYS_PTRACE, or attach "
            "from outside it."
        )
    if me == 0:
        return f"the system lets not even root look at {pid}."
    if scope == ROOT_ONLY:
        return f"Yama lets only root look at other processes (ptrace_scope {scope}): {command}"
    if scope == DESCENDANTS:
        return (
            f"Yama lets a process look at its descendants only (ptrace_scope {scope}): {command}, "
            "or, until the machine is started anew, sudo sysctl kernel.yama.ptrace_scope=0"
        )
    return f"{pid} has more rights than you, or is in another container: {command}"


DESCENDANTS, ROOT_ONLY, NOBODY = 1, 2, 3
"""What Yama allows, by the number of its scope (``Documentation/admin-guide/LSM/Yama.rst``)."""


def owner_of(uid: int) -> str:
    """The name of a user."""
    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return f"user {uid}"
