"""A process in which all is imported that every run needs: of it a supervisor is forked for each.

Started beside the lab; it gets orders through a socket and forks, so that a run begins at once and
nothing is imported for it again. What a run may change is left to the run: a strategy, a workload
and whatever they need are imported after the fork, as by a Python that has just been started.
The end of the socket, which is also what the kernel makes of a killed lab, is its own end; the runs
have lifelines of their own. It does nothing else, in a single thread. Linux only.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import NamedTuple

from concviz.runner.own_pages import own_pages
from concviz.runner.remains import RUN
from concviz.runner.supervisor import supervise

READY = b"ready"
LONGEST = 4096
"""Bytes of an order."""
ALWAYS = ("ctypes", "resource", "concurrent.futures.process", "concurrent.futures.thread")
"""Modules that a run imports when it needs them. (Little of the last two is in vain for those that
need no pool; asyncio would be much.)"""
NOT_YET = "0" * 32
"""Which run the server itself belongs to: as long as the name of one."""


class Order(NamedTuple):
    """A run to be begun. All but its names are file descriptors."""

    run: str
    folder: str
    lifeline: int
    """Where the run's supervisor reads its plan, and is told to stop."""
    printed: int
    """Where the run's standard output goes, and its errors."""
    events: int
    status: int
    """Where to say how the supervisor has ended."""


def main() -> None:
    """Serve, and in every process that is forked supervise a run."""
    for ours in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ours, signal.SIG_IGN)  # only the socket counts
    _prepare()
    order = _serve(socket.socket(fileno=int(sys.argv[1])))
    if order is None:
        os._exit(0)
    sys.argv[1:] = [str(order.events), order.folder]
    supervise(order.events, order.folder)


def _prepare() -> None:
    """Import what every run needs, and have in caches what every run looks up."""
    from concviz.runner import environment, facts, runner

    for name in ALWAYS:
        import_module(name)
    environment.describe()
    facts.source_of(runner.run)


def _serve(lab: socket.socket) -> Order | None:
    """Fork for every order. In the process that was forked: the order; None when no more comes."""
    mark = _place_of_mark()
    alone = len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    if mark is None or not alone or not own_pages():
        return None  # a fork would not be like a Python that was started
    gc.collect()
    gc.freeze()  # what is there stays, in pages that the runs need not copy
    lab.send(READY)
    poll = select.poll()
    poll.register(lab, select.POLLIN)
    children: dict[int, tuple[int, int]] = {}
    while True:
        for fd, _ in poll.poll():
            if fd != lab.fileno():
                poll.unregister(fd)
                _tell_end(fd, *children.pop(fd))
            elif (order := _receive(lab)) is None:
                return None
            else:
                try:
                    pid = os.fork()
                except OSError:
                    pid = -1
                if pid == 0:
                    lab.close()
                    for pidfd, (_, status) in children.items():
                        os.close(pidfd)
                        os.close(status)
                    _become(order, mark)
                    return order
                for given in order.lifeline, order.printed, order.events:
                    os.close(given)
                if pid < 0:
                    os.close(order.status)
                    lab.send(b"-")
                    continue
                pidfd = os.pidfd_open(pid)
                children[pidfd] = pid, order.status
                poll.register(pidfd, select.POLLIN)
                socket.send_fds(lab, [str(pid).encode()], [pidfd])


def _receive(lab: socket.socket) -> Order | None:
    words, given, _, _ = socket.recv_fds(lab, LONGEST, 4, socket.MSG_CMSG_CLOEXEC)
    return Order(*json.loads(words), *given) if words and len(given) == 4 else None


def _tell_end(pidfd: int, pid: int, status: int) -> None:
    os.close(pidfd)
    exitcode = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with contextlib.suppress(OSError):  # nobody wants to know
        os.write(status, str(exitcode).encode())
    os.close(status)


def _become(order: Order, mark: int) -> None:
    """What a process that was started for this run would be."""
    os.setsid()
    os.dup2(order.lifeline, 0)
    os.dup2(order.printed, 1)
    os.dup2(order.printed, 2)
    for given in order.lifeline, order.printed, order.status:
        os.close(given)
    os.environ[RUN] = order.run
    _write_mark(mark, order.run)
    invalidate_caches()
    import multiprocessing

    multiprocessing.current_process().authkey = os.urandom(32)


# -- the mark of the run --


def _place_of_mark() -> int | None:
    """Where in memory the kernel reads the mark in the environment that is shown of a process.

    That is the one with which it was started, so that forked processes would show the server's.
    """
    try:
        begin = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[47])
        at = Path("/proc/self/environ").read_bytes().index(f"{RUN}={NOT_YET}".encode())
        place = begin + at + len(RUN) + 1
        _write_mark(place, NOT_YET)
    except (OSError, ValueError, IndexError):
        return None
    return place


def _write_mark(place: int, run: str) -> None:
    memory = os.open("/proc/self/mem", os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.pwrite(memory, run.encode(), place)
    finally:
        os.close(memory)
