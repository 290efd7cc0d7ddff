"""Keeps watch over a program that somebody wants to see run: whatever happens, all of it can end.

Started with one argument, an ``Order`` as JSON. It starts the program with the streams, the signals
and the process group that the order says, tells on a pipe when that began and how it ended, and
then waits until whoever reads that has let go. Standard input is the program's: the lifeline is a
pipe of its own. On it "stop" asks the program to end and kills it after a while, "signal N" passes
a signal on, and "leave" says that what the program leaves behind goes on as it would without us.
The end of the lifeline, which is also what the kernel makes of a killed lab, ends everything.

What it tells are JSON arrays, a line each: ``["started", t_ns, pid]``, ``["failed", errno]`` where
it cannot be started, ``["ended", t_ns, pid, exitcode, left]``: of the program, and of orphans of
it; ``left`` is 0 where it is known that nothing else of the program is left, else 1.

A process of its own, because the lab may be gone, and because orphans become its children.
Standard library only, and little of that: whatever is loaded first, the program waits for.
"""

from __future__ import annotations

import os
import sys
import time

from concviz.runner.subreaper import PR_SET_PDEATHSIG, adopt_orphans, prctl

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Collection, Sequence
    from typing import NoReturn
else:
    import _signal as signal  # without its enumerations, whose module takes longer than all else

WATCH = "CONCVIZ_WATCH"
"""Environment variable that the program's processes inherit: the folder of their rings."""
STOP_S = 2.0
"""So long a program may take to end when it is asked to."""
KEPT_FROM_US = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""What is meant for the program, and does nothing to its supervisor."""
CANNOT = 127


class Order:
    """What is to be started, and how. File descriptors are those of the supervisor."""

    def __init__(
        self,
        command: list[str],
        folder: str,
        tells: int,
        lifeline: int,
        blocked: Collection[int],
        group: int,
        streams: Sequence[int],
    ) -> None:
        """``folder``: of the rings, removed at the end.

        ``blocked``: signals that the program has blocked from its begin on; ``group``: the process
        group that it belongs to, 0 for a session of its own; ``streams``: its standard streams, if
        they are not those of the supervisor.
        """
        self.command = command
        self.folder = folder
        self.tells = tells
        self.lifeline = lifeline
        self.blocked = blocked
        self.group = group
        self.streams = streams


def main() -> None:
    """Run one program under supervision."""
    import json

    supervise(Order(**json.loads(sys.argv[1])))


def supervise(order: Order) -> NoReturn:
    """Run one program under supervision."""
    for fd in (order.tells, order.lifeline, *order.streams):
        os.set_inheritable(fd, False)
    try:
        if order.group:
            os.setpgid(0, 0)  # what a program sends to its own group is not meant for us
        else:
            os.setsid()  # a terminal's hang-up is the lab's
    except OSError:
        pass
    before = {number: signal.getsignal(number) for number in KEPT_FROM_US}
    for number in KEPT_FROM_US:
        signal.signal(number, signal.SIG_IGN)
    adopted = adopt_orphans()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    begun = time.monotonic_ns()
    pid = os.fork()
    if pid == 0:
        _become(order, [number for number, handler in before.items() if handler == signal.SIG_IGN])
    if not order.group:
        for fd in {*order.streams}:
            os.close(fd)
    watch = _Watch(order, pid, adopted)
    watch.tell("started", begun, pid)
    leaves = watch.wait(woken)
    if not leaves:
        from concviz.runner.remains import Remains

        session = None if order.group else pid
        Remains(f"{WATCH}={order.folder}", os.getpid(), session=session, adopted=adopted).end()
    remove(order.folder)
    os._exit(0)


def remove(folder: str) -> None:
    """Of rings, which has only files: somebody waits for that, and ``shutil`` takes its time."""
    try:
        for name in os.listdir(folder):  # noqa: PTH208
            os.unlink(f"{folder}/{name}")  # noqa: PTH108
        os.rmdir(folder)  # noqa: PTH106
    except OSError:  # a program may have put there what it likes
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


class _Watch:
    """What is to be seen to while the program runs, and afterwards until somebody lets go."""

    def __init__(self, order: Order, pid: int, adopted: bool) -> None:
        self._tells, self._lifeline = order.tells, order.lifeline
        self._adopted = adopted
        self._pid: int | None = pid
        self._kill_at: float | None = None
        self._words = b""

    def tell(self, word: str, *numbers: int) -> None:
        try:
            os.write(self._tells, _line(word, *numbers))
        except OSError:  # nobody reads it any more
            pass

    def wait(self, woken: int) -> bool:
        """Return when the lifeline has ended: whether what is left is to go on."""
        import select

        leaves = False
        while True:
            left_s = None
            if self._kill_at is not None:
                left_s = max(0.0, self._kill_at - time.monotonic())
            ready, _, _ = select.select([self._lifeline, woken], [], [], left_s)
            if woken in ready:
                os.read(woken, 4096)
                self._reap()
            if self._kill_at is not None and time.monotonic() >= self._kill_at:
                self._kill_at = None
                self._send(signal.SIGKILL)
            if self._lifeline in ready:
                piece = os.read(self._lifeline, 4096)
                if not piece:
                    return leaves
                *lines, self._words = (self._words + piece).split(b"\n")
                for line in lines:
                    leaves = self._obey(line) or leaves

    def _obey(self, line: bytes) -> bool:
        word, _, number = line.partition(b" ")
        if word == b"stop":
            if self._kill_at is None:
                self._kill_at = time.monotonic() + STOP_S
            self._send(signal.SIGTERM)
            self._send(signal.SIGCONT)  # one that stands still would not hear it
        elif word == b"signal":
            self._send(int(number))
        return word == b"leave"

    def _send(self, number: int) -> None:
        if self._pid is not None:
            try:
                os.kill(self._pid, number)
            except OSError:  # it has become another user's
                pass

    def _reap(self) -> None:
        all_ended, left = [], 1
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                all_ended.append(ended)
        except ChildProcessError:  # what is left would be a child of this process
            left = 0 if self._adopted else 1
        for pid, status in all_ended:
            if pid == self._pid:
                self._pid = self._kill_at = None
            exitcode = os.waitstatus_to_exitcode(status)
            self.tell("ended", time.monotonic_ns(), pid, exitcode, left)


def _become(order: Order, ignored: list[int]) -> NoReturn:
    """Become the program: with nothing of ours but what its environment says."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (*KEPT_FROM_US, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
            if number not in ignored:
                signal.signal(number, signal.SIG_DFL)
        if order.group:
            os.setpgid(0, order.group)
        else:
            os.setsid()
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for fd, ours in enumerate(order.streams):
            os.dup2(ours, fd)
        signal.pthread_sigmask(signal.SIG_SETMASK, order.blocked)
        os.execv(order.command[0], order.command)
    except OSError as error:
        os.write(order.tells, _line("failed", error.errno or 0))
    finally:
        os._exit(CANNOT)


def _line(word: str, *numbers: int) -> bytes:
    """As JSON, which needs no module for so little."""
    return f'["{word}",{",".join(map(str, numbers))}]\n'.encode()


if __name__ == "__main__":
    main()
