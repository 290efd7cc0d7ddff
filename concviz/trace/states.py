"""What a thread can be seen in, and times spent in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum


class State(IntEnum):
    """What a thread does at a moment. The values are stored; the words are for people."""

    RUNNING = 0
    CORE_WAIT = 1
    GIL_WAIT = 2
    LOCK = 3
    IO = 4
    SLEEP = 5
    OTHER = 6
    UNKNOWN = 7
    THREAD_WAIT = 8
    # Only coroutines can be in these, which are told by their workers:
    LOOP_WAIT = 9
    TASK_WAIT = 10
    EXECUTOR_WAIT = 11

    @property
    def word(self) -> str:
        """For people, for example "waiting for the GIL"."""
        return _WORDS[self]

    @property
    def short(self) -> str:
        """For people in a hurry, for example "GIL"."""
        return _SHORT[self]

    @property
    def key(self) -> str:
        """For programs: the name of a field in seconds, for example "gil_wait_s"."""
        return f"{self.name.lower()}_s"


_WORDS = {
    State.RUNNING: "running",
    State.CORE_WAIT: "waiting for a core",
    State.GIL_WAIT: "waiting for the GIL",
    State.LOCK: "lock",
    State.IO: "I/O",
    State.SLEEP: "sleep",
    State.OTHER: "blocked, other",
    State.UNKNOWN: "blocked, not seen",
    State.THREAD_WAIT: "waiting for another thread",
    State.LOOP_WAIT: "waiting for the event loop",
    State.TASK_WAIT: "waiting for a task, event or queue",
    State.EXECUTOR_WAIT: "waiting for an executor",
}
_SHORT = {
    State.RUNNING: "run",
    State.CORE_WAIT: "core",
    State.GIL_WAIT: "GIL",
    State.LOCK: "lock",
    State.IO: "I/O",
    State.SLEEP: "sleep",
    State.OTHER: "other",
    State.UNKNOWN: "not seen",
    State.THREAD_WAIT: "thread",
    State.LOOP_WAIT: "loop",
    State.TASK_WAIT: "task",
    State.EXECUTOR_WAIT: "executor",
}

OF_THREADS = tuple(state for state in State if state <= State.THREAD_WAIT)
"""What a thread can be seen in."""

Spent = list[int]
"""Nanoseconds in each state, by its value."""


def nothing() -> Spent:
    """No time in any state."""
    return [0] * len(State)


def dominant(spent: Sequence[int]) -> State:
    """The state that took most of the time; of several, the first."""
    return State(max(range(len(State)), key=spent.__getitem__))


def total(parts: Iterable[Sequence[int]]) -> Spent:
    """The sum of several."""
    return [sum(column) for column in zip(*parts, strict=True)] or nothing()
