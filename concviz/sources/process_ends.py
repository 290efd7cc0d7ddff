"""The ends of other processes, as the system tells of them: at once, and perhaps how they ended."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MOST = 256
"""Processes, each of which takes a descriptor."""


class ProcessEnds:
    """Those of processes that are asked after. Only where the system has such descriptors."""

    def __init__(self, ready: select.poll) -> None:
        """``ready`` will say which descriptors have something to tell."""
        self._ready = ready
        self._pids: dict[int, int] = {}
        """By descriptor."""
        self._asked: set[int] = set()

    def ask(self, pids: Iterable[int]) -> list[int]:
        """Ask after these, too; those of them that are not there any more."""
        gone = []
        if sys.platform == "linux":
            for pid in {*pids} - self._asked:
                if len(self._pids) >= MOST:
                    break
                self._asked.add(pid)
                try:
                    fd = os.pidfd_open(pid)
                except ProcessLookupError:
                    gone.append(pid)
                except OSError:  # an old system, or too many are open
                    continue
                else:
                    self._pids[fd] = pid
                    self._ready.register(fd, select.POLLIN)
        self._asked.difference_update(gone)
        return gone

    def ended(self, fd: int) -> int | None:
        """Which process has ended, as that descriptor tells; None if it is another one's."""
        pid = self._pids.pop(fd, None)
        if pid is not None:
            self._asked.discard(pid)
            self._ready.unregister(fd)
            os.close(fd)
        return pid

    def close(self) -> None:
        """Ask no more."""
        for fd in list(self._pids):
            self.ended(fd)


def exitcode_of(pid: int) -> int | None:
    """How a process ended of which its parent has not taken note yet; None where nobody says."""
    with suppress(OSError, ValueError, IndexError):
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        fields = stat[stat.rindex(b")") + 2 :].split()
        if fields[0] in b"ZX":
            status = int(fields[49])
            return -(status & 0x7F) if status & 0x7F else status >> 8
    return None
