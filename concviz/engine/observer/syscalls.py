"""What a blocked thread waits for, from the system call in which it sits.

Numbers differ by architecture: those of x86-64 (``arch/x86/entry/syscalls/syscall_64.tbl``) and of
arm64 (``include/uapi/asm-generic/unistd.h``) are known here.
"""

from __future__ import annotations

import platform
from collections.abc import Callable

from concviz.model.states import State

_X86_64 = {
    "futex": (202, 449),
    "sleep": (35, 230),
    "polls": (7, 271),
    "selects": (23, 270),
    # reads, writes, sockets, epoll, files and their synchronisation
    "io": (
        *(0, 1, 2, 3, 17, 18, 19, 20, 26, 40, 42, 43, 44, 45, 46, 47, 48, 74, 75, 82, 83, 84, 87),
        *(162, 187, 232, 257, 263, 275, 276, 277, 281, 285, 288, 295, 296, 299, 307, 326, 327),
        *(328, 426, 441),
    ),
    "lock": (65, 72, 73, 220),
}
_ARM64 = {
    "futex": (98, 449),
    "sleep": (101, 115),
    "polls": (73,),
    "selects": (72,),
    "io": (
        *(22, 35, 38, 47, 56, 57, 63, 64, 65, 66, 67, 68, 69, 70, 71, 76, 77, 81, 82, 83, 84, 202),
        *(203, 206, 207, 211, 212, 213, 227, 242, 243, 269, 285, 286, 287, 426, 441),
    ),
    "lock": (25, 32, 192, 193),
}
TABLES = {"x86_64": _X86_64, "aarch64": _ARM64}

_FUTEX, _SLEEP, _POLL, _SELECT, _IO, _LOCK = range(6)
_GROUPS = {"futex": _FUTEX, "sleep": _SLEEP, "polls": _POLL, "selects": _SELECT} | {
    "io": _IO,
    "lock": _LOCK,
}

Classify = Callable[[bytes, "range | None"], State]
"""From a line of ``/proc/<pid>/task/<tid>/syscall`` and where the GIL is (empty: there is none,
None: not known) to the thread's state. A thread that is ready to run counts as running."""


def classifier(machine: str | None = None) -> Classify | None:
    """For the system calls of a machine (this one), None where they are not known."""
    table = TABLES.get(machine or platform.machine())
    if table is None:
        return None
    groups = {number: _GROUPS[name] for name, numbers in table.items() for number in numbers}

    def classify(line: bytes, gil: range | None) -> State:
        if line.startswith(b"running"):
            return State.RUNNING
        words = line.split()
        group = groups.get(int(words[0])) if len(words) > 3 else None
        if group is None:
            return State.OTHER
        if group == _FUTEX:
            # With a timeout: for the GIL; without: for another thread to take it, when asked to let
            # it go. Locks of Python code lie elsewhere in memory.
            if gil is not None:
                return State.GIL_WAIT if int(words[1], 16) in gil else State.LOCK
            return State.UNKNOWN
        if group == _SLEEP:
            return State.SLEEP
        if group == _POLL:
            return State.IO if int(words[2], 16) else State.SLEEP  # of no file: a wait
        if group == _SELECT:
            return State.IO if int(words[1], 16) else State.SLEEP
        return State.IO if group == _IO else State.LOCK

    return classify
