"""A supervisor that is forked from this process: the program need not wait for another Python."""

from __future__ import annotations

import gc
import os

from concviz.runner.program import Order, supervise

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping
else:
    import _signal as signal


class Forked:
    """A child process that was forked."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it is alive."""
        return self._look(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end; its exit status."""
        status = self._look(0)
        assert status is not None
        return status

    def kill(self) -> None:
        """Kill it, if it is still there."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _look(self, how: int) -> int | None:
        if self._status is None:
            try:
                pid, status = os.waitpid(self.pid, how)
            except ChildProcessError:  # somebody else has taken note of its end
                self._status = -signal.SIGKILL
            else:
                if pid:
                    self._status = os.waitstatus_to_exitcode(status)
        return self._status


def fork(order: Order, environment: Mapping[str, str]) -> Forked:
    """Have a child of this process, which has one thread, supervise what is ordered."""
    pid = os.fork()
    if pid:
        return Forked(pid)
    try:
        gc.disable()
        _close_all_but((order.tells, order.lifeline, *order.streams))
        os.environ.clear()
        os.environ.update(environment)
        supervise(order)
    finally:
        os._exit(1)


def _close_all_but(ours: tuple[int, ...]) -> None:
    """What this process has opened for itself is not for its children."""
    for fd in [int(entry.name) for entry in os.scandir("/dev/fd")]:
        if fd > 2 and fd not in ours:
            try:
                if not os.get_inheritable(fd):
                    os.close(fd)
            except OSError:  # the one of that folder
                pass
