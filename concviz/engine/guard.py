"""Keeps watch over one run: whatever happens, nothing of it outlives it.

Started with the events' file descriptor; it reads the plan as one line of standard input, gives the
run a temporary folder and a session of its own, forks into the runner, and waits. Standard input
is its lifeline: "stop" ends the run after the events under way have left; end of file, which is
also what the kernel makes of a killed lab, ends it at once. When the runner is gone, in whatever
way, the guard kills every descendant, removes the folder and writes the last event.

A process of its own, because the runner may hang in C, crash or be out of memory, and the lab may
be gone. Standard library only.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

FLUSH_S = 0.08
"""Between "stop" and the kill: longer than any event waits in a batch on its way out."""
TRACKER_S = 1.0
"""How long multiprocessing's resource tracker may take to remove named semaphores."""

FOLDER_CHARACTERS = 50
"""Longest name of a temporary folder in which sockets still have room for theirs."""

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Run one plan under guard."""
    events = int(sys.argv[1])
    for ours in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ours, signal.SIG_IGN)  # only the lifeline counts
    _prctl(PR_SET_CHILD_SUBREAPER, 1)  # orphans of the run become our children
    plan = _read_line(0)
    if not plan:
        return
    # The Manager has a socket in there, and the name of a socket must be short.
    roomy = len(tempfile.gettempdir()) <= FOLDER_CHARACTERS
    folder = tempfile.mkdtemp(prefix="concviz-", dir=None if roomy else "/tmp")
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    pid = os.fork()
    if pid == 0:
        _be_runner(plan, events, folder)
        return  # an ordinary exit: what multiprocessing registered for it is done
    try:
        exitcode = _watch(pid, woken)
        ended = time.monotonic_ns()
    finally:
        _sweep()
        shutil.rmtree(folder, ignore_errors=True)
    # The runner may have been killed in the middle of a line: end it first.
    last = json.dumps(["runner-exited", ended, exitcode])
    with contextlib.suppress(OSError):
        os.write(events, f"\n{last}\n".encode())


def _watch(pid: int, woken: int) -> int:
    """Wait until the runner has ended, or end it; its exit status, negative for a signal."""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if 0 in ready:
            if os.read(0, 4096):
                time.sleep(FLUSH_S)
            os.kill(pid, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.read(woken, 4096)
        with contextlib.suppress(ChildProcessError):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)


def _be_runner(plan: bytes, events: int, folder: str) -> None:
    signal.set_wakeup_fd(-1)
    for default in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(default, signal.SIG_DFL)
    os.setsid()
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.environ["TMPDIR"] = folder
    tempfile.tempdir = None
    from concviz.engine.runner import run

    run(plan, events, Path(folder))


def _read_line(fd: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(fd, 1)  # not a byte more: what follows is for the watch
        if not piece:
            return b""
        line += piece
    return line


def _prctl(option: int, value: int) -> None:
    """Linux only; elsewhere the process group is all that is swept."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _sweep() -> None:
    """Kill every descendant that is left and wait until all are gone."""
    deadline = time.monotonic() + TRACKER_S
    while left := _descendants():
        for pid in left:
            # Once its run is gone the tracker removes the named semaphores and exits by itself.
            if time.monotonic() > deadline or not _is_tracker(pid):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        _reap()
        time.sleep(0.002)
    _reap()


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _descendants() -> list[int]:
    """Living processes below this one."""
    parents: dict[int, int] = {}
    proc = Path("/proc")
    if proc.joinpath("self/stat").exists():
        for entry in os.scandir(proc):
            if entry.name.isdigit():
                with contextlib.suppress(OSError, IndexError, ValueError):
                    stat = Path(entry.path, "stat").read_bytes()
                    state, parent = stat[stat.rindex(b")") + 2 :].split()[:2]
                    if state != b"Z" or int(parent) == os.getpid():
                        parents[int(entry.name)] = int(parent)
    else:
        import psutil

        parents = {child.pid: os.getpid() for child in psutil.Process().children(recursive=True)}
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {os.getpid()})


def _is_tracker(pid: int) -> bool:
    try:
        return b"multiprocessing.resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


if __name__ == "__main__":
    main()
