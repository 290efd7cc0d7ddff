"""What can be seen of another process here: found out by looking at one."""

from __future__ import annotations

import errno
import os
import platform
import sys
from collections.abc import Callable

from msgspec.structs import replace

from concviz.observer.gil import Finder
from concviz.observer.proc import Proc, read
from concviz.observer.process import Process, why_no_locks
from concviz.observer.pythons import Pythons
from concviz.observer.syscalls import classifier
from concviz.trace.environment import PARTS, Observer

OFF = "switched off"


def probe(pid: int, hz: float, proc: Proc | None = None) -> Observer:
    """What can be seen of that process, a child of this one, and why not the rest."""
    proc = proc or Proc()
    return _sees(pid, hz, proc, lambda: _of_a_python_like_this(pid, proc))


def probe_running(pid: int, hz: float, proc: Proc | None = None) -> Observer:
    """The same of a process that runs already, whichever Python that is."""
    proc = proc or Proc()
    return _sees(pid, hz, proc, lambda: _of_its_python(pid, proc))


def _sees(pid: int, hz: float, proc: Proc, of_python: Callable[[], dict[str, str]]) -> Observer:
    """``of_python`` gives what cannot be seen of a Python, where the kernel shows all of it."""
    missing: dict[str, str] = {}
    if hz == 0:
        return Observer(
            hz=0, cpu=False, blocking=False, gil=False, missing=dict.fromkeys(PARTS, OFF)
        )
    if sys.platform != "linux":
        reason = f"{platform.system()} has no /proc"
        return Observer(
            hz=hz, cpu=False, blocking=False, gil=False, missing=dict.fromkeys(PARTS, reason)
        )
    for part, name in ("cpu", "schedstat"), ("blocking", "syscall"):
        try:
            # Of a process that is so new that it has not run yet there is nothing to tell.
            if not (_tells(pid, name, proc) or _tells(os.getpid(), name, proc)):
                missing[part] = f"the kernel tells nothing in {name}"
        except OSError as error:
            missing[part] = _reason(error, name, proc)
    if classifier() is None:
        missing["blocking"] = f"the system calls of {platform.machine()} are not known"
    if "blocking" in missing:
        missing["gil"] = missing["blocking"]
        missing["locks"] = missing["blocking"]
    else:
        missing |= of_python()
    return Observer(
        hz=hz,
        cpu="cpu" not in missing,
        blocking="blocking" not in missing,
        gil="gil" not in missing,
        missing=missing,
    )


def _of_a_python_like_this(pid: int, proc: Proc) -> dict[str, str]:
    missing = {"gil": Finder(proc).why_not(pid), "locks": why_no_locks(pid, proc)}
    return {part: why for part, why in missing.items() if why is not None}


def _of_its_python(pid: int, proc: Proc) -> dict[str, str]:
    process = Process(pid, proc, Pythons(proc), gil=True, locks=True)
    process.close()
    if process.python is None:
        return dict.fromkeys(("gil", "locks"), "no Python was found in it")
    if process.python.own:
        return _of_a_python_like_this(pid, proc)
    return process.python.missing


def _tells(pid: int, name: str, proc: Proc) -> bool:
    fd = proc.open(pid, pid, name)
    try:
        content = read(fd)
    finally:
        os.close(fd)
    return bool(content.strip()) and not content.startswith(b"0 0 0")


def of_interpreters(sees: Observer, pid: int, proc: Proc | None = None) -> Observer:
    """What can be seen of sub-interpreters in that process, of which otherwise so much is seen."""
    why = Finder(proc or Proc()).why_not_of_interpreters(pid) if sees.gil else None
    return sees if why is None else replace(sees, gil=False, missing=sees.missing | {"gil": why})


def look(hz: float) -> Observer:
    """What can be seen of a child, before there is any: of one that only waits."""
    import subprocess  # not for who looks at a program that runs

    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        try:
            return probe(child.pid, hz)
        finally:
            child.kill()


def _reason(error: OSError, name: str, proc: Proc) -> str:
    if error.errno in (errno.EPERM, errno.EACCES):
        scope = proc.ptrace_scope()
        return f"Yama forbids it (ptrace_scope {scope})" if scope > 1 else "the system forbids it"
    return f"this system has no /proc/<pid>/{name}"
