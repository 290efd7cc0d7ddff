"""What a blocked thread waits for, from the system call in which it sits.

Numbers differ by architecture: those of x86-64 (``arch/x86/entry/syscalls/syscall_64.tbl``) and of
arm64 (``include/uapi/asm-generic/unistd.h``) are known here.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Container
from typing import NamedTuple

from concviz.trace.states import State

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
    "child": (61, 247),
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
    "child": (260, 95),
}
TABLES = {"x86_64": _X86_64, "aarch64": _ARM64}

ARGUMENTS = 6
STACK_POINTER = ARGUMENTS + 1
"""Which word of the line it is."""
_FUTEX, _SLEEP, _POLL, _SELECT, _IO, _LOCK, _CHILD = range(7)
_GROUPS = {"futex": _FUTEX, "sleep": _SLEEP, "polls": _POLL, "selects": _SELECT} | {
    "io": _IO,
    "lock": _LOCK,
    "child": _CHILD,
}
_STATES = {
    _SLEEP: State.SLEEP,
    _IO: State.IO,
    _LOCK: State.LOCK,
    _CHILD: State.THREAD_WAIT,
}

Classify = Callable[[bytes, Container[int] | None], State]
"""From a line of ``/proc/<pid>/task/<tid>/syscall`` and where the GIL is (empty: there is none,
None: not known) to the thread's state. A thread that is ready to run counts as running; of a line
that makes no sense the state is unknown."""

FRAME = 4096
"""Bytes of its own stack above the stack pointer in which a thread that is parked has its futex."""


def classifier(machine: str | None = None) -> Classify | None:
    """For the system calls of a machine (this one), None where they are not known."""
    table = TABLES.get(machine or platform.machine())
    if table is None:
        return None
    groups = {number: _GROUPS[name] for name, numbers in table.items() for number in numbers}

    def classify(line: bytes, gil: Container[int] | None) -> State:
        if line.startswith(b"running"):
            return State.RUNNING
        words = line.split()
        if len(words) <= ARGUMENTS:  # blocked in no system call: a page fault, for example
            return State.OTHER if words else State.UNKNOWN
        try:
            group = groups.get(int(words[0]))
            if group == _FUTEX:
                return _state_at(int(words[1], 16), words, gil)
            if group == _POLL:
                return State.IO if int(words[2], 16) else State.SLEEP  # of no file: a wait
            if group == _SELECT:
                return State.IO if int(words[1], 16) else State.SLEEP
        except ValueError:
            return State.UNKNOWN
        return State.OTHER if group is None else _STATES[group]

    return classify


def _state_at(futex: int, words: list[bytes], gil: Container[int] | None) -> State:
    """Of a thread that waits at that futex, in a system call of these words.

    At a GIL it waits with a timeout for its turn, without one for another thread to take it. Any
    other futex is a wait for another thread; whether that has a lock is for ``locks`` to find out.
    """
    if _on_stack(futex, words):
        return State.THREAD_WAIT
    if gil is None:
        return State.UNKNOWN
    try:
        return State.GIL_WAIT if futex in gil else State.THREAD_WAIT
    except OSError:  # interpreters came or went while their list was read
        return State.UNKNOWN


class Futex(NamedTuple):
    """Where a thread waits for another one."""

    address: int
    on_stack: bool
    """Whether that is its own stack: from CPython 3.14 on it parks there for a lock."""


def futex_of(line: bytes, machine: str | None = None) -> Futex | None:
    """The futex at which the thread of that line waits; None when it is in another call."""
    words = line.split()
    table = TABLES.get(machine or platform.machine())
    if table is None or len(words) <= STACK_POINTER:
        return None
    try:
        if int(words[0]) not in table["futex"]:
            return None
        address = int(words[1], 16)
        return Futex(address, _on_stack(address, words))
    except ValueError:
        return None


def _on_stack(futex: int, words: list[bytes]) -> bool:
    return len(words) > STACK_POINTER and 0 <= futex - int(words[STACK_POINTER], 16) < FRAME
