"""Which machine a process is on, and by which clock it tells times. The standard library only."""

from __future__ import annotations

import os
import socket
import sys
import uuid
from pathlib import Path
from typing import NamedTuple


class Machine(NamedTuple):
    """What says whether two processes share a clock, and whether they see the same processes."""

    boot: str
    """The kernel's number of its start, another one each time, on each machine; "": not known."""
    time_space: str
    """The namespace of its clocks: a container may have monotonic times of its own.

    "" where the kernel has none.
    """
    pid_space: str
    """The namespace of its process numbers, likewise."""
    name: str
    """What it is called on the network."""

    def same_clock(self, other: Machine) -> bool:
        """Whether both read the same monotonic clock."""
        known = self.boot != ""
        return known and self.boot == other.boot and self.time_space == other.time_space

    def same(self, other: Machine) -> bool:
        """Whether both have the same processes, by the same numbers, and the same clock."""
        return self.same_clock(other) and self.pid_space == other.pid_space


def this_machine() -> Machine:
    """That of this process."""
    return Machine(
        _boot(),
        _link("/proc/self/ns/time"),
        _link("/proc/self/ns/pid"),
        socket.gethostname(),
    )


def _boot() -> str:
    if sys.platform == "linux":
        return _text("/proc/sys/kernel/random/boot_id")
    node = uuid.getnode()
    made_up = node >> 40 & 1  # where there is no network, for each process anew
    return "" if made_up else f"{node:x}"


def _text(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _link(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115
    except OSError:
        return ""
