"""The kernel's files about processes and threads. Linux only; elsewhere none can be opened."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

LONGEST = 256
"""Bytes that the longest line of interest has, and more."""

PIECE = 1 << 16
SYS_PTRACE = 19
"""The number of that right (``capabilities(7)``)."""
STARTED = 19
"""When it began, among the words of ``stat`` that follow the name (``proc_pid_stat(5)``)."""


class Proc:
    """``/proc``, or something in its place."""

    def __init__(self, root: str = "/proc") -> None:
        self._root = root

    def open(self, pid: int, tid: int, name: str) -> int:
        """A descriptor of a thread's file. Raises OSError when it cannot be opened."""
        return os.open(f"{self._root}/{pid}/task/{tid}/{name}", os.O_RDONLY | os.O_CLOEXEC)

    def threads(self, pid: int) -> set[int]:
        """The threads of a process; none when it is gone."""
        with suppress(OSError):
            return set(map(int, os.listdir(f"{self._root}/{pid}/task")))  # noqa: PTH208
        return set()

    def processes(self) -> list[int]:
        """All that there are."""
        with suppress(OSError):
            return sorted(int(name) for name in os.listdir(self._root) if name.isdecimal())  # noqa: PTH208
        return []

    def uid(self, pid: int) -> int | None:
        """Whose a process is; None: it is gone."""
        with suppress(OSError):
            return os.stat(f"{self._root}/{pid}").st_uid  # noqa: PTH116
        return None

    def parent(self, pid: int) -> int | None:
        """Of which process it is a child; None: of none that is seen, or it is gone."""
        fields = self._stat(pid, pid)
        return int(fields[1]) or None if len(fields) > 1 else None

    def children(self, pid: int) -> set[int]:
        """The processes that the threads of a process have started; none where that is not told."""
        found: set[int] = set()
        for tid in self.threads(pid):
            with suppress(OSError):
                found.update(map(int, _whole(f"{self._root}/{pid}/task/{tid}/children").split()))
        return found

    def alive(self, pid: int) -> set[int]:
        """The threads of a process; none when it has ended, also where nobody took note of it."""
        found = self.threads(pid)
        if found == {pid} and self._stat(pid, pid)[:1] in ([b"Z"], [b"X"]):
            return set()
        return found

    def name(self, pid: int, tid: int) -> str:
        """What the system calls a thread; "" when it is gone."""
        with suppress(OSError):
            raw = _whole(f"{self._root}/{pid}/task/{tid}/comm")
            return raw.rstrip(b"\n").decode(errors="replace")
        return ""

    def argv(self, pid: int) -> list[str]:
        """What a process was started with; empty where that is not told."""
        with suppress(OSError):
            raw = _whole(f"{self._root}/{pid}/cmdline").rstrip(b"\0")
            return [word.decode(errors="replace") for word in raw.split(b"\0")] if raw else []
        return []

    def environ(self, pid: int) -> dict[str, str]:
        """What a process had in its environment when it was started; empty: not told."""
        with suppress(OSError):
            words = _whole(f"{self._root}/{pid}/environ").decode(errors="replace").split("\0")
            return dict(word.split("=", 1) for word in words if "=" in word)
        return {}

    def in_container(self, pid: int) -> bool:
        """Whether a process has other files, or calls itself otherwise, than is seen here."""
        with suppress(OSError):
            theirs, ours = os.stat(f"{self._root}/{pid}/root"), os.stat("/")  # noqa: PTH116
            same = (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino)
            return not same or self.inner_tid(pid, pid) != pid
        return True

    def file(self, pid: int) -> str:
        """The file that a process runs; "" where that is not told."""
        with suppress(OSError):
            return os.readlink(f"{self._root}/{pid}/exe")  # noqa: PTH115
        return ""

    def ways_to(self, pid: int, path: str, span: str) -> list[str]:
        """Names for a file that a process has mapped there, the surest first.

        It may be in a container, or have been replaced since. What the kernel keeps of the mapping
        may be opened by root alone.
        """
        ways = [f"{self._root}/{pid}/map_files/{span}"]
        if path == self.file(pid):
            ways.append(f"{self._root}/{pid}/exe")
        return [*ways, f"{self._root}/{pid}/root{path}", path]

    def inner_tid(self, pid: int, tid: int) -> int:
        """What a process in a container calls a thread of its own."""
        with suppress(OSError, ValueError):
            status = _whole(f"{self._root}/{pid}/task/{tid}/status")
            for line in status.splitlines():
                if line.startswith(b"NSpid:"):
                    return int(line.split()[-1])
        return tid

    def begun_ns(self, pid: int, tid: int) -> int | None:
        """When a thread began, on the monotonic clock, to a tick of the kernel; None: gone."""
        fields = self._stat(pid, tid)
        try:
            ticks = int(fields[STARTED])
        except (IndexError, ValueError):
            return None
        # The kernel counts from when the machine was started, also while that was asleep.
        asleep = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.monotonic_ns()
        return max(0, ticks * 1_000_000_000 // os.sysconf("SC_CLK_TCK") - asleep)

    def _stat(self, pid: int, tid: int) -> list[bytes]:
        """What the kernel says of a thread, from its state on; empty when it is gone."""
        with suppress(OSError):  # its name, in parentheses before that, may be anything
            return _whole(f"{self._root}/{pid}/task/{tid}/stat").rpartition(b")")[2].split()
        return []

    def load(self) -> int:
        """A descriptor of the file that ``newest`` reads. Raises OSError."""
        return os.open(f"{self._root}/loadavg", os.O_RDONLY | os.O_CLOEXEC)

    def maps(self, pid: int) -> str:
        """What a process has in its address space. Raises OSError."""
        return Path(f"{self._root}/{pid}/maps").read_text(errors="surrogateescape")

    def may_trace(self) -> bool:
        """Whether this process has the right to trace others (CAP_SYS_PTRACE)."""
        with suppress(OSError, ValueError):
            for line in _whole(f"{self._root}/self/status").splitlines():
                if line.startswith(b"CapEff:"):
                    return bool(int(line.split()[1], 16) >> SYS_PTRACE & 1)
        return False

    def ptrace_scope(self) -> int:
        """How strict Yama is about looking at other processes; 0 where there is no Yama."""
        try:
            return int(Path(f"{self._root}/sys/kernel/yama/ptrace_scope").read_text())
        except (OSError, ValueError):
            return 0


def _whole(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        whole = b""
        while piece := os.read(fd, PIECE):
            whole += piece
        return whole
    finally:
        os.close(fd)


def read(fd: int) -> bytes:
    """The file as it is now. Raises OSError, for example when the thread is gone."""
    return os.pread(fd, LONGEST, 0)


def newest(load: int) -> bytes:
    """The number that the system gave last, to a thread or a process. Raises OSError."""
    return os.pread(load, LONGEST, 0).rpartition(b" ")[2]


def counts(schedstat: bytes) -> tuple[int | None, int | None]:
    """Nanoseconds on a core and ready to run without one; None, None where that is not said."""
    try:
        run, wait = map(int, schedstat.split(None, 2)[:2])
    except ValueError:
        return None, None
    return run, wait
