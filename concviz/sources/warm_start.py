"""Runs that begin at once: their processes are forked from a server that waits for orders.

A start from nothing takes a Python and all its imports, each time. Whoever makes run after run asks
for a server (``keep``), which is then started beside; a run is forked from it if that gives the
same process as a start from nothing would. Wherever it cannot, the caller starts from nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from concviz.runner.fork_server import NOT_YET, READY
from concviz.runner.interpreter_flags import python
from concviz.runner.remains import RUN

START = "import sys; sys.path[:] = {path!r}; from concviz.runner.fork_server import main; main()"
ANSWER_S = 1.0
"""How long a fork may take before the server is given up."""
READY_S = 5.0
"""The same for its own start."""
STATUS_S = 1.0
"""How long the server may take to note the end of a process that has ended."""


class Forked:
    """A process that the server has forked: a child of the server, not of this process."""

    def __init__(self, pid: int, pidfd: int, status: int) -> None:
        """``status``: where the server tells how it has ended."""
        self.pid = pid
        self._pidfd = pidfd
        self._status = status
        self._exitcode: int | None = None
        self._ending = threading.Lock()

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it is alive."""
        return self._ended(0)

    def wait(self) -> int:
        """Wait for its end; its exit status."""
        while (exitcode := self._ended(None)) is None:
            pass
        return exitcode

    def kill(self) -> None:
        """Kill it, if it is still there."""
        with self._ending, contextlib.suppress(OSError):
            if self._exitcode is None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self._exitcode is None and _readable(self._pidfd, timeout):
            with self._ending:
                if self._exitcode is None:
                    self._exitcode = self._how()
        return self._exitcode

    def _how(self) -> int:
        # Who was killed together with the server is not told of: then it was killed.
        told = os.read(self._status, 16) if _readable(self._status, STATUS_S) else b""
        os.close(self._status)
        os.close(self._pidfd)
        return int(told) if told else -signal.SIGKILL


class _UselessError(Exception):
    """The server has ended before it was ready: here a fork is not like a start."""


class _Server:
    """A server that has been started, perhaps not ready yet."""

    def __init__(self) -> None:
        """Raises OSError when it cannot be started."""
        self._inherited = _inherited()
        self._ready = False
        self._socket, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._process = subprocess.Popen(
                [*python("-c", START.format(path=sys.path)), str(its.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(its.fileno(),),
                start_new_session=True,  # the terminal's Ctrl-C and hang-up are the lab's
                env=os.environ | {RUN: NOT_YET},
            )
        except OSError:
            self._socket.close()
            raise
        finally:
            its.close()

    def wait(self, timeout_s: float) -> None:
        """Wait until it is ready or has ended, but no longer than that."""
        if not self._ready:
            _readable(self._socket.fileno(), timeout_s)

    @property
    def is_ready(self) -> bool:
        """Whether it can fork. Raises _UselessError if it never will."""
        if not self._ready and _readable(self._socket.fileno(), 0):
            if self._socket.recv(len(READY)) != READY:
                raise _UselessError
            self._ready = True
        return self._ready

    @property
    def is_like_us(self) -> bool:
        """Whether what it forks inherits what a process inherits that is started now."""
        return self._inherited == _inherited()

    def fork(self, run: str, folder: str, given: tuple[int, int, int]) -> Forked | None:
        """What it has forked; None where the system refuses. Raises OSError if it is no use."""
        reads, writes = os.pipe()
        try:
            order = json.dumps([run, folder]).encode()
            socket.send_fds(self._socket, [order], [*given, writes])
            if not _readable(self._socket.fileno(), ANSWER_S):
                raise TimeoutError
            pid, fds, _, _ = socket.recv_fds(self._socket, 16, 1, socket.MSG_CMSG_CLOEXEC)
            if not pid:
                raise ProcessLookupError
            if not fds:
                return None
            forked = Forked(int(pid), fds[0], reads)
            reads = -1
            return forked
        finally:
            os.close(writes)
            if reads >= 0:
                os.close(reads)

    def end(self) -> None:
        """End it, and wait for that. What it has forked goes on."""
        self._socket.close()
        self._process.kill()  # it may be anywhere in its imports
        self._process.wait()


_lock = threading.Lock()
_users = 0
_server: _Server | None = None
_useless = False


def begin() -> None:
    """Have a server at hand from now on, for runs that are to come; returns at once."""
    global _users
    with _lock:
        _users += 1
        _start()


def end() -> None:
    """The server is not needed any more by who has asked for it, if he has come to that."""
    global _users
    with _lock:
        _users = max(0, _users - 1)
        if not _users:
            _give_up()


@contextmanager
def kept() -> Iterator[None]:
    """Within it, a server is at hand, from the beginning on.

    It is waited for: a start of its own would take the first run as long.
    """
    begin()
    try:
        with _lock:
            if _server is not None:
                _server.wait(READY_S)
        yield
    finally:
        end()


def fork(run: str, folder: str, given: tuple[int, int, int]) -> Forked | None:
    """A supervisor for a run, forked; None where it is to be started from nothing.

    ``given``: its lifeline, where it prints and where its events go, as in ``Order``.
    """
    global _useless
    with _lock:
        if _server is None:
            return None
        try:
            if not _server.is_ready:
                return None
            if _server.is_like_us:
                return _server.fork(run, folder, given)
        except OSError:  # it was killed, or hangs
            pass
        except _UselessError:
            _useless = True
        _give_up()
        _start()  # for the next run
        return None


def _start() -> None:
    global _server
    if _server is None and not _useless and sys.platform == "linux" and hasattr(os, "pidfd_open"):
        with contextlib.suppress(OSError):
            _server = _Server()


def _give_up() -> None:
    global _server
    server, _server = _server, None
    if server is not None:
        server.end()


def _readable(fd: int, timeout_s: float | None) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(None if timeout_s is None else timeout_s * 1_000))


def _inherited() -> tuple[object, ...]:
    """What a process gets from the one that starts it, as it is now."""
    import resource

    here = Path.cwd().stat()
    limits = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return (
        dict(os.environ),
        [*sys.path],
        (here.st_dev, here.st_ino),
        [resource.getrlimit(getattr(resource, name)) for name in limits],
        os.sched_getaffinity(0),
        os.getpriority(os.PRIO_PROCESS, 0),
        Path("/proc/self/cgroup").read_bytes(),
        [line for line in Path("/proc/self/status").read_text().splitlines() if "Umask" in line],
    )
